// Autosave: every pause sends the whole document; what is not yet safe is kept in the tab until it is.
import { Refusal, SignedOut, load, post } from "../api/client";
import type { RuleSetDocument } from "../api/document";
import type { ConflictAnswer, EditorData, Problem, Saved } from "../api/types";
import { compare, reapplied } from "./conflict";
import { isSame } from "./path";
import type { Store } from "./store";

/** saved · unsaved (waiting for a pause) · saving · refused (cannot be kept as it is) · conflict · offline · signedOut. */
export type SaveState = "saved" | "saving" | "unsaved" | "refused" | "conflict" | "offline" | "signedOut";

const CHECK_MS = 300;
const SAVE_MS = 1000;
const RETRY_MS = 5000;

interface Kept {
    hash: string;
    /** What the server had under `hash`. */
    saved: RuleSetDocument;
    document: RuleSetDocument;
}

export class Saving {
    private hash: string;
    /** The document as the server has it under `hash`. */
    private saved: RuleSetDocument;
    private checkTimer = 0;
    private saveTimer = 0;
    private isSending = false;

    constructor(
        private readonly store: Store,
        private readonly data: EditorData,
    ) {
        this.hash = data.hash;
        this.saved = data.document;
    }

    /** Take up what an earlier visit of this tab could not save, and guard against leaving too early. */
    start(): void {
        window.addEventListener("beforeunload", (event) => {
            const { save, unwritten } = this.store.getState();
            if (save !== "saved" || unwritten) event.preventDefault();
        });
        window.addEventListener("online", () => void this.send());
        const kept = this.kept();
        if (kept && !isSame(kept.document, this.saved)) {
            this.hash = kept.hash;
            this.saved = kept.saved;
            this.store.replace(kept.document);
        }
    }

    /** The document changed: check it soon, save it after a pause. */
    changed(): void {
        const { document, conflict } = this.store.getState();
        if (isSame(document, this.saved) && !this.isSending) this.settle("saved");
        else this.keep(document);
        window.clearTimeout(this.checkTimer);
        this.checkTimer = window.setTimeout(() => void this.check(), CHECK_MS);
        if (conflict) return;
        this.store.set({ save: isSame(document, this.saved) && !this.isSending ? "saved" : "unsaved" });
        this.later(SAVE_MS);
    }

    /** Save now (Ctrl+S). */
    now(): void {
        this.later(0);
    }

    /** Keep their document as it is; my changes stay one undo away. */
    takeTheirs(): void {
        const { conflict } = this.store.getState();
        if (!conflict) return;
        this.agree(conflict.theirHash, conflict.theirs);
        this.store.replace(conflict.theirs);
    }

    /** Make my changes again on top of their document. */
    keepMine(): void {
        const { conflict, document } = this.store.getState();
        if (!conflict) return;
        const merged = reapplied(this.saved, document, conflict.theirs);
        this.agree(conflict.theirHash, conflict.theirs);
        this.store.replace(merged);
    }

    private agree(hash: string, saved: RuleSetDocument): void {
        this.hash = hash;
        this.saved = saved;
        this.store.set({ conflict: null });
    }

    private later(milliseconds: number): void {
        window.clearTimeout(this.saveTimer);
        this.saveTimer = window.setTimeout(() => void this.send(), milliseconds);
    }

    private async send(): Promise<void> {
        const { document, conflict } = this.store.getState();
        if (this.isSending || conflict || isSame(document, this.saved)) return;
        this.isSending = true;
        this.store.set({ save: "saving" });
        try {
            const answer = await post<Saved>(this.data.addresses.save ?? "", { expected_hash: this.hash, document });
            this.hash = answer.hash;
            this.saved = document;
            this.isSending = false;
            this.answered(document, answer.problems, answer.saved_at);
        } catch (error) {
            this.isSending = false;
            await this.failed(error, document);
        }
    }

    private answered(sent: RuleSetDocument, problems: Problem[], savedAt: string): void {
        this.store.set({ savedAt, refusal: "" });
        if (this.store.getState().document === sent) {
            this.store.set({ problems });
            this.settle("saved");
        } else {
            this.later(SAVE_MS);
        }
    }

    private async failed(error: unknown, sent: RuleSetDocument): Promise<void> {
        if (!(error instanceof Refusal)) {
            this.wait(error);
        } else if (error.status === 409 && error.answer.code === "version_changed") {
            await this.differ(error.answer as unknown as ConflictAnswer);
        } else {
            const isCurrent = this.store.getState().document === sent;
            const problems = isCurrent && error.answer.problems ? { problems: error.answer.problems } : {};
            this.store.set({ save: "refused", refusal: error.message, ...problems });
            if (!isCurrent) this.later(SAVE_MS);
        }
    }

    private async differ(answer: ConflictAnswer): Promise<void> {
        try {
            const theirs = await load(this.data.addresses.editor ?? "");
            const { document } = this.store.getState();
            this.store.set({
                save: "conflict",
                conflict: {
                    changedBy: answer.changed_by,
                    changedAt: answer.changed_at,
                    theirs: theirs.document,
                    theirHash: theirs.hash,
                    ...compare(this.saved, document, theirs.document),
                },
            });
        } catch (error) {
            this.wait(error);
        }
    }

    /** Try again in a while: the connection may come back, and the person sign in. */
    private wait(error: unknown): void {
        this.store.set({ save: error instanceof SignedOut ? "signedOut" : "offline" });
        this.later(RETRY_MS);
    }

    private async check(): Promise<void> {
        const { document } = this.store.getState();
        try {
            const answer = await post<{ problems: Problem[] }>(this.data.addresses.check ?? "", { document });
            if (this.store.getState().document === document) this.store.set({ problems: answer.problems });
        } catch (error) {
            const isCurrent = this.store.getState().document === document;
            if (error instanceof Refusal && error.answer.problems && isCurrent) {
                this.store.set({ problems: error.answer.problems });
            }
        }
    }

    private settle(save: SaveState): void {
        this.store.set({ save });
        window.sessionStorage.removeItem(this.place);
    }

    private get place(): string {
        return `rule-editor-${this.data.id}`;
    }

    private keep(document: RuleSetDocument): void {
        try {
            window.sessionStorage.setItem(this.place, JSON.stringify({ hash: this.hash, saved: this.saved, document } satisfies Kept));
        } catch {
            // Full or forbidden: the guard on leaving the page remains.
        }
    }

    private kept(): Kept | null {
        try {
            return JSON.parse(window.sessionStorage.getItem(this.place) ?? "null") as Kept | null;
        } catch {
            return null;
        }
    }
}
