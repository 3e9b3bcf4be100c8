// Changes of the list of patterns and of a pattern's steps, each one step of undo.
import type { Pattern, Step } from "../api/document";
import { freeCode } from "../rules/edits";
import type { Store } from "../store/store";

const ALIASES = ["a", "b", "c", "d", "e", "f", "g", "h"];
export const MOST_STEPS = 4;

export function addPattern(store: Store): number {
    const { document, data } = store.getState();
    const kind = String(data.event_kinds[0]?.code ?? "application");
    const pattern: Pattern = {
        code: freeCode("NEW_PATTERN", document.patterns.map((entry) => entry.code)),
        label_en: "New pattern",
        label_zh: "新模式",
        steps: [blankStep([], kind), blankStep(["a"], kind)],
        within: "P7D",
        then: { outcome: String(data.outcomes[1]?.code ?? ""), reason: "", points: 0, set: {} },
        enabled: true,
        help_en: "",
        help_zh: "",
    };
    store.update((draft) => {
        draft.patterns.push(pattern);
    });
    return document.patterns.length;
}

export function copyPattern(store: Store, index: number): number {
    const { patterns } = store.getState().document;
    const pattern = patterns[index];
    if (!pattern) return index;
    const code = freeCode(`${pattern.code}_2`.slice(0, 64), patterns.map((entry) => entry.code));
    store.update((draft) => {
        draft.patterns.splice(index + 1, 0, { ...structuredClone(pattern), code });
    });
    return index + 1;
}

export function removePattern(store: Store, index: number): number {
    store.update((draft) => {
        draft.patterns.splice(index, 1);
    });
    return Math.min(index, store.getState().document.patterns.length - 1);
}

export function movePattern(store: Store, from: number, to: number): number {
    if (to < 0 || to >= store.getState().document.patterns.length) return from;
    store.update((draft) => {
        const [pattern] = draft.patterns.splice(from, 1);
        if (pattern) draft.patterns.splice(to, 0, pattern);
    });
    return to;
}

function blankStep(taken: string[], event: string): Step {
    return { as: ALIASES.find((alias) => !taken.includes(alias)) ?? "x", event, where: "", is_absent: false };
}

export function addStep(store: Store, pattern: number): void {
    store.update((draft) => {
        const steps = draft.patterns[pattern]?.steps;
        const event = steps?.at(-1)?.event ?? "application";
        steps?.push(blankStep(steps.map((step) => step.as), event));
    });
}

export function removeStep(store: Store, pattern: number, step: number): void {
    store.update((draft) => {
        draft.patterns[pattern]?.steps.splice(step, 1);
    });
}

export function moveStep(store: Store, pattern: number, from: number, to: number): void {
    store.update((draft) => {
        const steps = draft.patterns[pattern]?.steps;
        const [step] = steps?.splice(from, 1) ?? [];
        if (step) steps?.splice(to, 0, step);
        if (steps?.[0]) steps[0].is_absent = false;
    });
}
