// One scorecard: its characteristics on the left, the one chosen beside them, and the range of the total.
import { useState } from "react";
import { Renamed, type Renaming } from "../names/Renamed";
import { Findings, Text, Tool } from "../rules/RulePanel";
import { problemsBelow, worst } from "../store/problems";
import { useEditor, useStore } from "../store/store";
import { localised, say } from "../words";
import { CharacteristicPanel, NumberField } from "./CharacteristicPanel";
import { addCharacteristic, moveCharacteristic, removeCharacteristic } from "./edits";
import { pointsShown, rangeOf, totalOf, type Range } from "./points";
import { SCORECARDS } from "./words";

const shown = ({ low, high }: Range) => ({ low: pointsShown(low), high: pointsShown(high) });

export function ScorecardPanel({ index, copy, remove }: { index: number; copy: () => void; remove: () => void }) {
    const store = useStore();
    const card = useEditor((state) => state.document.scorecards[index]);
    const problems = useEditor((state) => state.problems);
    const [wanted, setWanted] = useState(0);
    const [before, setBefore] = useState("");
    const [renaming, setRenaming] = useState<Renaming | null>(null);
    if (!card) return null;
    const { may_edit: mayEdit } = store.getState().data;
    const path = `scorecards/${index}`;
    const put = (field: string) => (value: unknown) => store.update(`${path}/${field}`, value);
    const chosen = Math.min(wanted, card.characteristics.length - 1);
    const characteristic = card.characteristics[chosen];
    const isUnknown = card.characteristics.some((entry) => entry.missing_points === null);
    return (
        <section className="rk-card re-rule-panel" aria-label={localised(card) || card.name}>
            <header>
                <div>
                    <h2>{localised(card) || card.name}</h2>
                    <p className="rk-small re-total" data-total>{say(SCORECARDS.total, shown(totalOf(card)))}{isUnknown && say(SCORECARDS.unknown)}</p>
                </div>
                {mayEdit && (
                    <span className="rk-operations">
                        <Tool icon="content_copy" words={SCORECARDS.copy} act={copy} />
                        <Tool icon="delete" words={SCORECARDS.remove} act={remove} />
                    </span>
                )}
            </header>
            <div className="rk-pad">
                <fieldset className="re-plain-fields re-card-fields" disabled={!mayEdit}>
                    <div onFocus={() => setBefore(card.name)} onBlur={() => before && before !== card.name && setRenaming({ before, after: card.name })}>
                        <Text path={`${path}/name`} words={SCORECARDS.name} value={card.name} put={put("name")} isCode />
                    </div>
                    <Text path={`${path}/en`} words={SCORECARDS.en} value={card.en} put={put("en")} />
                    <Text path={`${path}/zh`} words={SCORECARDS.zh} value={card.zh} put={put("zh")} />
                    <NumberField path={`${path}/initial_points`} words={SCORECARDS.initial} value={card.initial_points} put={(value) => put("initial_points")(value ?? 0)} />
                </fieldset>
                {renaming && <Renamed renaming={renaming} close={() => setRenaming(null)} />}
                <Findings path={path} />
                <div className="re-card-body">
                    <div>
                        <h3>{say(SCORECARDS.characteristics)}</h3>
                        <ul className="re-characteristics" aria-label={say(SCORECARDS.characteristics)}>
                            {card.characteristics.map((entry, at) => (
                                <li key={at} className={worst(problemsBelow(problems, `${path}/characteristics/${at}`)) === "error" ? "re-has-error" : undefined}>
                                    <button type="button" aria-pressed={at === chosen} onClick={() => setWanted(at)}>
                                        <span className="rk-strong">{localised(entry) || entry.name}</span>
                                        <span className="rk-small">{say(SCORECARDS.range, shown(rangeOf(entry)))}</span>
                                    </button>
                                </li>
                            ))}
                        </ul>
                        {mayEdit && characteristic && (
                            <div className="rk-operations re-toolbar">
                                <Tool icon="add" words={SCORECARDS.addCharacteristic} act={() => setWanted(addCharacteristic(store, index))} />
                                <Tool icon="content_copy" words={SCORECARDS.copyCharacteristic} act={() => setWanted(addCharacteristic(store, index, characteristic))} />
                                <Tool icon="arrow_upward" words={SCORECARDS.up} isOff={chosen === 0} act={() => setWanted(moveCharacteristic(store, index, chosen, -1))} />
                                <Tool icon="arrow_downward" words={SCORECARDS.down} isOff={chosen === card.characteristics.length - 1} act={() => setWanted(moveCharacteristic(store, index, chosen, 1))} />
                                <Tool icon="delete" words={SCORECARDS.removeCharacteristic} isOff={card.characteristics.length < 2} act={() => setWanted(removeCharacteristic(store, index, chosen))} />
                            </div>
                        )}
                    </div>
                    {characteristic && <CharacteristicPanel key={chosen} path={`${path}/characteristics/${chosen}`} characteristic={characteristic} />}
                </div>
            </div>
        </section>
    );
}
