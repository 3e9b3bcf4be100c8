// The columns of the grid of cases: what each expects, and beside it what came.
import type { Case, Expect, RuleSetDocument } from "../api/document";
import type { EditorData } from "../api/types";
import type { Column, Read } from "../grid/columns";
import { GRID } from "../grid/words";
import { unitOf } from "../values/units";
import { language, localised, say } from "../words";
import type { Result } from "./api";
import { CASES } from "./words";

interface Context {
    data: EditorData;
    getDocument: () => RuleSetDocument;
    resultOf: (name: string) => Result | undefined;
}

type ListField = "hits" | "misses";

/** Put what is expected, or leave it open where there is nothing. */
export function expectation(entry: Case, field: keyof Expect, value: unknown): void {
    if (value === undefined) delete entry.expect[field];
    else (entry.expect as Record<string, unknown>)[field] = value;
}

function badge(result: Result | undefined): string | Node {
    if (!result) return "–";
    const box = document.createElement("span");
    const mark = document.createElement("span");
    mark.className = `rk-badge ${result.is_passed ? "rk-good" : "rk-bad"}`;
    mark.textContent = say(result.is_passed ? CASES.pass : CASES.fail);
    box.append(mark, ` ${result.differences.map(({ label, words }) => say(CASES.came, { field: label, found: words })).join("; ") || result.outcome_words}`);
    return box;
}

export function caseColumns({ data, getDocument, resultOf }: Context): Column[] {
    const any = { value: "", label: say(CASES.any) };
    const choice = (field: "outcome" | "grade", width: number, choices: () => { value: string; label: string }[]): Column => ({
        field: `expect/${field}`,
        title: say(CASES[field]),
        kind: "choice",
        choices: () => [any, ...choices()],
        get: (entry: Case) => (entry.expect[field] === null ? say(CASES.none) : (entry.expect[field] ?? "")),
        set: (entry: Case, value) => expectation(entry, field, value === "" ? undefined : value),
        shown: (value) => choices().find((option) => option.value === value)?.label ?? (value ? String(value) : "–"),
        width,
    });
    const codes = (field: ListField, width: number): Column => ({
        field: `expect/${field}`,
        title: say(CASES[field]),
        kind: "text",
        get: (entry: Case) => entry.expect[field]?.join(", ") ?? "",
        read: (text) => readCodes(text, getDocument()),
        set: (entry: Case, value) => expectation(entry, field, value),
        tone: () => "re-cell-code",
        width,
        grow: 1,
    });
    const names = language === "zh" ? (["zh", "name"] as const) : (["name", "zh"] as const);
    const name = (field: "name" | "zh"): Column =>
        field === "zh"
            ? { field, title: say(language === "zh" ? CASES.name : CASES.zh), kind: "text", shown: (value, entry: Case) => String(value || (language === "zh" ? entry.name : "")), width: 140, grow: 2 }
            : {
                  field,
                  title: say(language === "zh" ? CASES.en : CASES.name),
                  kind: "text",
                  isRequired: true,
                  check: (value, _entry, index) => (getDocument().cases.some((entry, at) => at !== index && entry.name === value) ? say(GRID.taken) : ""),
                  width: 150,
                  grow: 2,
              };
    return [
        { ...name(names[0]), isFrozen: true },
        { field: "result", title: say(CASES.result), kind: "shown", get: () => "", shown: (_value, entry: Case) => badge(resultOf(entry.name)), width: 170, grow: 2 },
        choice("outcome", 118, () => data.outcomes.map((outcome) => ({ value: String(outcome.code), label: localised(outcome) }))),
        choice("grade", 60, () => getDocument().grades.map((grade) => ({ value: grade.grade, label: grade.grade }))),
        codes("hits", 120),
        codes("misses", 120),
        {
            field: "expect/amount_offered_minor",
            title: say(CASES.amount),
            kind: "number",
            unit: () => unitOf(data, `${data.currency.code} minor units`),
            set: (entry: Case, value) => expectation(entry, "amount_offered_minor", value ?? undefined),
            width: 100,
        },
        name(names[1]),
    ];
}

function readCodes(text: string, document: RuleSetDocument): Read {
    const codes = text.split(/[,，、\s]+/).filter(Boolean);
    const known = new Set([...document.rules, ...document.patterns].map((entry) => entry.code));
    const unknown = codes.find((code) => !known.has(code));
    if (unknown) return { message: say(CASES.unknownRule, { code: unknown }) };
    return { value: codes.length ? codes : undefined };
}
