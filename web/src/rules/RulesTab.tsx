// The rules of the draft: the grid of all, and the one chosen below it.
import { useRef, useState } from "react";
import { useEditor, useStore } from "../store/store";
import { labelled, localised, say } from "../words";
import { addRule } from "./edits";
import { ROW, RuleList, type Shown } from "./RuleList";
import { Findings, RulePanel } from "./RulePanel";
import { useRuleWords } from "./useRuleWords";
import { RULES } from "./words";
import "./rules.css";

const ROWS_BESIDE_PANEL = 6;
const ROWS_ALONE = 14;

export function RulesTab() {
    const store = useStore();
    const { data } = store.getState();
    const rules = useEditor((state) => state.document.rules);
    const fallback = useEditor((state) => state.document.default_outcome);
    const wordsOf = useRuleWords();
    const [chosen, setChosen] = useState(-1);
    const [wanted, setWanted] = useState("");
    const panel = useRef<HTMLDivElement>(null);
    const all: Shown[] = rules.map((rule, index) => ({ rule, index, words: wordsOf(rule.when, index) }));
    const rows = wanted.trim() ? all.filter((row) => isMatch(row, wanted.trim().toLowerCase())) : all;
    const most = chosen >= 0 ? ROWS_BESIDE_PANEL : ROWS_ALONE;
    const edit = () => panel.current?.querySelector<HTMLElement>("input[role=combobox], textarea")?.focus();
    return (
        <>
            <div className="re-toolbar">
                {data.may_edit && (
                    <button type="button" className="rk-button" onClick={() => setChosen(addRule(store, chosen < 0 ? rules.length - 1 : chosen))}>
                        <span className="material-symbols-outlined" aria-hidden="true">add</span>
                        {say(RULES.add)}
                    </button>
                )}
                <input type="search" className="rk-input rk-narrow" placeholder={say(RULES.find)} aria-label={say(RULES.find)} value={wanted} onChange={(event) => setWanted(event.target.value)} />
                {wanted && <span className="rk-small" role="status">{say(RULES.shown, { shown: rows.length, all: rules.length })}</span>}
                <label className="re-default">
                    {say(RULES.default)}
                    <select className="rk-select rk-narrow" disabled={!data.may_edit} value={fallback} onChange={(event) => store.update("default_outcome", event.target.value)}>
                        {data.outcomes.slice(data.stage === "PRE_LOAN" ? 1 : 0).map((entry) => <option key={entry.code} value={entry.code}>{localised(entry)}</option>)}
                    </select>
                </label>
            </div>
            <Findings path="default_outcome" />
            <Findings path="rules" />
            {rules.length ? (
                <RuleList rows={rows} chosen={chosen} choose={setChosen} edit={edit} isWhole={!wanted.trim()} height={Math.max(1, Math.min(rows.length, most)) * ROW} />
            ) : (
                <p className="rk-empty">{say(RULES.empty)}</p>
            )}
            {rules.length > 0 && !rows.length && <p className="rk-empty">{say(RULES.none)}</p>}
            <p className="rk-small re-keys">{say(RULES.keys)}</p>
            <div ref={panel}>{chosen >= 0 ? <RulePanel key={chosen} index={chosen} choose={setChosen} /> : rules.length > 0 && <p className="rk-small">{say(RULES.choose)}</p>}</div>
        </>
    );
}

function isMatch({ rule, words }: Shown, wanted: string): boolean {
    return [rule.code, labelled(rule), words, rule.when].some((text) => text.toLowerCase().includes(wanted));
}
