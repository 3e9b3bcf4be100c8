// What an approved applicant is offered: settings, the offer's table, legal caps, and the grades it may read.
import { useEditor, useStore } from "../store/store";
import { TablePanel } from "../tables/TablePanel";
import { say } from "../words";
import { Caps } from "./Caps";
import { makeOffer } from "./edits";
import { Grades } from "./Grades";
import { Settings } from "./Settings";
import { OFFER } from "./words";
import "../tables/tables.css";

export function OfferTab() {
    const store = useStore();
    const { data } = store.getState();
    const offer = useEditor((state) => state.document.offer);
    const index = useEditor((state) => state.document.tables.findIndex((table) => table.name === state.document.offer?.table));
    const isPostLoan = data.stage === "POST_LOAN";
    return (
        <>
            {!offer && (
                <div className="rk-card rk-empty">
                    <p>{say(isPostLoan ? OFFER.postLoan : OFFER.none)}</p>
                    {data.may_edit && !isPostLoan && <button type="button" className="rk-button" onClick={() => makeOffer(store)}>{say(OFFER.make)}</button>}
                </div>
            )}
            {offer && <Settings offer={offer} />}
            {index >= 0 && <TablePanel index={index} isShown />}
            {offer && <Caps />}
            <Grades />
        </>
    );
}
