// An offer begun and given up.
import type { LegalCap, TableOutput } from "../api/document";
import { freshName } from "../names/fresh";
import type { Store } from "../store/store";

function output(name: string, en: string, zh: string, unit: string): TableOutput {
    return { name, type: "number", en, zh, unit, values: [], default: "" };
}

/** An offer whose new table asks for the grade, with a row for each. */
export function makeOffer(store: Store): void {
    const { data, document } = store.getState();
    const money = `${data.currency.code} minor units`;
    const variables = data.names.filter((name) => name.kind === "variable");
    const name = freshName("offer_by_grade", document.tables.map((table) => table.name));
    const grades = document.grades.length ? document.grades.map((grade) => JSON.stringify(grade.grade)) : ["-"];
    store.update((draft) => {
        draft.tables.push({
            name,
            inputs: [{ expression: "grade", en: "Grade", zh: "等级", values: "" }],
            outputs: [
                output("amount_cap_minor", "Most lent", "最高金额", money),
                output("annual_rate", "Annual rate", "年利率", "share"),
                output("term_cap_months", "Longest term", "最长期限", "months"),
            ],
            rows: grades.map((grade) => ({ when: [grade], then: ["", "", ""], note: "" })),
            hit_policy: "F",
            en: "Offer by grade",
            zh: "按等级的报价",
            help_en: "",
            help_zh: "",
        });
        draft.offer = {
            table: name,
            amount_variable: variables.find((entry) => entry.unit === money)?.name ?? "amount_minor",
            term_variable: variables.find((entry) => entry.unit === "months")?.name ?? "duration_months",
            amount_reason: "COUNTER_OFFER_AMOUNT",
            term_reason: "COUNTER_OFFER_TERM",
            caps: [],
            cap_reason: "COUNTER_OFFER_LEGAL_CAP",
        };
    });
}

/** No offer any more; its table becomes a decision table like any other. */
export function removeOffer(store: Store): void {
    store.update((draft) => {
        draft.offer = null;
    });
}

export function blankCap(): LegalCap {
    return { of: "annual_rate", maximum: 0, from_date: new Date().toISOString().slice(0, 10), en: "", zh: "", citation: "", until_date: "", when: "" };
}
