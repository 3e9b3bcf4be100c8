// The draft being edited: one immutable document, its history, and its way to the server and back.
import { produce } from "immer";
import { createContext, useContext, useSyncExternalStore } from "react";
import type { RuleSetDocument } from "../api/document";
import type { EditorData, Problem } from "../api/types";
import { Saving, type SaveState } from "./saving";
import { put } from "./path";
import type { Conflict } from "./conflict";

export interface EditorState {
    /** What the server told at the start: names, functions, reasons … */
    data: EditorData;
    document: RuleSetDocument;
    problems: Problem[];
    save: SaveState;
    /** Why the server refuses this document, in its words. */
    refusal: string;
    savedAt: string;
    conflict: Conflict | null;
    canUndo: boolean;
    canRedo: boolean;
    /** Texts in cells that cannot be read as values, and so are not in the document. */
    unwritten: number;
}

export type Producer = (document: RuleSetDocument) => void;

const TYPED_TOGETHER_MS = 1200;
const HISTORY = 200;

export class Store {
    private state: EditorState;
    private listeners = new Set<() => void>();
    private past: RuleSetDocument[] = [];
    private future: RuleSetDocument[] = [];
    private lastPath = "";
    private lastAt = 0;
    readonly saving: Saving;

    constructor(data: EditorData) {
        this.state = {
            data,
            document: data.document,
            problems: data.problems,
            save: "saved",
            refusal: "",
            savedAt: "",
            conflict: null,
            canUndo: false,
            canRedo: false,
            unwritten: 0,
        };
        this.saving = new Saving(this, data);
    }

    readonly getState = (): EditorState => this.state;

    readonly subscribe = (listener: () => void): (() => void) => {
        this.listeners.add(listener);
        return () => this.listeners.delete(listener);
    };

    /** Change part of the state beside the document; for the store's own parts. */
    set(changes: Partial<EditorState>): void {
        this.state = { ...this.state, ...changes };
        for (const listener of this.listeners) listener();
    }

    /**
     * Change the document: `update("rules/3/when", text)`, or `update((document) => { document.rules.push(rule); })`.
     * Changes of one path in quick succession are one step of undo.
     */
    update(target: string | Producer, value?: unknown): void {
        if (!this.state.data.may_edit) return;
        const next = produce(this.state.document, (draft) => {
            if (typeof target === "string") put(draft, target, value);
            else target(draft);
        });
        if (next === this.state.document) return;
        const path = typeof target === "string" ? target : "";
        const isSameStep = path !== "" && path === this.lastPath && Date.now() - this.lastAt < TYPED_TOGETHER_MS;
        this.lastPath = path;
        this.lastAt = Date.now();
        if (!isSameStep) this.past = [...this.past.slice(-HISTORY), this.state.document];
        this.future = [];
        this.show(next);
    }

    undo(): void {
        const previous = this.past.pop();
        if (!previous) return;
        this.future.push(this.state.document);
        this.lastPath = "";
        this.show(previous);
    }

    redo(): void {
        const next = this.future.pop();
        if (!next) return;
        this.past.push(this.state.document);
        this.lastPath = "";
        this.show(next);
    }

    /** Put another document in place, as one step that can be undone. */
    replace(document: RuleSetDocument): void {
        this.past = [...this.past, this.state.document];
        this.future = [];
        this.lastPath = "";
        this.show(document);
    }

    private show(document: RuleSetDocument): void {
        this.set({ document, canUndo: this.past.length > 0, canRedo: this.future.length > 0 });
        this.saving.changed();
    }
}

export const StoreContext = createContext<Store | null>(null);

export function useStore(): Store {
    const store = useContext(StoreContext);
    if (!store) throw new Error("outside the editor");
    return store;
}

/** Part of the editor's state; `select` must give the same object for the same state. */
export function useEditor<Part>(select: (state: EditorState) => Part): Part {
    const store = useStore();
    return useSyncExternalStore(store.subscribe, () => select(store.getState()));
}
