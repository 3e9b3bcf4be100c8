// Blocks of a grid's cells as texts: copied, pasted and cleared.
import { editedText, kindOf, mayEdit, readText, shownText, type Column, type Entry } from "./columns";
import { change, entriesOf, type CellChange, type List } from "./list";
import { pend } from "./pending";
import type { Block } from "./selection";
import { textOfBlock } from "./tsv";

/** The text of a block, as spreadsheets take it. */
export function copiedText(list: List, columns: Column[], { top, bottom, left, right }: Block): string {
    const rows = entriesOf(list).slice(top, bottom + 1);
    const chosen = columns.slice(left, right + 1);
    return textOfBlock(rows.map((entry, offset) => chosen.map((column) => copiedCell(column, entry, top + offset))));
}

function copiedCell(column: Column, entry: Entry, row: number): string {
    if (kindOf(column, entry) !== "shown") return editedText(column, entry, row);
    const shown = shownText(column, entry, row);
    return typeof shown === "string" ? shown : (shown.textContent ?? "");
}

/** What became of a pasted block. */
export interface Filled {
    block: Block;
    /** Rows whose texts could not all be read. */
    unread: number[];
}

/**
 * Write a block of texts from the corner of `over`; one text alone fills the whole of `over`. Rows beyond the last are
 * new; texts that cannot be read stand in their cells, marked.
 */
export function fill(list: List, columns: Column[], texts: string[][], over: Block): Filled {
    const { top, left } = over;
    const isOne = texts.length === 1 && texts[0]?.length === 1;
    const height = isOne ? over.bottom - top + 1 : texts.length;
    const width = isOne ? over.right - left + 1 : Math.max(...texts.map((row) => row.length));
    const before = entriesOf(list);
    const added = list.blank ? Math.max(0, top + height - before.length) : 0;
    const block = { top, left, bottom: Math.min(top + height, before.length + added) - 1, right: Math.min(left + width, columns.length) - 1 };
    const changes: CellChange[] = [];
    const unread: [Column, number, string, string][] = [];
    for (let row = top; row <= block.bottom; row += 1) {
        const entry: Entry = before[row] ?? list.blank?.(before);
        columns.slice(left, block.right + 1).forEach((column, offset) => {
            const text = isOne ? texts[0]?.[0] : texts[row - top]?.[offset];
            if (text === undefined || !entry || !mayEdit(column, entry)) return;
            const read = readText(column, text, entry, row);
            if ("message" in read) unread.push([column, row, text, read.message]);
            else changes.push({ row, column, value: read.value });
        });
    }
    if (changes.length || added) change(list, changes, added);
    const after = entriesOf(list);
    for (const { row, column } of changes) pend(list.store, list.path, column, after[row], row, null);
    for (const [column, row, text, message] of unread) pend(list.store, list.path, column, after[row], row, { text, message });
    return { block, unread: [...new Set(unread.map(([, row]) => row))] };
}
