// The patterns of the draft: the list, and the one chosen below it.
import { useState } from "react";
import { problemsBelow, worst } from "../store/problems";
import { useEditor, useStore } from "../store/store";
import { labelled, localised, say } from "../words";
import { toneOf } from "../rules/RuleList";
import { addPattern } from "./edits";
import { PatternPanel } from "./PatternPanel";
import { PATTERNS, PLACES } from "./words";
import "../rules/rules.css";
import "./patterns.css";

export function PatternsTab() {
    const store = useStore();
    const { data } = store.getState();
    const patterns = useEditor((state) => state.document.patterns);
    const problems = useEditor((state) => state.problems);
    const [chosen, setChosen] = useState(0);
    const kindOf = (code: string) => {
        const kind = data.event_kinds.find((entry) => entry.code === code);
        return kind ? localised(kind) : code;
    };
    return (
        <>
            <div className="re-toolbar">
                {data.may_edit && (
                    <button type="button" className="rk-button" onClick={() => setChosen(addPattern(store))}>
                        <span className="material-symbols-outlined" aria-hidden="true">add</span>
                        {say(PATTERNS.add)}
                    </button>
                )}
            </div>
            {patterns.length === 0 && <p className="rk-empty">{say(PATTERNS.empty)}</p>}
            {patterns.length > 0 && (
                <ul className="re-patterns" aria-label={say(PATTERNS.list)}>
                    {patterns.map((pattern, place) => (
                        <li key={place} className={worst(problemsBelow(problems, `patterns/${place}`)) === "error" ? "re-has-error" : undefined}>
                            <button type="button" aria-pressed={place === chosen} className={pattern.enabled ? undefined : "re-off"} onClick={() => setChosen(place)}>
                                <span className="rk-strong">{labelled(pattern) || pattern.code}</span>
                                <span className="rk-small">
                                    {pattern.steps.map((step, index) => (
                                        <span key={index} className={step.is_absent ? "re-absent" : undefined}>{`${PLACES[index]} ${kindOf(step.event)}`}</span>
                                    ))}
                                </span>
                                {pattern.then.outcome && (
                                    <span className={`rk-badge ${toneOf(pattern.then.outcome)}`}>
                                        {localised(data.outcomes.find((entry) => entry.code === pattern.then.outcome) ?? { en: pattern.then.outcome, zh: "" })}
                                    </span>
                                )}
                            </button>
                        </li>
                    ))}
                </ul>
            )}
            <PatternPanel key={chosen} place={chosen} choose={setChosen} />
        </>
    );
}
