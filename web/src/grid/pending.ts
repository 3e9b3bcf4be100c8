// Texts typed into cells that cannot be read as values yet: shown where they were typed, and not in the document.
import type { Store } from "../store/store";
import type { Column, Entry } from "./columns";

export interface Pending {
    text: string;
    message: string;
}

const OF_STORE = new WeakMap<Store, Map<string, Pending>>();

function all(store: Store): Map<string, Pending> {
    const found = OF_STORE.get(store) ?? new Map<string, Pending>();
    OF_STORE.set(store, found);
    return found;
}

function place(path: string, column: Column, entry: Entry, row: number): string {
    return [path, String(entry?.name ?? entry?.code ?? entry?.grade ?? row), column.field].join("|");
}

export function pendingAt(store: Store, path: string, column: Column, entry: Entry, row: number): Pending | undefined {
    return all(store).get(place(path, column, entry, row));
}

/** Keep a text, or with null forget what was kept. */
export function pend(store: Store, path: string, column: Column, entry: Entry, row: number, pending: Pending | null): void {
    const texts = all(store);
    if (pending) texts.set(place(path, column, entry, row), pending);
    else if (!texts.delete(place(path, column, entry, row))) return;
    store.set({ unwritten: texts.size });
}
