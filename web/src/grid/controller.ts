// What a person does in a grid: keys, mouse, clipboard, editing of cells, and rows added, moved and removed.
import { say } from "../words";
import { copiedText, fill } from "./clipboard";
import { editedText, mayEdit, readText, type Column, type Entry } from "./columns";
import { openEditor, type Editor, type Next } from "./editor";
import { change, entriesOf, insert, move, remove, type List } from "./list";
import { commandOf, type Command } from "./keys";
import { pend, pendingAt } from "./pending";
import { isWithin, placeAfter, placeBeside, type Block, type Place } from "./selection";
import { blockOf } from "./tsv";
import { GridView } from "./view";
import { GRID } from "./words";

export interface GridEvents {
    /** The menu was asked for there. */
    menu: (at: { x: number; y: number }) => void;
    tell: (message: string) => void;
    open?: (row: number) => void;
    choose?: (row: number) => void;
}

export class GridController extends GridView {
    private editor: Editor | null = null;
    private mayLeave = false;

    constructor(
        host: HTMLElement,
        list: List,
        columns: Column[],
        private readonly events: GridEvents,
    ) {
        super(host, list, columns, events.tell);
        host.addEventListener("keydown", this.pressed);
        host.addEventListener("mousedown", this.clicked);
        host.addEventListener("dblclick", () => this.edit());
        host.addEventListener("contextmenu", this.menu);
        host.addEventListener("copy", this.copied);
        host.addEventListener("cut", this.copied);
        host.addEventListener("paste", this.pasted);
        host.addEventListener("focusout", (event) => {
            if (!host.contains(event.relatedTarget as Node | null)) this.mayLeave = false;
        });
    }

    override destroy(): void {
        this.editor?.close(true);
        super.destroy();
    }

    protected override select(place: Place, corner: Place = place): void {
        super.select(place, corner);
        if (place.row >= 0) this.events.choose?.(place.row);
    }

    insertAt(row: number): void {
        insert(this.list, row);
        window.requestAnimationFrame(() => this.select({ row, column: this.firstEditable(row) }));
    }

    append(): void {
        this.insertAt(entriesOf(this.list).length);
    }

    removeSelected(): void {
        const { from, to } = this.selectedRows();
        if (!this.list.blank || !remove(this.list, from, to)) return;
        window.requestAnimationFrame(() => this.select({ row: Math.min(from, entriesOf(this.list).length - 1), column: this.active.column }));
    }

    moveSelected(by: 1 | -1): void {
        const { from, to } = this.selectedRows();
        if (!this.list.blank || !move(this.list, from, to, by)) return;
        const [active, corner] = [this.active, this.corner];
        window.requestAnimationFrame(() => this.select({ ...active, row: active.row + by }, { ...corner, row: corner.row + by }));
    }

    async copySelected(): Promise<void> {
        await navigator.clipboard?.writeText(copiedText(this.list, this.columns, this.block));
        this.focus();
    }

    edit(first?: string): void {
        const entry = this.drawn[this.active.row];
        const column = this.columns[this.active.column];
        const cell = this.cellAt(this.active);
        if (!entry || !column || !cell || this.editor || !this.list.store.getState().data.may_edit) return;
        const { row } = this.active;
        if (!mayEdit(column, entry)) {
            this.events.open?.(row);
            return;
        }
        const pending = pendingAt(this.list.store, this.list.path, column, entry, row);
        this.editor = openEditor({
            cell,
            column,
            entry,
            row,
            path: `${this.list.path}/${row}/${column.field}`,
            store: this.list.store,
            text: first ?? pending?.text ?? editedText(column, entry, row),
            isTyped: first !== undefined,
            closed: (text, next) => this.edited(column, row, text, next),
        });
    }

    private edited(column: Column, row: number, text: string | null, next: Next): void {
        this.editor = null;
        const entry = this.drawn[row];
        if (text !== null && entry) this.enter(column, row, entry, text);
        this.redrawRow(row);
        this.marked();
        if (next === "away") return;
        const count = this.columns.length;
        if (next === "down") this.select(placeAfter("ArrowDown", false, this.active, this.drawn.length, count) ?? this.active);
        else if (next === "stay") this.focus();
        else this.select(placeBeside(this.active, next === "right" ? 1 : -1, this.drawn.length, count) ?? this.active);
    }

    private enter(column: Column, row: number, entry: Entry, text: string): void {
        const read = readText(column, text, entry, row);
        const { store, path } = this.list;
        if ("message" in read) {
            pend(store, path, column, entry, row, { text, message: read.message });
            return;
        }
        pend(store, path, column, entry, row, null);
        if (text !== editedText(column, entry, row)) change(this.list, [{ row, column, value: read.value }]);
    }

    private firstEditable(row: number): number {
        const entry = entriesOf(this.list)[row];
        return Math.max(0, this.columns.findIndex((column) => entry && mayEdit(column, entry)));
    }

    private readonly clicked = (event: MouseEvent): void => {
        const cell = (event.target as HTMLElement).closest<HTMLElement>(".tabulator-cell[data-row]");
        if (!cell || this.editor?.cell.contains(event.target as Node)) return;
        const place = { row: Number(cell.dataset.row), column: Number(cell.dataset.column) };
        if (event.button === 2 && isWithin(this.block, place.row, place.column)) return;
        event.preventDefault();
        this.editor?.close(true);
        this.select(event.shiftKey ? this.active : place, place);
        if (event.button !== 0 || event.shiftKey) return;
        const extend = (moved: MouseEvent) => {
            const over = (moved.target as HTMLElement).closest<HTMLElement>(".tabulator-cell[data-row]");
            if (!over || !this.host.contains(over)) return;
            this.corner = { row: Number(over.dataset.row), column: Number(over.dataset.column) };
            this.marked();
        };
        document.addEventListener("mousemove", extend);
        document.addEventListener("mouseup", () => document.removeEventListener("mousemove", extend), { once: true });
    };

    private readonly pressed = (event: KeyboardEvent): void => {
        if (event.isComposing || !(event.target as HTMLElement).matches(".tabulator-cell")) return;
        const command = commandOf(event);
        if (command && this.done(command, event)) event.preventDefault();
        this.mayLeave = event.key === "Escape";
    };

    /** Do what a key means; false where it is left to the browser. */
    private done(command: Command, event: KeyboardEvent): boolean {
        switch (command) {
            case "up":
            case "down":
                this.moveSelected(command === "up" ? -1 : 1);
                return true;
            case "insert":
                if (this.list.blank) this.insertAt(this.active.row + 1);
                return true;
            case "remove":
                this.removeSelected();
                return true;
            case "menu": {
                const box = this.cellAt(this.active)?.getBoundingClientRect();
                this.events.menu({ x: box?.left ?? 0, y: box?.bottom ?? 0 });
                return true;
            }
            case "next":
                return this.stepped(event.shiftKey ? -1 : 1);
            case "go":
                return this.went(event);
            case "edit":
                this.edit();
                return true;
            case "clear":
                this.clear();
                return true;
            case "type":
                this.edit(event.key);
                return true;
        }
    }

    private stepped(step: 1 | -1): boolean {
        const next = this.mayLeave ? null : placeBeside(this.active, step, this.drawn.length, this.columns.length);
        if (next) this.select(next);
        return next !== null;
    }

    private went(event: KeyboardEvent): boolean {
        const from = event.shiftKey ? this.corner : this.active;
        const place = placeAfter(event.key, event.ctrlKey || event.metaKey, from, this.drawn.length, this.columns.length);
        if (!place) return false;
        if (event.shiftKey) {
            this.corner = place;
            this.marked();
            this.cellAt(place)?.scrollIntoView({ block: "nearest", inline: "nearest" });
        } else this.select(place);
        return true;
    }

    private clear(): void {
        this.fill([[""]], this.block);
    }

    private readonly copied = (event: ClipboardEvent): void => {
        event.preventDefault();
        event.clipboardData?.setData("text/plain", copiedText(this.list, this.columns, this.block));
        if (event.type === "cut") this.clear();
    };

    private readonly pasted = (event: ClipboardEvent): void => {
        event.preventDefault();
        this.fill(blockOf(event.clipboardData?.getData("text/plain") ?? ""), this.block);
    };

    private fill(texts: string[][], over: Block): void {
        if (!this.list.store.getState().data.may_edit) return;
        const { block, unread } = fill(this.list, this.columns, texts, over);
        this.active = { row: block.top, column: block.left };
        this.corner = { row: block.bottom, column: block.right };
        this.refresh();
        for (const row of unread) this.redrawRow(row);
        window.requestAnimationFrame(() => {
            this.focus();
            if (unread.length) this.events.tell(say(GRID.pasted, { count: unread.length }));
        });
    }

    private readonly menu = (event: MouseEvent): void => {
        if (!(event.target as HTMLElement).closest(".tabulator-cell[data-row]") || this.editor) return;
        event.preventDefault();
        this.events.menu({ x: event.clientX, y: event.clientY });
    };
}
