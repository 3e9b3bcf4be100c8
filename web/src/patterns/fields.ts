// What a step's conditions may read: the fields of its own event, and those of the events before it.
import type { Pattern, Step } from "../api/document";
import type { EditorData, Name } from "../api/types";
import { say } from "../words";
import { PATTERNS, PLACES } from "./words";

/** Names of the steps a condition of step `index` may read, its own last. */
export function aliasesFor(pattern: Pattern, index: number): string[] {
    const earlier = pattern.steps.slice(0, index).filter((step) => !step.is_absent);
    return [...earlier.map((step) => step.as), pattern.steps[index]?.as ?? ""];
}

export function namesFor(data: EditorData, pattern: Pattern, index: number): { own: Name[]; all: Name[] } {
    const step = pattern.steps[index];
    if (!step) return { own: [], all: [] };
    const own = fieldsOf(data, step, "");
    const earlier = pattern.steps.slice(0, index).flatMap((other, place) => (other.is_absent ? [] : fieldsOf(data, other, PLACES[place] ?? "")));
    return { own, all: [...own, ...earlier] };
}

function fieldsOf(data: EditorData, step: Step, place: string): Name[] {
    return data.fact_fields.map((field) => {
        const words = (label: string) => (place ? { en: say(PATTERNS.fieldOf, { field: label, place }), zh: say(PATTERNS.fieldOf, { field: label, place }) } : { en: label, zh: label });
        return {
            name: `${step.as}.${field.name}`,
            kind: "variable",
            ...{ en: words(field.en).en, zh: words(field.zh).zh },
            type: field.type,
            unit: field.name === "amount_minor" ? `${data.currency.code} minor units` : "",
            minimum: null,
            maximum: null,
            codes: [],
            note: "",
            missing: "",
            is_protected: false,
            distribution: null,
        };
    });
}

const ORDER = ["=", "!=", "<", "<=", ">", ">="];

/** How a field of an event may be compared. */
export function operatorsFor(names: Name[]): (field: string) => string[] {
    return (field) => (names.find((name) => name.name === field)?.type === "string" ? ORDER.slice(0, 2) : ORDER);
}
