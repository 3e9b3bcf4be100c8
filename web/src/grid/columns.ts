// What a column of a grid holds, and how its values are shown, typed and read.
import type { RuleSetDocument } from "../api/document";
import type { Both, Unit } from "../api/types";
import type { FormulaKind } from "../formula/useFormula";
import { at, put } from "../store/path";
import { numberShown, numberTyped, suffixOf } from "../values/units";
import { say } from "../words";
import { GRID } from "./words";

// Entries of a document are of many shapes; a column knows its own.
// eslint-disable-next-line @typescript-eslint/no-explicit-any
export type Entry = any;

export type Kind = "text" | "identifier" | "code" | "number" | "integer" | "date" | "choice" | "boolean" | "formula" | "shown";

export interface Choice {
    value: string | number | boolean;
    label: string;
}

export interface Column {
    /** Place of the value within an entry: "value", "when/0", "expect/outcome". Also names problems of the cell. */
    field: string;
    title: string;
    /** What stands small below the title: what the column tests, or how its values are written. */
    hint?: string;
    /** A column may hold other kinds of values row by row, as the values of parameters do. */
    kind: Kind | ((entry: Entry) => Kind);
    unit?: (entry: Entry) => Unit;
    choices?: (entry: Entry) => Choice[];
    /** Least width in pixels, and the share of spare width it takes (0: none). */
    width: number;
    grow?: number;
    isFrozen?: boolean;
    isRequired?: boolean;
    isEditable?: (entry: Entry) => boolean;
    /** Of an expression: what it may read and must give. */
    formula?: (entry: Entry) => FormulaKind;
    /** How a typed or pasted text becomes a value, where its kind does not tell. */
    read?: (text: string, entry: Entry, index: number) => Read;
    /** What is wrong with a value, in words, told as it is typed; empty for nothing. */
    check?: (value: unknown, entry: Entry, index: number) => string;
    /** The value, where it is not simply at `field`. */
    get?: (entry: Entry, index: number) => unknown;
    /** How a value is put into a draft of the entry, where not simply at `field`. */
    set?: (entry: Entry, value: unknown, index: number, document: RuleSetDocument) => void;
    /** What is shown, where the value itself says too little; a number is shown without its unit but for percent. */
    shown?: (value: unknown, entry: Entry, index: number) => string | Node;
    /** What the tooltip tells where nothing is wrong. */
    help?: (entry: Entry, index: number) => string;
    /** A class of the cell. */
    tone?: (entry: Entry, index: number) => string;
}

/** What was read from a text: a value, or why there is none. */
export type Read = { value: unknown } | { message: string };

const IDENTIFIER = /^[A-Za-z_][A-Za-z0-9_]{0,63}$/;
const CODE = /^[A-Za-z0-9_][A-Za-z0-9_.-]{0,63}$/;
const YES = ["yes", "true", "1", "是", "✓", "y"];
const NO = ["no", "false", "0", "否", "", "n"];

export function kindOf(column: Column, entry: Entry): Kind {
    return typeof column.kind === "function" ? column.kind(entry) : column.kind;
}

export function valueOf(column: Column, entry: Entry, index: number): unknown {
    return column.get ? column.get(entry, index) : at(entry, column.field);
}

export function write(column: Column, entry: Entry, value: unknown, index: number, document: RuleSetDocument): void {
    if (column.set) column.set(entry, value, index, document);
    else put(entry, column.field, value);
}

export function mayEdit(column: Column, entry: Entry): boolean {
    return kindOf(column, entry) !== "shown" && (column.isEditable?.(entry) ?? true);
}

function isNumeric(kind: Kind): boolean {
    return kind === "number" || kind === "integer";
}

/** The text a value is edited and copied as. */
export function editedText(column: Column, entry: Entry, index: number): string {
    const value = valueOf(column, entry, index);
    const kind = kindOf(column, entry);
    if (value === null || value === undefined) return "";
    if (isNumeric(kind) && typeof value === "number") return numberShown(value, column.unit?.(entry) ?? NO_UNIT).replaceAll(",", "");
    if (kind === "boolean") return say(value ? GRID.yes : GRID.no);
    if (kind === "choice") return column.choices?.(entry).find((choice) => choice.value === value)?.label ?? String(value);
    return String(value);
}

const NO_UNIT: Unit = { factor: 1, suffix_en: "", suffix_zh: "", digits: null };

/** What the cell shows. */
export function shownText(column: Column, entry: Entry, index: number): string | Node {
    const value = valueOf(column, entry, index);
    if (column.shown) return column.shown(value, entry, index);
    const kind = kindOf(column, entry);
    if (isNumeric(kind) && typeof value === "number") {
        const unit = column.unit?.(entry) ?? NO_UNIT;
        return `${numberShown(value, unit)}${suffixOf(unit) === "%" ? "%" : ""}`;
    }
    return editedText(column, entry, index);
}

/** The value of a typed or pasted text. */
export function readText(column: Column, text: string, entry: Entry, index: number): Read {
    const read = column.read?.(text, entry, index) ?? readKind(column, kindOf(column, entry), text, entry);
    if ("message" in read) return read;
    const message = column.check?.(read.value, entry, index) ?? "";
    return message ? { message } : read;
}

function readKind(column: Column, kind: Kind, text: string, entry: Entry): Read {
    const plain = text.trim();
    if (!plain && column.isRequired) return refuse(GRID.required);
    switch (kind) {
        case "number":
        case "integer":
            return readNumber(column, kind, plain, entry);
        case "boolean":
            if (YES.includes(plain.toLowerCase())) return { value: true };
            return NO.includes(plain.toLowerCase()) ? { value: false } : refuse(GRID.choice, { values: `${say(GRID.yes)}, ${say(GRID.no)}` });
        case "choice": {
            const choices = column.choices?.(entry) ?? [];
            const found = choices.find(({ value, label }) => String(value) === plain || label.toLowerCase() === plain.toLowerCase());
            return found ? { value: found.value } : refuse(GRID.choice, { values: choices.map(({ label }) => label).join(", ") });
        }
        case "identifier":
            return IDENTIFIER.test(plain) ? { value: plain } : refuse(GRID.identifier);
        case "code":
            return CODE.test(plain) ? { value: plain } : refuse(GRID.code);
        default:
            return { value: plain };
    }
}

function readNumber(column: Column, kind: Kind, text: string, entry: Entry): Read {
    if (!text) return { value: null };
    const unit = column.unit?.(entry) ?? NO_UNIT;
    const suffix = suffixOf(unit);
    const bare = suffix ? text.replace(suffix, "").replace(suffix.slice(0, 3), "") : text;
    const value = numberTyped(bare, unit);
    if (value === null) return unit.digits !== null && /^[\d.,\s]+$/.test(bare) ? refuse(GRID.cents, { digits: unit.digits }) : refuse(GRID.number);
    return kind === "integer" && !Number.isInteger(value) ? refuse(GRID.whole) : { value };
}

function refuse(words: Both, facts: Record<string, string | number> = {}): Read {
    return { message: say(words, facts) };
}
