// The builder's tree: what the server reads, and what each kind of name can be asked.
import type { Code, Name } from "../../api/types";

export type Value = number | string | boolean | { date: string } | null;

export interface RuleEntry {
    id?: string;
    field: string;
    operator: string;
    value: Value | Value[];
    valueSource?: "value" | "field";
}

export interface GroupEntry {
    id?: string;
    combinator: string;
    not?: boolean;
    rules: (RuleEntry | GroupEntry)[];
}

/** The field of a row that holds a formula as text; the server calls it "". */
export const FORMULA = "=formula";
/** The field of a row where none is chosen yet. */
export const UNCHOSEN = "~";

const EQUALITY = ["=", "!="];
const ORDER = ["=", "!=", "<", "<=", ">", ">=", "between", "notBetween"];
const PRESENCE = ["notNull", "null"];
const BY_TYPE: Record<string, string[]> = {
    integer: [...ORDER, "in", "notIn", ...PRESENCE],
    number: [...ORDER, "in", "notIn", ...PRESENCE],
    string: [...EQUALITY, "in", "notIn", "contains", "beginsWith", "endsWith", "matches", ...PRESENCE],
    boolean: ["isTrue", ...EQUALITY, ...PRESENCE],
    date: [...ORDER, ...PRESENCE],
};
const ALL = [...ORDER, "in", "notIn", "contains", "beginsWith", "endsWith", "matches", "isTrue", ...PRESENCE];
const WITH_FIELD = [...ORDER, "contains", "beginsWith", "endsWith"];
const CODED = ["in", "notIn", ...EQUALITY, ...PRESENCE];

export function operatorsOf(field: string, name: Name | undefined): string[] {
    if (field === FORMULA) return ["expression"];
    if (name && name.codes.length && name.type === "string") return [...CODED, "beginsWith"];
    return BY_TYPE[name?.type ?? ""] ?? ALL;
}

export function mayCompareWithField(operator: string): boolean {
    return WITH_FIELD.includes(operator);
}

/** How many values an operator takes; -1 is a list. */
export function arityOf(operator: string): number {
    if (["isTrue", "null", "notNull"].includes(operator)) return 0;
    if (["between", "notBetween"].includes(operator)) return 2;
    return ["in", "notIn"].includes(operator) ? -1 : 1;
}

/** Whether names of these types may be compared with each other. */
export function isComparable(left: string, right: string): boolean {
    const kind = (type: string) => (type === "integer" ? "number" : type);
    return !left || !right || kind(left) === kind(right);
}

/** A row's value in the shape its operator takes. */
function fitted(value: RuleEntry["value"], operator: string): RuleEntry["value"] {
    const count = arityOf(operator);
    const list = Array.isArray(value) ? value : value === null || value === "" ? [] : [value];
    if (count === 0) return null;
    if (count === -1) return list;
    return count === 2 ? [list[0] ?? "", list[1] ?? ""] : (list[0] ?? "");
}

function isGroup(entry: RuleEntry | GroupEntry): entry is GroupEntry {
    return "rules" in entry;
}

/** The tree with every row's value fitting its operator, as the builder shows it. */
export function settled(group: GroupEntry): GroupEntry {
    const rules = group.rules.map((entry) => {
        if (isGroup(entry)) return settled(entry);
        const source = mayCompareWithField(entry.operator) ? entry.valueSource : "value";
        const isKept = source === (entry.valueSource ?? "value");
        return { ...entry, value: isKept ? fitted(entry.value, entry.operator) : fitted("", entry.operator), valueSource: source };
    });
    return { ...group, rules };
}

/** The tree as the server takes it. */
export function sent(group: GroupEntry): GroupEntry {
    const rules = group.rules.map((entry) => {
        if (isGroup(entry)) return sent(entry);
        const { operator, value, valueSource = "value" } = entry;
        const field = entry.field === FORMULA || entry.field === UNCHOSEN ? "" : entry.field;
        return { field, operator, value, valueSource };
    });
    return { combinator: group.combinator, not: group.not ?? false, rules };
}

/** The server's tree as the builder takes it. */
export function received(group: GroupEntry): GroupEntry {
    const rules = group.rules.map((entry) => {
        if (isGroup(entry)) return received(entry);
        return entry.operator === "expression" ? { ...entry, field: FORMULA } : entry;
    });
    return { ...group, rules };
}

/** Where a row is in the server's words: [0, 1] is "rules/0/rules/1". */
export function placeOf(path: number[]): string {
    return path.map((step) => `rules/${step}`).join("/");
}

export function codeOf(name: Name | undefined, value: unknown): Code | undefined {
    return name?.codes.find((code) => code.code === value);
}
