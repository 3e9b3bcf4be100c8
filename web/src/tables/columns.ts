// The columns of a decision table's grid: a test per input, an expression per output, a note.
import type { Row, Table, TableOutput } from "../api/document";
import type { EditorData, Name, Unit } from "../api/types";
import type { Column, Read } from "../grid/columns";
import { GRID } from "../grid/words";
import { numberShown, suffixOf, unitOf, valueShown } from "../values/units";
import { isScaled, plainNumber, writtenCell } from "../values/written";
import { localised, say } from "../words";
import { TABLES } from "./words";

/** `isShown`: plain numbers are shown and typed as people read them, in percent and major units. */
export function tableColumns(table: Table, data: EditorData, names: Name[], isShown = false): Column[] {
    return [
        ...table.inputs.map((input, index): Column => ({
            field: `when/${index}`,
            title: localised(input) || localised(named(input.expression, names) ?? input) || input.expression,
            hint: testHint(input.expression, data, names),
            kind: "formula",
            formula: () => ({ scope: "cell", column: input.expression }),
            read: (text) => readTest(text, codesOf(input.expression, names)),
            width: 130,
            grow: 1,
        })),
        ...table.outputs.map((output, index) => outputColumn(output, index, unitOf(data, output.unit), isShown)),
        { field: "note", title: say(TABLES.note), kind: "text", width: 110, grow: 1 },
    ];
}

function outputColumn(output: TableOutput, index: number, unit: Unit, isShown: boolean): Column {
    const field = `then/${index}`;
    const cellOf = (entry: Row) => entry.then[index] ?? "";
    const amount = (entry: Row) => (output.type === "number" ? plainNumber(cellOf(entry)) : null);
    const column: Column = {
        field,
        title: `→ ${localised(output) || output.name}`,
        hint: hintOf(output, unit, isShown),
        kind: "formula",
        formula: () => ({ scope: "derived", expected: output.type }),
        read: (text) => readResult(text, output, unit, isShown),
        help: (entry: Row) => {
            const value = amount(entry);
            return value === null || !isScaled(unit) ? "" : valueShown(value, unit);
        },
        width: 130,
        grow: 1,
    };
    if (!isShown || output.type !== "number") return column;
    return {
        ...column,
        kind: (entry: Row) => (amount(entry) === null && cellOf(entry) ? "formula" : "number"),
        unit: () => unit,
        get: (entry: Row) => amount(entry) ?? cellOf(entry),
        shown: (value) => (typeof value === "number" ? `${numberShown(value, unit)}${suffixOf(unit) === "%" ? "%" : ""}` : String(value)),
    };
}

/** Tests of an amount are written in minor units, as conditions are. */
function testHint(expression: string, data: EditorData, names: Name[]): string {
    const unit = unitOf(data, named(expression, names)?.unit ?? "");
    return isScaled(unit) && suffixOf(unit) !== "%" ? `${expression} · ${suffixOf(unit)}: ${say(TABLES.minorTest)}` : expression;
}

function named(expression: string, names: Name[]): Name | undefined {
    return names.find((name) => name.name === expression.trim());
}

function hintOf(output: TableOutput, unit: Unit, isShown: boolean): string {
    if (output.type !== "number" || !isScaled(unit)) return [output.name, suffixOf(unit)].filter(Boolean).join(" · ");
    if (isShown) return suffixOf(unit) === "%" ? say(TABLES.shareShown) : suffixOf(unit);
    return suffixOf(unit) === "%" ? say(TABLES.share) : `${suffixOf(unit)}: ${say(TABLES.minor)}`;
}

function readResult(text: string, output: TableOutput, unit: Unit, isShown: boolean): Read {
    const plain = text.trim();
    if (!plain) return { message: say(GRID.required) };
    if (output.type !== "number") return { value: output.type === "string" ? quoted(plain, output.values.map(String)) : plain };
    const written = writtenCell(plain, unit, isShown);
    const isPart = unit.digits !== null && written !== plain && written.includes(".");
    return isPart ? { message: say(GRID.cents, { digits: unit.digits ?? 0 }) } : { value: written };
}

function readTest(text: string, codes: string[]): Read {
    const plain = text.trim();
    return { value: plain ? quoted(plain, codes) : "-" };
}

/** Codes as a spreadsheet holds them, A11, A12, in the quotes the language wants; any other text as it is. */
function quoted(text: string, codes: string[]): string {
    const parts = text.split(/[,，、]/).map((part) => part.trim());
    const isCodes = parts.length > 0 && parts.every((part) => codes.includes(part));
    return isCodes ? parts.map((part) => JSON.stringify(part)).join(", ") : text;
}

function codesOf(expression: string, names: Name[]): string[] {
    const name = names.find((entry) => entry.name === expression.trim());
    return name?.type === "string" ? name.codes.map((code) => String(code.code)) : [];
}

/** A row that any application meets and that gives nothing yet. */
export function blankRow(table: Table): Row {
    return { when: table.inputs.map(() => "-"), then: table.outputs.map(() => ""), note: "" };
}
