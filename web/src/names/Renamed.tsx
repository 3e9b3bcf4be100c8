// After a name was changed: the offer to change it where it is read, too.
import { useEditor, useStore } from "../store/store";
import { say } from "../words";
import { ownersOf, rename } from "./texts";
import { RENAMED } from "./words";

export interface Renaming {
    before: string;
    after: string;
}

export function Renamed({ renaming, close }: { renaming: Renaming; close: () => void }) {
    const store = useStore();
    const document = useEditor((state) => state.document);
    const owners = ownersOf(document, renaming.before);
    if (!owners.length) return null;
    return (
        <div className="rk-message rk-message-warning re-renamed" role="alert">
            <span>{say(RENAMED.question, { ...renaming, owners: owners.slice(0, 6).join(", ") + (owners.length > 6 ? " …" : ""), count: owners.length })}</span>
            <button
                type="button"
                className="rk-button rk-primary"
                onClick={() => {
                    store.update((draft) => rename(draft, renaming.before, renaming.after));
                    close();
                }}
            >
                {say(RENAMED.yes)}
            </button>
            <button type="button" className="rk-button" onClick={close}>{say(RENAMED.no)}</button>
        </div>
    );
}
