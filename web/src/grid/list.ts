// Changes of a list of entries in the document: cells, rows added, removed and moved. Each is one step of undo.
import { at } from "../store/path";
import type { Store } from "../store/store";
import { write, type Column, type Entry } from "./columns";

export interface CellChange {
    row: number;
    column: Column;
    value: unknown;
}

/** Where a grid's entries are and how a new one begins. */
export interface List {
    store: Store;
    path: string;
    /** A new entry; `taken` are the entries there. */
    blank: ((taken: Entry[]) => Entry) | null;
    /** The least number of entries. */
    least: number;
}

export function entriesOf(list: List): Entry[] {
    return (at(list.store.getState().document, list.path) as Entry[] | undefined) ?? [];
}

/** Write cells, after `added` new rows at the end. */
export function change(list: List, changes: CellChange[], added = 0): void {
    list.store.update((document) => {
        const entries = at(document, list.path) as Entry[];
        for (let count = 0; count < added; count += 1) if (list.blank) entries.push(list.blank(entries));
        for (const { row, column, value } of changes) {
            if (entries[row]) write(column, entries[row], value, row, document);
        }
    });
}

/** A new row before `place`. */
export function insert(list: List, place: number): void {
    list.store.update((document) => {
        const entries = at(document, list.path) as Entry[];
        if (list.blank) entries.splice(place, 0, list.blank(entries));
    });
}

export function remove(list: List, from: number, to: number): boolean {
    const count = entriesOf(list).length;
    if (count - (to - from + 1) < list.least) return false;
    list.store.update((document) => {
        (at(document, list.path) as Entry[]).splice(from, to - from + 1);
    });
    return true;
}

/** Move rows `from` to `to` by one place; false at the edge. */
export function move(list: List, from: number, to: number, by: 1 | -1): boolean {
    if (from + by < 0 || to + by >= entriesOf(list).length) return false;
    list.store.update((document) => {
        const entries = at(document, list.path) as Entry[];
        const rows = entries.splice(from, to - from + 1);
        entries.splice(from + by, 0, ...rows);
    });
    return true;
}
