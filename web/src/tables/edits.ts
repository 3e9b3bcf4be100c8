// Changes of the list of tables and of a table's columns with their cells, each one step of undo.
import type { Table, TableOutput } from "../api/document";
import { freshName } from "../names/fresh";
import type { Store } from "../store/store";

export type Side = "inputs" | "outputs";

function taken(store: Store): string[] {
    const { document } = store.getState();
    return [...document.parameters, ...document.derived, ...document.tables, ...document.scorecards].map((entry) => entry.name);
}

/** A new table; where it stands. */
export function addTable(store: Store): number {
    const { document, data } = store.getState();
    const tested = data.names.find((name) => name.kind === "variable")?.name ?? "business_date";
    const table: Table = {
        name: freshName("table", taken(store)),
        inputs: [{ expression: tested, en: "", zh: "", values: "" }],
        outputs: [blankOutput("result")],
        rows: [{ when: ["-"], then: [""], note: "" }],
        hit_policy: "F",
        en: "New table",
        zh: "新决策表",
        help_en: "",
        help_zh: "",
    };
    store.update((draft) => {
        draft.tables.push(table);
    });
    return document.tables.length;
}

export function copyTable(store: Store, index: number): number {
    const table = store.getState().document.tables[index];
    if (!table) return index;
    const name = freshName(table.name, taken(store));
    store.update((draft) => {
        draft.tables.splice(index + 1, 0, { ...structuredClone(table), name });
    });
    return index + 1;
}

export function removeTable(store: Store, index: number): void {
    store.update((draft) => {
        draft.tables.splice(index, 1);
    });
}

function blankOutput(name: string): TableOutput {
    return { name, type: "number", en: "", zh: "", unit: "", values: [], default: "" };
}

export function addColumn(store: Store, index: number, side: Side): void {
    const { data } = store.getState();
    store.update((draft) => {
        const table = draft.tables[index];
        if (!table) return;
        if (side === "inputs") {
            const used = table.inputs.map((input) => input.expression);
            const tested = data.names.find((name) => name.kind === "variable" && !used.includes(name.name))?.name ?? "";
            table.inputs.push({ expression: tested, en: "", zh: "", values: "" });
            for (const row of table.rows) row.when.push("-");
        } else {
            table.outputs.push(blankOutput(freshName("result", table.outputs.map((output) => output.name))));
            for (const row of table.rows) row.then.push("");
        }
    });
}

export function removeColumn(store: Store, index: number, side: Side, column: number): void {
    store.update((draft) => {
        const table = draft.tables[index];
        table?.[side].splice(column, 1);
        for (const row of table?.rows ?? []) row[side === "inputs" ? "when" : "then"].splice(column, 1);
    });
}

export function moveColumn(store: Store, index: number, side: Side, from: number, by: 1 | -1): void {
    store.update((draft) => {
        const table = draft.tables[index];
        if (!table || from + by < 0 || from + by >= table[side].length) return;
        moved<unknown>(table[side], from, by);
        for (const row of table.rows) moved(row[side === "inputs" ? "when" : "then"], from, by);
    });
}

function moved<Item>(list: Item[], from: number, by: 1 | -1): void {
    list.splice(from + by, 0, ...list.splice(from, 1));
}
