// Changes of the list of rules, each one step of undo.
import type { Rule } from "../api/document";
import type { Store } from "../store/store";
import { RULES } from "./words";

/** A code nobody has yet: NEW_RULE, NEW_RULE_2 … */
export function freeCode(wanted: string, taken: string[]): string {
    const stem = wanted.replace(/_\d+$/, "");
    let code = wanted;
    for (let number = 2; taken.includes(code); number += 1) code = `${stem}_${number}`;
    return code;
}

/** Add an empty rule after `index`; its place. */
export function addRule(store: Store, index: number): number {
    const { rules } = store.getState().document;
    const rule: Rule = {
        code: freeCode(RULES.newCode.en, rules.map((entry) => entry.code)),
        label_en: RULES.newLabelEn.en,
        label_zh: RULES.newLabelZh.zh,
        when: "",
        then: { outcome: "REFER", reason: "", points: 0, set: {} },
        on_unknown: "refer",
        enabled: true,
        legal_basis: "",
        help_en: "",
        help_zh: "",
    };
    const { outcomes } = store.getState().data;
    rule.then.outcome = outcomes[1]?.code.toString() ?? "";
    store.update((document) => {
        document.rules.splice(index + 1, 0, rule);
    });
    return Math.min(index + 1, rules.length);
}

/** Copy a rule below itself; the copy's place. */
export function copyRule(store: Store, index: number): number {
    const { rules } = store.getState().document;
    const rule = rules[index];
    if (!rule) return index;
    const code = freeCode(`${rule.code}_2`.slice(0, 64), rules.map((entry) => entry.code));
    store.update((document) => {
        document.rules.splice(index + 1, 0, { ...structuredClone(rule), code });
    });
    return index + 1;
}

/** Remove a rule; the place of the one chosen next. */
export function removeRule(store: Store, index: number): number {
    store.update((document) => {
        document.rules.splice(index, 1);
    });
    return Math.min(index, store.getState().document.rules.length - 1);
}

/** Move a rule to another place; the place it has then. */
export function moveRule(store: Store, from: number, to: number): number {
    const last = store.getState().document.rules.length - 1;
    const place = Math.max(0, Math.min(to, last));
    if (place === from) return from;
    store.update((document) => {
        const [rule] = document.rules.splice(from, 1);
        if (rule) document.rules.splice(place, 0, rule);
    });
    return place;
}
