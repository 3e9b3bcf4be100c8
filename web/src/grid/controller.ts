// One grid: Tabulator draws it; which cell is active, keys, clipboard and editing are decided here.
import { FormatModule, FrozenColumnsModule, ResizeColumnsModule, Tabulator, type CellComponent } from "tabulator-tables";
import { problemsAt, worst } from "../store/problems";
import type { Problem } from "../api/types";
import { say } from "../words";
import { editedText, kindOf, mayEdit, readText, shownText, type Column, type Entry } from "./columns";
import { openEditor, type Editor } from "./editor";
import { change, entriesOf, insert, move, remove, type CellChange, type List } from "./list";
import { pend, pendingAt } from "./pending";
import { blockBetween, isWithin, placeAfter, placeBeside, type Block, type Place } from "./selection";
import { blockOf, textOfBlock } from "./tsv";
import { GRID } from "./words";

Tabulator.registerModule([FormatModule, FrozenColumnsModule, ResizeColumnsModule]);

const DRAWN_WHOLE = 150;

export interface GridEvents {
    /** The selected rows, or where the menu was asked for. */
    menu: (at: { x: number; y: number }) => void;
    tell: (message: string) => void;
    open?: (row: number) => void;
}

export class GridController {
    private table: Tabulator;
    private active: Place = { row: 0, column: 0 };
    private corner: Place = { row: 0, column: 0 };
    private drawn: Entry[] = [];
    private editor: Editor | null = null;
    private mayLeave = false;
    private isBuilt = false;

    constructor(
        private readonly host: HTMLElement,
        private readonly list: List,
        private columns: Column[],
        private readonly events: GridEvents,
    ) {
        this.drawn = entriesOf(list);
        this.table = this.built();
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

    destroy(): void {
        this.editor?.close(true);
        this.table.destroy();
    }

    /** Draw what changed in the document; an open editor stays open. */
    refresh(): void {
        const entries = entriesOf(this.list);
        const before = this.drawn;
        if (entries === before || !this.isBuilt) return;
        this.drawn = entries;
        if (entries.length !== before.length) {
            this.editor?.close(false);
            void this.table.setData(this.rows()).then(() => this.marked());
            return;
        }
        entries.forEach((entry, row) => {
            if (entry !== before[row]) this.redrawRow(row);
        });
        this.marked();
    }

    /** Mark problems and the selection again. */
    marked(): void {
        const { problems } = this.list.store.getState();
        for (const cell of this.host.querySelectorAll<HTMLElement>(".tabulator-cell[data-row]")) this.mark(cell, problems);
    }

    setColumns(columns: Column[]): void {
        this.editor?.close(true);
        this.columns = columns;
        this.drawn = entriesOf(this.list);
        this.table.destroy();
        this.isBuilt = false;
        this.table = this.built();
    }

    selectedRows(): { from: number; to: number } {
        const { top, bottom } = this.block;
        return { from: top, to: bottom };
    }

    /** Go to a cell; of a row alone to its first. */
    goTo(row: number, column = this.active.column): void {
        this.select({ row, column });
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
        await navigator.clipboard?.writeText(this.copiedText());
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

    private edited(column: Column, row: number, text: string | null, next: "down" | "right" | "left" | "stay" | "away"): void {
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

    private get block(): Block {
        return blockBetween(this.active, this.corner);
    }

    private firstEditable(row: number): number {
        const entry = entriesOf(this.list)[row];
        return Math.max(0, this.columns.findIndex((column) => entry && mayEdit(column, entry)));
    }

    private rows(): { id: number }[] {
        return this.drawn.map((_entry, id) => ({ id }));
    }

    private built(): Tabulator {
        const isWhole = this.drawn.length <= DRAWN_WHOLE;
        const table = new Tabulator(this.host, {
            data: this.rows(),
            layout: "fitColumns",
            renderVertical: isWhole ? "basic" : "virtual",
            height: isWhole ? false : "68vh",
            placeholder: "",
            columns: this.columns.map((column, index) => ({
                title: column.title,
                field: `c${index}`,
                minWidth: column.width,
                width: column.grow ? undefined : column.width,
                widthGrow: column.grow ?? 0,
                frozen: column.isFrozen ?? false,
                resizable: "header" as const,
                formatter: (cell: CellComponent) => this.drawnCell(cell, index),
            })),
        });
        table.on("tableBuilt", () => {
            this.isBuilt = true;
            this.host.querySelector(".tabulator-tableholder")?.removeAttribute("tabindex");
            this.refresh();
            this.marked();
        });
        table.on("scrollVertical", () => window.requestAnimationFrame(() => this.marked()));
        return table;
    }

    private drawnCell(cell: CellComponent, index: number): HTMLElement {
        const row = (cell.getData() as { id: number }).id;
        const element = cell.getElement();
        element.dataset.row = String(row);
        element.dataset.column = String(index);
        element.tabIndex = -1;
        element.setAttribute("aria-colindex", String(index + 1));
        return this.content(row, index);
    }

    private content(row: number, index: number): HTMLElement {
        const [entry, column] = [this.drawn[row], this.columns[index]];
        const box = document.createElement("div");
        if (!entry || !column) return box;
        const pending = pendingAt(this.list.store, this.list.path, column, entry, row);
        const shown = pending ? pending.text : shownText(column, entry, row);
        const kind = kindOf(column, entry);
        box.className = `re-cell re-cell-${kind} ${column.tone?.(entry, row) ?? ""} ${mayEdit(column, entry) ? "" : "re-cell-fixed"}`;
        box.append(shown);
        return box;
    }

    private redrawRow(row: number): void {
        for (const cell of this.host.querySelectorAll<HTMLElement>(`.tabulator-cell[data-row="${row}"]`)) {
            if (this.editor?.cell === cell) continue;
            cell.replaceChildren(this.content(row, Number(cell.dataset.column)));
        }
        this.table.getRows()[row]?.normalizeHeight();
    }

    private mark(cell: HTMLElement, problems: Problem[]): void {
        const [row, index] = [Number(cell.dataset.row), Number(cell.dataset.column)];
        const [entry, column] = [this.drawn[row], this.columns[index]];
        if (!entry || !column) return;
        const pending = pendingAt(this.list.store, this.list.path, column, entry, row);
        const found = problemsAt(problems, `${this.list.path}/${row}/${column.field}`);
        const whole = index === 0 ? problemsAt(problems, `${this.list.path}/${row}`) : [];
        const messages = [...(pending ? [pending.message] : []), ...[...found, ...whole].map((problem) => problem.message)];
        const severity = pending ? "error" : worst([...found, ...whole]);
        const isActive = row === this.active.row && index === this.active.column;
        cell.classList.toggle("re-error", severity === "error");
        cell.classList.toggle("re-warned", severity === "warning");
        cell.classList.toggle("re-active", isActive);
        cell.classList.toggle("re-selected", isWithin(this.block, row, index) && !(isActive && this.active.row === this.corner.row && this.active.column === this.corner.column));
        cell.tabIndex = isActive ? 0 : -1;
        cell.title = messages.join("\n") || (column.help?.(entry, row) ?? "");
        cell.setAttribute("aria-label", [column.title, cell.querySelector(".re-cell")?.textContent ?? "", ...messages].filter(Boolean).join(", "));
        if (severity === "error") cell.setAttribute("aria-invalid", "true");
        else cell.removeAttribute("aria-invalid");
    }

    private cellAt({ row, column }: Place): HTMLElement | null {
        return this.host.querySelector<HTMLElement>(`.tabulator-cell[data-row="${row}"][data-column="${column}"]`);
    }

    private select(place: Place, corner: Place = place): void {
        if (place.row < 0) return;
        this.active = place;
        this.corner = corner;
        const cell = this.cellAt(place);
        if (cell) this.shown(cell);
        else void this.table.scrollToRow(place.row, "nearest", false).then(() => this.shown(this.cellAt(place)));
    }

    private shown(cell: HTMLElement | null): void {
        this.marked();
        cell?.focus({ preventScroll: true });
        cell?.scrollIntoView({ block: "nearest", inline: "nearest" });
        const message = cell?.matches(".re-error, .re-warned") ? cell.title : "";
        this.events.tell(message);
    }

    private focus(): void {
        this.select(this.active, this.corner);
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
        if (this.editor || event.isComposing || !(event.target as HTMLElement).matches(".tabulator-cell")) return;
        const isHandled = this.structural(event) || this.moved(event) || this.typed(event);
        if (isHandled) event.preventDefault();
        this.mayLeave = event.key === "Escape";
    };

    private structural({ key, ctrlKey, metaKey, altKey, shiftKey }: KeyboardEvent): boolean {
        const isCommand = ctrlKey || metaKey;
        if (altKey && (key === "ArrowUp" || key === "ArrowDown")) this.moveSelected(key === "ArrowUp" ? -1 : 1);
        else if (isCommand && key === "Enter" && this.list.blank) this.insertAt(this.active.row + 1);
        else if (isCommand && (key === "Delete" || key === "Backspace")) this.removeSelected();
        else if (key === "ContextMenu" || (shiftKey && key === "F10")) {
            const box = this.cellAt(this.active)?.getBoundingClientRect();
            this.events.menu({ x: box?.left ?? 0, y: box?.bottom ?? 0 });
        } else return false;
        return true;
    }

    private moved(event: KeyboardEvent): boolean {
        const [rows, columns] = [this.drawn.length, this.columns.length];
        if (event.key === "Tab") {
            const next = this.mayLeave ? null : placeBeside(this.active, event.shiftKey ? -1 : 1, rows, columns);
            if (next) this.select(next);
            return next !== null;
        }
        const from = event.shiftKey ? this.corner : this.active;
        const place = placeAfter(event.key, event.ctrlKey || event.metaKey, from, rows, columns);
        if (!place) return false;
        if (event.shiftKey) {
            this.corner = place;
            this.marked();
            this.cellAt(place)?.scrollIntoView({ block: "nearest", inline: "nearest" });
        } else this.select(place);
        return true;
    }

    private typed({ key, ctrlKey, metaKey, altKey }: KeyboardEvent): boolean {
        if (ctrlKey || metaKey || altKey) return false;
        if (key === "Enter" || key === "F2") this.edit();
        else if (key === "Delete" || key === "Backspace") this.clear();
        else if (key.length === 1) this.edit(key);
        else return false;
        return true;
    }

    private clear(): void {
        this.fill(this.block.top, this.block.left, [[""]], this.block);
    }

    private copiedText(): string {
        const { top, bottom, left, right } = this.block;
        const rows = this.drawn.slice(top, bottom + 1);
        const columns = this.columns.slice(left, right + 1);
        return textOfBlock(rows.map((entry, offset) => columns.map((column) => this.copiedCell(column, entry, top + offset))));
    }

    private copiedCell(column: Column, entry: Entry, row: number): string {
        if (kindOf(column, entry) !== "shown") return editedText(column, entry, row);
        const shown = shownText(column, entry, row);
        return typeof shown === "string" ? shown : (shown.textContent ?? "");
    }

    private readonly copied = (event: ClipboardEvent): void => {
        if (this.editor) return;
        event.preventDefault();
        event.clipboardData?.setData("text/plain", this.copiedText());
        if (event.type === "cut") this.clear();
    };

    private readonly pasted = (event: ClipboardEvent): void => {
        if (this.editor) return;
        event.preventDefault();
        const block = blockOf(event.clipboardData?.getData("text/plain") ?? "");
        const { top, left, bottom, right } = this.block;
        const isOne = block.length === 1 && block[0]?.length === 1;
        this.fill(top, left, block, isOne ? this.block : { top, left, bottom: Math.max(bottom, top + block.length - 1), right });
    };

    /** Write a block of texts from a corner; one text alone fills the whole of `over`. Rows beyond the last are new. */
    private fill(top: number, left: number, block: string[][], over: Block): void {
        if (!this.list.store.getState().data.may_edit) return;
        const isOne = block.length === 1 && block[0]?.length === 1;
        const height = isOne ? over.bottom - over.top + 1 : block.length;
        const width = isOne ? over.right - over.left + 1 : Math.max(...block.map((row) => row.length));
        const added = this.list.blank ? Math.max(0, top + height - this.drawn.length) : 0;
        const changes: CellChange[] = [];
        const pending: [Column, number, string, string][] = [];
        for (let row = top; row < Math.min(top + height, this.drawn.length + added); row += 1) {
            const entry = this.drawn[row] ?? this.list.blank?.(this.drawn);
            for (let index = left; index < Math.min(left + width, this.columns.length); index += 1) {
                const column = this.columns[index];
                const text = isOne ? block[0]?.[0] : block[row - top]?.[index - left];
                if (!column || !entry || text === undefined || !mayEdit(column, entry)) continue;
                const read = readText(column, text, entry, row);
                if ("message" in read) pending.push([column, row, text, read.message]);
                else changes.push({ row, column, value: read.value });
            }
        }
        if (changes.length || added) change(this.list, changes, added);
        const entries = entriesOf(this.list);
        for (const { row, column } of changes) pend(this.list.store, this.list.path, column, entries[row], row, null);
        for (const [column, row, text, message] of pending) {
            pend(this.list.store, this.list.path, column, entries[row], row, { text, message });
            this.redrawRow(row);
        }
        if (pending.length) this.events.tell(say(GRID.pasted, { count: pending.length }));
        this.active = { row: top, column: left };
        this.corner = { row: top + height - 1, column: Math.min(left + width, this.columns.length) - 1 };
        this.marked();
        window.requestAnimationFrame(() => this.focus());
    }

    private readonly menu = (event: MouseEvent): void => {
        if (!(event.target as HTMLElement).closest(".tabulator-cell[data-row]") || this.editor) return;
        event.preventDefault();
        this.events.menu({ x: event.clientX, y: event.clientY });
    };
}
