// The bar above every tab: whether all is saved, undo and redo, and what else acts on the whole draft.
import type { ReactNode } from "react";
import { useEditor, useStore } from "../store/store";
import { say } from "../words";
import { BAR } from "./words";

const TONES = { saved: "rk-good", saving: "", unsaved: "rk-warn", refused: "rk-bad", conflict: "rk-bad", offline: "rk-bad", signedOut: "rk-bad" };

export function Bar({ children }: { children?: ReactNode }) {
    const store = useStore();
    const save = useEditor((state) => (state.save === "saved" && state.unwritten ? "refused" : state.save));
    const refusal = useEditor((state) => state.refusal);
    const canUndo = useEditor((state) => state.canUndo);
    const canRedo = useEditor((state) => state.canRedo);
    return (
        <div className="re-bar">
            <span className={`rk-badge ${TONES[save]}`} role="status" data-save={save} title={save === "refused" ? refusal : undefined}>
                {say(BAR[save])}
            </span>
            <button type="button" className="rk-button rk-icon" disabled={!canUndo} title={`${say(BAR.undo)} (Ctrl+Z)`} aria-label={say(BAR.undo)} onClick={() => store.undo()}>
                <span className="material-symbols-outlined" aria-hidden="true">undo</span>
            </button>
            <button type="button" className="rk-button rk-icon" disabled={!canRedo} title={`${say(BAR.redo)} (Ctrl+Y)`} aria-label={say(BAR.redo)} onClick={() => store.redo()}>
                <span className="material-symbols-outlined" aria-hidden="true">redo</span>
            </button>
            <span className="rk-right">{children}</span>
        </div>
    );
}
