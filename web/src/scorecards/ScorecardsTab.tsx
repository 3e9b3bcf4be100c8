// The scorecards of the draft: the list, and the one chosen below it.
import { useState } from "react";
import { problemsBelow, worst } from "../store/problems";
import { useEditor, useStore } from "../store/store";
import { localised, say } from "../words";
import { addScorecard, copyScorecard, removeScorecard } from "./edits";
import { pointsShown, totalOf } from "./points";
import { ScorecardPanel } from "./ScorecardPanel";
import { SCORECARDS } from "./words";
import "../tables/tables.css";

export function ScorecardsTab() {
    const store = useStore();
    const cards = useEditor((state) => state.document.scorecards);
    const problems = useEditor((state) => state.problems);
    const [wanted, setWanted] = useState(0);
    const chosen = Math.min(wanted, cards.length - 1);
    return (
        <>
            <div className="re-toolbar">
                {store.getState().data.may_edit && (
                    <button type="button" className="rk-button" onClick={() => setWanted(addScorecard(store))}>
                        <span className="material-symbols-outlined" aria-hidden="true">add</span>
                        {say(SCORECARDS.new)}
                    </button>
                )}
            </div>
            {cards.length === 0 && <p className="rk-empty">{say(SCORECARDS.empty)}</p>}
            {cards.length > 1 && (
                <ul className="re-patterns" aria-label={say(SCORECARDS.list)}>
                    {cards.map((card, index) => {
                        const { low, high } = totalOf(card);
                        return (
                            <li key={index} className={worst(problemsBelow(problems, `scorecards/${index}`)) === "error" ? "re-has-error" : undefined}>
                                <button type="button" aria-pressed={index === chosen} onClick={() => setWanted(index)}>
                                    <span className="rk-strong">{localised(card) || card.name}</span>
                                    <span className="rk-small rk-code">{card.name}</span>
                                    <span className="rk-small">{say(SCORECARDS.range, { low: pointsShown(low), high: pointsShown(high) })}</span>
                                </button>
                            </li>
                        );
                    })}
                </ul>
            )}
            {chosen >= 0 && <ScorecardPanel key={chosen} index={chosen} copy={() => setWanted(copyScorecard(store, chosen))} remove={() => setWanted(removeScorecard(store, chosen))} />}
        </>
    );
}
