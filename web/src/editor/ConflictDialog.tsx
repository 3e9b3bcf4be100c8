// Somebody else saved this draft meanwhile: who, when, what both changed, and the two ways on.
import { useEditor, useStore } from "../store/store";
import type { Touched } from "../store/conflict";
import { say } from "../words";
import { sectionWords } from "./sections";
import { CONFLICT } from "./conflictWords";

function Entries({ title, entries }: { title: string; entries: Touched[] }) {
    if (!entries.length) return null;
    return (
        <>
            <p>{title}</p>
            <ul className="rk-small">
                {entries.map(({ section, key }) => (
                    <li key={`${section}/${key}`}>
                        {sectionWords(section)} {key && <span className="rk-code">{key}</span>}
                    </li>
                ))}
            </ul>
        </>
    );
}

export function ConflictDialog() {
    const store = useStore();
    const conflict = useEditor((state) => state.conflict);
    if (!conflict) return null;
    const when = new Date(conflict.changedAt).toLocaleString(document.documentElement.lang);
    return (
        <section className="rk-card rk-message-warning re-conflict" role="alertdialog" aria-label={say(CONFLICT.title)}>
            <div className="rk-pad rk-stack">
                <h2>{say(CONFLICT.title)}</h2>
                <p>{say(CONFLICT.who, { who: conflict.changedBy, when })}</p>
                <Entries title={say(CONFLICT.both)} entries={conflict.both} />
                <Entries title={say(CONFLICT.mine)} entries={conflict.mine} />
                <div className="rk-form-actions">
                    <button type="button" className="rk-button rk-primary" autoFocus onClick={() => store.saving.keepMine()}>
                        {say(CONFLICT.keepMine)}
                    </button>
                    <button type="button" className="rk-button" onClick={() => store.saving.takeTheirs()}>
                        {say(CONFLICT.takeTheirs)}
                    </button>
                </div>
            </div>
        </section>
    );
}
