// One rule: its condition as builder and text, and what follows from it.
import { useCallback, type ReactNode } from "react";
import type { Rule } from "../api/document";
import { useProblemsAt } from "../store/problems";
import { useEditor, useStore } from "../store/store";
import { labelled, localised, say } from "../words";
import type { Both } from "../api/types";
import { ConditionEditor } from "./builder/ConditionEditor";
import { copyRule, moveRule, removeRule } from "./edits";
import { RULES } from "./words";

export function RulePanel({ index, choose }: { index: number; choose: (index: number) => void }) {
    const store = useStore();
    const rule = useEditor((state) => state.document.rules[index]);
    const count = useEditor((state) => state.document.rules.length);
    const path = `rules/${index}`;
    const putCondition = useCallback((text: string) => store.update(`rules/${index}/when`, text), [store, index]);
    if (!rule) return null;
    const put = (field: string, value: unknown) => store.update(`${path}/${field}`, value);
    const { may_edit: mayEdit } = store.getState().data;
    return (
        <section className="rk-card re-rule-panel" aria-label={`${rule.code} ${labelled(rule)}`}>
            <header>
                <h2>{`${index + 1}. ${labelled(rule) || rule.code}`}</h2>
                {mayEdit && (
                    <span className="rk-operations">
                        <Tool icon="arrow_upward" words={RULES.up} isOff={index === 0} act={() => choose(moveRule(store, index, index - 1))} />
                        <Tool icon="arrow_downward" words={RULES.down} isOff={index === count - 1} act={() => choose(moveRule(store, index, index + 1))} />
                        <Tool icon="content_copy" words={RULES.copy} act={() => choose(copyRule(store, index))} />
                        <Tool icon="delete" words={RULES.remove} act={() => choose(removeRule(store, index))} />
                    </span>
                )}
            </header>
            <fieldset className="rk-pad" disabled={!mayEdit}>
                <div className="re-rule-names">
                    <Text path={`${path}/code`} words={RULES.code} value={rule.code} put={(value) => put("code", value)} isCode />
                    <Text path={`${path}/label_en`} words={RULES.labelEn} value={rule.label_en} put={(value) => put("label_en", value)} />
                    <Text path={`${path}/label_zh`} words={RULES.labelZh} value={rule.label_zh} put={(value) => put("label_zh", value)} />
                    <label className="rk-check re-rule-on">
                        <input type="checkbox" checked={rule.enabled} onChange={(event) => put("enabled", event.target.checked)} />
                        {say(RULES.isOn)}
                    </label>
                </div>
                <Findings path={path} />
                <ConditionEditor value={rule.when} path={`${path}/when`} change={putCondition} />
                <Consequence rule={rule} path={path} put={put} />
            </fieldset>
        </section>
    );
}

function Consequence({ rule, path, put }: { rule: Rule; path: string; put: (field: string, value: unknown) => void }) {
    const { data } = useStore().getState();
    const reason = data.reasons.find((entry) => entry.code === rule.then.reason);
    const sets = Object.entries(rule.then.set);
    const needsBasis = useProblemsAt(`${path}/when`).some((problem) => problem.code === "prohibited_basis");
    return (
        <>
            <h3>{say(RULES.then)}</h3>
            <div className="re-then">
                <Field words={RULES.outcome} path={`${path}/then/outcome`}>
                    <select className="rk-select" aria-label={say(RULES.outcome)} value={rule.then.outcome} onChange={(event) => put("then/outcome", event.target.value)}>
                        <option value="">{say(RULES.noOutcome)}</option>
                        {data.outcomes.map((entry) => <option key={entry.code} value={entry.code}>{localised(entry)}</option>)}
                    </select>
                </Field>
                <Field words={RULES.reason} path={`${path}/then/reason`}>
                    <select className="rk-select" aria-label={say(RULES.reason)} value={rule.then.reason} onChange={(event) => put("then/reason", event.target.value)}>
                        <option value="">{say(RULES.noReason)}</option>
                        {rule.then.reason && !reason && <option value={rule.then.reason}>{rule.then.reason}</option>}
                        {data.reasons.map((entry) => <option key={entry.code} value={entry.code}>{`${localised(entry)} (${entry.code})`}</option>)}
                    </select>
                    {reason && <p className="rk-help" lang="en">{reason.en}</p>}
                    {reason && <p className="rk-help" lang="zh">{reason.zh}</p>}
                </Field>
                <Field words={RULES.unknown} path={`${path}/on_unknown`}>
                    {(["refer", "ignore"] as const).map((policy) => (
                        <label key={policy} className="rk-check re-radio">
                            <input type="radio" name={`${path}/on_unknown`} checked={rule.on_unknown === policy} onChange={() => put("on_unknown", policy)} />
                            {say(policy === "refer" ? RULES.referLong : RULES.ignoreLong)}
                        </label>
                    ))}
                </Field>
            </div>
            <details open={needsBasis || Boolean(rule.legal_basis || rule.help_en || rule.help_zh || rule.then.points)}>
                <summary>{say(RULES.more)}</summary>
                <div className="re-then re-more">
                    <Points path={path} value={rule.then.points} put={put} />
                    <Text path={`${path}/legal_basis`} words={RULES.legal} help={RULES.legalHelp} value={rule.legal_basis} put={(value) => put("legal_basis", value)} />
                    <Text path={`${path}/help_en`} words={RULES.helpEn} value={rule.help_en} put={(value) => put("help_en", value)} isLong />
                    <Text path={`${path}/help_zh`} words={RULES.helpZh} value={rule.help_zh} put={(value) => put("help_zh", value)} isLong />
                </div>
                {sets.length > 0 && <p className="rk-small">{`${say(RULES.sets)}: ${sets.map(([name, value]) => `${name} = ${String(value)}`).join(", ")}`}</p>}
            </details>
        </>
    );
}

function Points({ path, value, put }: { path: string; value: number; put: (field: string, value: unknown) => void }) {
    return (
        <Field words={RULES.points} path={`${path}/then/points`}>
            <input
                type="number"
                step="any"
                className="rk-input rk-number-input"
                aria-label={say(RULES.points)}
                value={value}
                onChange={(event) => Number.isFinite(event.target.valueAsNumber) && put("then/points", event.target.valueAsNumber)}
            />
        </Field>
    );
}

interface TextProperties {
    path: string;
    words: Both;
    value: string;
    put: (value: string) => void;
    help?: Both;
    isCode?: boolean;
    isLong?: boolean;
}

export function Text({ path, words, value, put, help, isCode, isLong }: TextProperties) {
    const shared = { "aria-label": say(words), value, onChange: (event: { target: { value: string } }) => put(event.target.value) };
    return (
        <Field words={words} path={path} help={help}>
            {isLong ? <textarea className="rk-textarea" rows={2} {...shared} /> : <input className={`rk-input${isCode ? " rk-code" : ""}`} spellCheck={false} {...shared} />}
        </Field>
    );
}

export function Field({ words, path, help, children }: { words: Both; path: string; help?: Both; children: ReactNode }) {
    const problems = useProblemsAt(path);
    const isWrong = problems.some((problem) => problem.severity === "error");
    return (
        <div className={`rk-field${isWrong ? " rk-invalid" : ""}`} data-path={path}>
            <span className="rk-field-label">{say(words)}</span>
            {children}
            {help && <p className="rk-help">{say(help)}</p>}
            <Findings path={path} />
        </div>
    );
}

export function Findings({ path }: { path: string }) {
    return useProblemsAt(path).map((problem) => (
        <p key={problem.code + problem.message} className={problem.severity === "error" ? "rk-error" : "re-warning"}>{problem.message}</p>
    ));
}

export function Tool({ icon, words, act, isOff }: { icon: string; words: Both; act: () => void; isOff?: boolean }) {
    return (
        <button type="button" className="rk-button rk-icon" title={say(words)} aria-label={say(words)} disabled={isOff} onClick={act}>
            <span className="material-symbols-outlined" aria-hidden="true">{icon}</span>
        </button>
    );
}
