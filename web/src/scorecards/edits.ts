// Changes of the list of scorecards and of their characteristics, each one step of undo.
import type { Bin, Characteristic, Scorecard } from "../api/document";
import { freshName } from "../names/fresh";
import type { Store } from "../store/store";

function taken(store: Store): string[] {
    const { document } = store.getState();
    return [...document.parameters, ...document.derived, ...document.tables, ...document.scorecards].map((entry) => entry.name);
}

export function blankBin(): Bin {
    return { when: "-", points: 0, en: "", zh: "" };
}

function blankCharacteristic(store: Store, names: string[]): Characteristic {
    const { data } = store.getState();
    const used = new Set(names);
    const measured = data.names.find((name) => name.kind === "variable" && !used.has(name.name));
    const name = freshName(measured?.name ?? "characteristic", names);
    return { name, expression: measured?.name ?? "", bins: [blankBin()], special: [], missing_points: 0, reason: "", en: measured?.en ?? "", zh: measured?.zh ?? "" };
}

export function addScorecard(store: Store): number {
    const card: Scorecard = {
        name: freshName("scorecard", taken(store)),
        characteristics: [blankCharacteristic(store, [])],
        initial_points: 0,
        en: "New scorecard",
        zh: "新评分卡",
        help_en: "",
        help_zh: "",
    };
    store.update((draft) => {
        draft.scorecards.push(card);
    });
    return store.getState().document.scorecards.length - 1;
}

export function copyScorecard(store: Store, index: number): number {
    const card = store.getState().document.scorecards[index];
    if (!card) return index;
    store.update((draft) => {
        draft.scorecards.splice(index + 1, 0, { ...structuredClone(card), name: freshName(card.name, taken(store)) });
    });
    return index + 1;
}

export function removeScorecard(store: Store, index: number): number {
    store.update((draft) => {
        draft.scorecards.splice(index, 1);
    });
    return Math.max(0, index - 1);
}

/** `copied`: the characteristic to begin from. */
export function addCharacteristic(store: Store, card: number, copied?: Characteristic): number {
    const characteristics = store.getState().document.scorecards[card]?.characteristics ?? [];
    const names = characteristics.map((entry) => entry.name);
    const made = copied ? { ...structuredClone(copied), name: freshName(copied.name, names) } : blankCharacteristic(store, names);
    store.update((draft) => {
        draft.scorecards[card]?.characteristics.push(made);
    });
    return characteristics.length;
}

export function removeCharacteristic(store: Store, card: number, at: number): number {
    store.update((draft) => {
        draft.scorecards[card]?.characteristics.splice(at, 1);
    });
    return Math.max(0, at - 1);
}

export function moveCharacteristic(store: Store, card: number, from: number, by: 1 | -1): number {
    const count = store.getState().document.scorecards[card]?.characteristics.length ?? 0;
    if (from + by < 0 || from + by >= count) return from;
    store.update((draft) => {
        const list = draft.scorecards[card]?.characteristics;
        list?.splice(from + by, 0, ...list.splice(from, 1));
    });
    return from + by;
}
