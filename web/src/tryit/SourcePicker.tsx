// Which application the draft is tried on: the product's example, a past decision, or a case of the version.
import { useEffect, useState } from "react";
import { load } from "../api/client";
import { toneOf } from "../rules/RuleList";
import { useEditor, useStore } from "../store/store";
import { localised, say } from "../words";
import type { FoundDecision, Source } from "./api";
import { TRY } from "./words";

export function SourcePicker({ source, choose }: { source: Source; choose: (source: Source) => void }) {
    const { data } = useStore().getState();
    const cases = useEditor((state) => state.document.cases);
    const kinds: Source["kind"][] = data.stage === "PRE_LOAN" ? ["example", "decision", "case"] : ["example", "case"];
    return (
        <div className="re-try-source">
            <select className="rk-select" aria-label={say(TRY.source)} value={source.kind} onChange={(event) => choose({ kind: event.target.value as Source["kind"], id: "" })}>
                {kinds.map((kind) => <option key={kind} value={kind}>{say(TRY[kind])}</option>)}
            </select>
            {source.kind === "decision" && <Decisions chosen={source.id} choose={(id) => choose({ kind: "decision", id })} />}
            {source.kind === "case" && cases.length === 0 && <p className="rk-small">{say(TRY.noCase)}</p>}
            {source.kind === "case" && cases.length > 0 && (
                <select className="rk-select" aria-label={say(TRY.case)} value={source.id} onChange={(event) => choose({ kind: "case", id: event.target.value })}>
                    <option value="">{say(TRY.case)}</option>
                    {cases.map((entry) => <option key={entry.name} value={entry.name}>{localised({ en: entry.name, zh: entry.zh })}</option>)}
                </select>
            )}
        </div>
    );
}

function Decisions({ chosen, choose }: { chosen: string; choose: (id: string) => void }) {
    const { data } = useStore().getState();
    const [wanted, setWanted] = useState("");
    const [found, setFound] = useState<FoundDecision[] | null>(null);
    const search = (text: string) => {
        load<{ decisions: FoundDecision[] }>(`${data.addresses.decisions ?? ""}?q=${encodeURIComponent(text)}`)
            .then((answer) => setFound(answer.decisions))
            .catch(() => setFound([]));
    };
    useEffect(() => search(""), []);
    return (
        <>
            <form
                className="re-try-search"
                onSubmit={(event) => {
                    event.preventDefault();
                    search(wanted);
                }}
            >
                <input className="rk-input" aria-label={say(TRY.findDecision)} placeholder={say(TRY.findDecision)} value={wanted} onChange={(event) => setWanted(event.target.value)} />
                <button type="submit" className="rk-button">{say(TRY.search)}</button>
            </form>
            {found?.length === 0 && <p className="rk-small">{say(TRY.noDecision)}</p>}
            {found && found.length > 0 && (
                <ul className="re-try-decisions" aria-label={say(TRY.recent)}>
                    {found.map((decision) => (
                        <li key={decision.id}>
                            <button type="button" aria-pressed={decision.id === chosen} onClick={() => choose(decision.id)}>
                                <span className="rk-strong">{decision.label}</span>
                                <span className={`rk-badge ${toneOf(decision.outcome)}`}>{decision.outcome_words}</span>
                                <span className="rk-small">{decision.decided_at.slice(0, 16).replace("T", " ")}</span>
                            </button>
                        </li>
                    ))}
                </ul>
            )}
            <p className="rk-small">{say(TRY.noted)}</p>
        </>
    );
}
