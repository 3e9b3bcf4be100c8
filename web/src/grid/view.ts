// A grid as it is seen: its rows drawn by Tabulator, its marks, and the cell where one is.
import type { CellComponent, Tabulator } from "tabulator-tables";
import type { Problem } from "../api/types";
import { contentOf, markProblems, markStanding, type Cell } from "./cell";
import type { Column, Entry } from "./columns";
import { entriesOf, type List } from "./list";
import { blockBetween, isWithin, type Block, type Place } from "./selection";
import { tableOf } from "./table";

export class GridView {
    protected active: Place = { row: 0, column: 0 };
    /** The other corner of the selected block. */
    protected corner: Place = { row: 0, column: 0 };
    protected drawn: Entry[];
    private table: Tabulator;
    private isBuilt = false;

    constructor(
        protected readonly host: HTMLElement,
        protected readonly list: List,
        protected readonly columns: Column[],
        /** Says what is wrong with the cell one came to. */
        protected readonly tell: (message: string) => void,
    ) {
        this.drawn = entriesOf(list);
        this.table = this.built();
    }

    destroy(): void {
        this.table.destroy();
    }

    /** Draw what changed in the document; what is the same stays as it is. */
    refresh(): void {
        const entries = entriesOf(this.list);
        const before = this.drawn;
        if (entries === before || !this.isBuilt) return;
        this.drawn = entries;
        if (entries.length !== before.length) {
            void this.table.setData(this.rows()).then(() => this.marked());
            return;
        }
        entries.forEach((entry, row) => {
            if (entry !== before[row]) this.redrawRow(row);
        });
        this.marked();
    }

    /** Draw every row again: what its cells show beside the document has changed. */
    redraw(): void {
        if (!this.isBuilt) return;
        this.drawn.forEach((_entry, row) => this.redrawRow(row));
        this.marked();
    }

    /** Mark problems and the selection again. */
    marked(): void {
        const { problems } = this.list.store.getState();
        for (const cell of this.host.querySelectorAll<HTMLElement>(".tabulator-cell[data-row]")) this.mark(cell, problems);
    }

    selectedRows(): { from: number; to: number } {
        const { top, bottom } = this.block;
        return { from: top, to: bottom };
    }

    /** Go to a cell; of a row alone to its first. */
    goTo(row: number, column = this.active.column): void {
        this.select({ row, column });
    }

    protected get block(): Block {
        return blockBetween(this.active, this.corner);
    }

    private rows(): { id: number }[] {
        return this.drawn.map((_entry, id) => ({ id }));
    }

    private built(): Tabulator {
        const table = tableOf(this.host, this.rows(), this.columns, this.drawnCell);
        table.on("tableBuilt", () => {
            this.isBuilt = true;
            this.host.querySelector(".tabulator-tableholder")?.removeAttribute("tabindex");
            this.refresh();
            this.marked();
        });
        table.on("scrollVertical", () => window.requestAnimationFrame(() => this.marked()));
        return table;
    }

    private readonly drawnCell = (cell: CellComponent, index: number): HTMLElement => {
        const row = (cell.getData() as { id: number }).id;
        const element = cell.getElement();
        element.dataset.row = String(row);
        element.dataset.column = String(index);
        element.tabIndex = -1;
        element.setAttribute("aria-colindex", String(index + 1));
        const drawn = this.cell(row, index);
        return drawn ? contentOf(drawn) : document.createElement("div");
    };

    private cell(row: number, index: number): Cell | null {
        const [entry, column] = [this.drawn[row], this.columns[index]];
        return entry && column ? { list: this.list, column, index, entry, row } : null;
    }

    protected redrawRow(row: number): void {
        for (const element of this.host.querySelectorAll<HTMLElement>(`.tabulator-cell[data-row="${row}"]`)) {
            const cell = this.cell(row, Number(element.dataset.column));
            if (cell) element.replaceChildren(contentOf(cell));
        }
        this.table.getRows()[row]?.normalizeHeight();
    }

    private mark(element: HTMLElement, problems: Problem[]): void {
        const [row, index] = [Number(element.dataset.row), Number(element.dataset.column)];
        const cell = this.cell(row, index);
        if (!cell) return;
        markProblems(element, cell, problems);
        const isOne = this.active.row === this.corner.row && this.active.column === this.corner.column;
        markStanding(element, {
            isActive: row === this.active.row && index === this.active.column,
            isSelected: !isOne && isWithin(this.block, row, index),
        });
    }

    protected cellAt({ row, column }: Place): HTMLElement | null {
        return this.host.querySelector<HTMLElement>(`.tabulator-cell[data-row="${row}"][data-column="${column}"]`);
    }

    protected select(place: Place, corner: Place = place): void {
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
        this.tell(message);
    }

    protected focus(): void {
        this.select(this.active, this.corner);
    }

}
