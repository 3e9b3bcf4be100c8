// Tabulator as the grids use it: it lays out and draws, nothing else.
import { FormatModule, FrozenColumnsModule, ResizeColumnsModule, Tabulator, type CellComponent } from "tabulator-tables";
import type { Column } from "./columns";

Tabulator.registerModule([FormatModule, FrozenColumnsModule, ResizeColumnsModule]);

/** Up to here every row is drawn at once; beyond, those in sight. */
const DRAWN_WHOLE = 150;

function headOf({ title, hint }: Column): HTMLElement {
    const head = document.createElement("div");
    const name = document.createElement("div");
    name.textContent = title;
    head.append(name);
    if (hint) {
        const line = document.createElement("div");
        line.className = "re-col-hint";
        line.textContent = hint;
        line.title = hint;
        head.append(line);
    }
    return head;
}

export function tableOf(host: HTMLElement, rows: { id: number }[], columns: Column[], draw: (cell: CellComponent, index: number) => HTMLElement): Tabulator {
    const isWhole = rows.length <= DRAWN_WHOLE;
    return new Tabulator(host, {
        data: rows,
        layout: "fitColumns",
        renderVertical: isWhole ? "basic" : "virtual",
        height: isWhole ? false : "68vh",
        placeholder: "",
        columns: columns.map((column, index) => ({
            title: column.title,
            // A node: the library would read a text as HTML, and titles are texts of the document.
            titleFormatter: () => headOf(column),
            field: `c${index}`,
            minWidth: column.width,
            width: column.grow ? undefined : column.width,
            widthGrow: column.grow ?? 0,
            frozen: column.isFrozen ?? false,
            resizable: "header" as const,
            formatter: (cell: CellComponent) => draw(cell, index),
        })),
    });
}
