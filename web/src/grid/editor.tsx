// The editor of one cell: an input, a choice or an expression, with what is wrong told below it as it is typed.
import { createRoot } from "react-dom/client";
import { FormulaInput } from "../formula/FormulaInput";
import { StoreContext, type Store } from "../store/store";
import { useState } from "react";
import { say } from "../words";
import { GRID } from "./words";
import { kindOf, readText, type Column, type Entry } from "./columns";

export type Next = "down" | "right" | "left" | "stay" | "away";

export interface Editor {
    cell: HTMLElement;
    /** Close it, keeping or giving up what was typed. */
    close: (isKept: boolean) => void;
}

interface Opening {
    cell: HTMLElement;
    column: Column;
    entry: Entry;
    row: number;
    path: string;
    store: Store;
    text: string;
    /** Opened by typing: the text stands for the old one and the caret behind it. */
    isTyped: boolean;
    /** `text` null: given up. */
    closed: (text: string | null, next: Next) => void;
}

export function openEditor(opening: Opening): Editor {
    const kind = kindOf(opening.column, opening.entry);
    if (kind === "formula") return formulaEditor(opening);
    return kind === "choice" || kind === "boolean" ? choiceEditor(opening, kind) : textEditor(opening);
}

/** Put an element over the cell; what leaves it closes it. */
function framed({ cell, column, entry, closed }: Opening, read: () => string, element: HTMLElement, done: () => void = () => undefined): Editor & { finish: (next: Next, isKept?: boolean) => void } {
    const frame = document.createElement("div");
    frame.className = kindOf(column, entry) === "formula" ? "re-editor re-editor-wide" : "re-editor";
    frame.append(element);
    const box = cell.closest<HTMLElement>(".re-grid-box") ?? document.body;
    const [inner, outer] = [cell.getBoundingClientRect(), box.getBoundingClientRect()];
    frame.style.top = `${inner.top - outer.top}px`;
    frame.style.minWidth = `${inner.width}px`;
    frame.style.left = `${inner.left - outer.left}px`;
    box.append(frame);
    // An expression needs more room than its cell: it stays within the grid's width.
    const spill = frame.getBoundingClientRect().right - outer.right;
    if (spill > 0) frame.style.left = `${Math.max(0, inner.left - outer.left - spill)}px`;
    let isOpen = true;
    const finish = (next: Next, isKept = true) => {
        if (!isOpen) return;
        isOpen = false;
        const text = isKept ? read() : null;
        done();
        frame.remove();
        closed(text, next);
    };
    frame.addEventListener("focusout", (event) => {
        const next = event.relatedTarget as Node | null;
        if (!next || !frame.contains(next)) finish("away");
    });
    frame.addEventListener("keydown", (event) => event.stopPropagation());
    return { cell, finish, close: (isKept) => finish("away", isKept) };
}

function nextOf(event: KeyboardEvent | React.KeyboardEvent): Next | null {
    if (event.key === "Enter" && !event.shiftKey) return "down";
    if (event.key === "Tab") return event.shiftKey ? "left" : "right";
    return null;
}

function textEditor(opening: Opening): Editor {
    const { column, entry, row, isTyped } = opening;
    const input = document.createElement("input");
    input.value = opening.text;
    input.type = kindOf(column, entry) === "date" ? "date" : "text";
    input.className = "re-input";
    input.setAttribute("aria-label", column.title);
    const box = document.createElement("div");
    const message = document.createElement("p");
    message.className = "re-editor-message";
    message.setAttribute("role", "alert");
    box.append(input, message);
    const editor = framed(opening, () => input.value, box);
    const judge = () => {
        const read = readText(column, input.value, entry, row);
        message.textContent = "message" in read ? read.message : "";
        input.setAttribute("aria-invalid", String("message" in read));
    };
    input.addEventListener("input", judge);
    input.addEventListener("keydown", (event) => {
        if (event.isComposing) return;
        const next = nextOf(event);
        if (event.key === "Escape") editor.finish("stay", false);
        else if (next) editor.finish(next);
        else return;
        event.preventDefault();
    });
    input.focus();
    if (isTyped && input.type === "text") input.setSelectionRange(input.value.length, input.value.length);
    else if (input.type === "text") input.select();
    judge();
    return editor;
}

function choiceEditor(opening: Opening, kind: "choice" | "boolean"): Editor {
    const { column, entry } = opening;
    const choices = kind === "boolean" ? [true, false].map((value) => ({ value, label: yesNo(value) })) : (column.choices?.(entry) ?? []);
    const select = document.createElement("select");
    select.className = "re-input";
    select.setAttribute("aria-label", column.title);
    for (const { value, label } of choices) select.add(new Option(label, String(value), false, label === opening.text));
    const editor = framed(opening, () => select.value, select);
    select.addEventListener("keydown", (event) => {
        const next = nextOf(event);
        if (event.key === "Escape") editor.finish("stay", false);
        else if (next) editor.finish(next);
        else return;
        event.preventDefault();
    });
    select.focus();
    return editor;
}

function yesNo(value: boolean): string {
    return say(value ? GRID.yes : GRID.no);
}

function formulaEditor(opening: Opening): Editor {
    const place = document.createElement("div");
    const root = createRoot(place);
    let text = opening.text;
    const editor = framed(
        opening,
        () => text,
        place,
        () => window.setTimeout(() => root.unmount()),
    );
    const keep = (value: string) => {
        text = value;
    };
    root.render(
        <StoreContext value={opening.store}>
            <FormulaCell opening={opening} keep={keep} finish={editor.finish} />
        </StoreContext>,
    );
    return editor;
}

interface FormulaCellProperties {
    opening: Opening;
    keep: (text: string) => void;
    finish: (next: Next, isKept?: boolean) => void;
}

function FormulaCell({ opening, keep, finish }: FormulaCellProperties) {
    const [text, setText] = useState(opening.text);
    return (
        <FormulaInput
            value={text}
            path={opening.path}
            kind={opening.column.formula?.(opening.entry)}
            label={opening.column.title}
            rows={Math.min(8, Math.max(2, text.split("\n").length))}
            hasFocus
            onChange={(value) => {
                keep(value);
                setText(value);
            }}
            onKeyDown={(event) => {
                const next = nextOf(event);
                if (event.key === "Escape") finish("stay", false);
                else if (next) finish(next);
                else return;
                event.preventDefault();
            }}
        />
    );
}
