// How one cell of a grid looks: its content, its problems, and whether it is active or selected.
import type { Problem } from "../api/types";
import { problemsAt, worst } from "../store/problems";
import { kindOf, mayEdit, shownText, type Column, type Entry } from "./columns";
import type { List } from "./list";
import { pendingAt } from "./pending";

export interface Cell {
    list: List;
    column: Column;
    index: number;
    entry: Entry;
    row: number;
}

/** The inside of a cell: its value, or the text that could not be read. */
export function contentOf({ list, column, entry, row }: Cell): HTMLElement {
    const box = document.createElement("div");
    const pending = pendingAt(list.store, list.path, column, entry, row);
    box.className = `re-cell re-cell-${kindOf(column, entry)} ${column.tone?.(entry, row) ?? ""} ${mayEdit(column, entry) ? "" : "re-cell-fixed"}`;
    const shown = pending ? pending.text : shownText(column, entry, row);
    if (typeof shown === "string") box.append(...breakable(shown));
    else box.append(shown);
    return box;
}

/** Long codes break behind their underscores. */
function breakable(text: string): (string | HTMLElement)[] {
    return text.split(/(?<=_)/).flatMap((part, index) => (index ? [document.createElement("wbr"), part] : [part]));
}

/** Tell in colour, tooltip and label what is wrong with a cell; problems of a whole row stand at its first. */
export function markProblems(element: HTMLElement, { list, column, index, entry, row }: Cell, problems: Problem[]): void {
    const pending = pendingAt(list.store, list.path, column, entry, row);
    const found = [
        ...problemsAt(problems, `${list.path}/${row}/${column.field}`),
        ...(index === 0 ? problemsAt(problems, `${list.path}/${row}`) : []),
    ];
    const messages = [...(pending ? [pending.message] : []), ...found.map((problem) => problem.message)];
    const severity = pending ? "error" : worst(found);
    element.classList.toggle("re-error", severity === "error");
    element.classList.toggle("re-warned", severity === "warning");
    element.title = messages.join("\n") || (column.help?.(entry, row) ?? "");
    const shown = element.querySelector(".re-cell")?.textContent ?? "";
    element.setAttribute("aria-label", [column.title, shown, ...messages].filter(Boolean).join(", "));
    if (severity === "error") element.setAttribute("aria-invalid", "true");
    else element.removeAttribute("aria-invalid");
}

export interface Standing {
    isActive: boolean;
    /** Within a selected block of more than one cell. */
    isSelected: boolean;
}

/** Show where the person is; only the active cell is reached by Tab. */
export function markStanding(element: HTMLElement, { isActive, isSelected }: Standing): void {
    element.classList.toggle("re-active", isActive);
    element.classList.toggle("re-selected", isSelected);
    element.tabIndex = isActive ? 0 : -1;
    element.setAttribute("aria-selected", String(isActive || isSelected));
}
