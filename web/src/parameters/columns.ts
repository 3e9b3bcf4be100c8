// The columns of the grid of parameters.
import type { Parameter, RuleSetDocument, ValueType } from "../api/document";
import type { EditorData } from "../api/types";
import type { Column, Kind } from "../grid/columns";
import { GRID } from "../grid/words";
import { rangeWords } from "../names/NameCard";
import { ownersOf } from "../names/texts";
import { TYPES } from "../names/words";
import { unitChoices } from "../values/unitChoices";
import { numberShown, numberTyped, suffixOf, unitOf } from "../values/units";
import { language, say } from "../words";
import { PARAMETERS } from "./words";

const KIND_OF: Record<ValueType, Kind> = { integer: "integer", number: "number", string: "text", boolean: "boolean", date: "date" };
const NUMERIC: ValueType[] = ["integer", "number"];

interface Context {
    data: EditorData;
    getDocument: () => RuleSetDocument;
    renamed: (before: string, after: string) => void;
}

const isNumeric = (entry: Parameter): boolean => NUMERIC.includes(entry.type);

/** A value of the live version in words; what is new is said to be. */
function liveWords(data: EditorData, entry: Parameter): string {
    if (!data.base_document) return "";
    const live = data.base_document.parameters.find((other) => other.name === entry.name);
    if (!live) return say(PARAMETERS.new);
    if (typeof live.value === "number") return `${numberShown(live.value, unitOf(data, live.unit))}${suffixOf(unitOf(data, live.unit)) === "%" ? "%" : ""}`;
    return typeof live.value === "boolean" ? say(live.value ? GRID.yes : GRID.no) : live.value;
}

function isChanged(data: EditorData, entry: Parameter): boolean {
    const live = data.base_document?.parameters.find((other) => other.name === entry.name);
    return live !== undefined && live.value !== entry.value;
}

/** What is seen stays the same where the unit changes: 38 becomes 38 %. */
function setUnit(data: EditorData, entry: Parameter, unit: string): void {
    const [before, after] = [unitOf(data, entry.unit), unitOf(data, unit)];
    const moved = (value: number) => numberTyped(numberShown(value, before), after) ?? value;
    if (typeof entry.value === "number") entry.value = moved(entry.value);
    if (entry.minimum !== null) entry.minimum = moved(entry.minimum);
    if (entry.maximum !== null) entry.maximum = moved(entry.maximum);
    entry.unit = unit;
}

function setType(entry: Parameter, type: ValueType): void {
    entry.type = type;
    if (NUMERIC.includes(type)) {
        if (typeof entry.value !== "number") entry.value = Number(entry.value) || 0;
        return;
    }
    entry.minimum = entry.maximum = null;
    entry.unit = "";
    if (type === "boolean") entry.value = entry.value === true;
    else if (type === "date") entry.value = /^\d{4}-\d{2}-\d{2}$/.test(String(entry.value)) ? entry.value : "";
    else entry.value = String(entry.value);
}

export function parameterColumns({ data, getDocument, renamed }: Context): Column[] {
    const unit = (entry: Parameter) => unitOf(data, entry.unit);
    const bound = (field: "minimum" | "maximum"): Column => ({
        field,
        title: say(PARAMETERS[field]),
        kind: (entry: Parameter) => (isNumeric(entry) ? "number" : "shown"),
        unit,
        width: 112,
    });
    const label = (field: "en" | "zh", width: number): Column => ({ field, title: say(PARAMETERS[field]), kind: "text", width, grow: 1 });
    const [own, other] = language === "zh" ? (["zh", "en"] as const) : (["en", "zh"] as const);
    return [
        { ...label(own, 170), grow: 2, isFrozen: true },
        {
            field: "value",
            title: say(PARAMETERS.value),
            kind: (entry: Parameter) => KIND_OF[entry.type],
            unit,
            width: 112,
            isRequired: true,
            tone: (entry: Parameter) => (isChanged(data, entry) ? "re-changed" : ""),
            check: (value, entry: Parameter) => {
                const isOut = typeof value === "number" && ((entry.minimum !== null && value < entry.minimum) || (entry.maximum !== null && value > entry.maximum));
                return isOut ? say(GRID.between, { range: rangeWords(entry, unit(entry)) }) : "";
            },
        },
        { field: "live", title: say(PARAMETERS.live), kind: "shown", get: (entry: Parameter) => liveWords(data, entry), tone: () => "re-cell-number", width: 112 },
        bound("minimum"),
        bound("maximum"),
        {
            field: "unit",
            title: say(PARAMETERS.unit),
            kind: (entry: Parameter) => (isNumeric(entry) ? "choice" : "shown"),
            choices: () => unitChoices(data, getDocument().parameters.map((entry) => entry.unit), say(PARAMETERS.noUnit)),
            set: (entry: Parameter, value) => setUnit(data, entry, String(value)),
            width: 86,
        },
        {
            field: "name",
            title: say(PARAMETERS.name),
            kind: "identifier",
            width: 150,
            grow: 1,
            check: (value, _entry, index) => (getDocument().parameters.some((entry, at) => at !== index && entry.name === value) ? say(GRID.taken) : ""),
            set: (entry: Parameter, value) => {
                renamed(entry.name, String(value));
                entry.name = String(value);
            },
        },
        {
            field: "uses",
            title: say(PARAMETERS.uses),
            kind: "shown",
            get: (entry: Parameter) => ownersOf(getDocument(), entry.name).join(", ") || say(PARAMETERS.unused),
            width: 130,
            grow: 1,
        },
        {
            field: "type",
            title: say(PARAMETERS.type),
            kind: "choice",
            choices: () => Object.keys(KIND_OF).map((value) => ({ value, label: say(TYPES[value] ?? PARAMETERS.type) })),
            set: (entry: Parameter, value) => setType(entry, value as ValueType),
            width: 96,
        },
        label(other, 130),
        { field: "help_en", title: say(PARAMETERS.helpEn), kind: "text", width: 140 },
        { field: "help_zh", title: say(PARAMETERS.helpZh), kind: "text", width: 140 },
    ];
}
