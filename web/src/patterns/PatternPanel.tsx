// One pattern: its events, the time they must fall within, what follows, and the sentence it makes.
import { useEffect, useState } from "react";
import { post } from "../api/client";
import type { Pattern } from "../api/document";
import type { Both } from "../api/types";
import { Field, Findings, Text, Tool } from "../rules/RulePanel";
import { useEditor, useStore } from "../store/store";
import { labelled, language, localised, say } from "../words";
import { MOST_STEPS, addStep, copyPattern, movePattern, removePattern } from "./edits";
import { spanOf, spanText, type SpanUnit } from "./span";
import { StepEditor } from "./StepEditor";
import { PATTERNS, UNITS } from "./words";

const PAUSE_MS = 250;

/** The pattern in a sentence of both languages, as it stands. */
export function usePatternWords(pattern: Pattern | undefined): Both {
    const store = useStore();
    const [words, setWords] = useState<Both>({ en: "", zh: "" });
    useEffect(() => {
        if (!pattern) return;
        let isLatest = true;
        const timer = window.setTimeout(() => {
            post<{ words: Both }>(store.getState().data.addresses.pattern ?? "", { pattern })
                .then((answer) => isLatest && setWords(answer.words))
                .catch(() => undefined);
        }, PAUSE_MS);
        return () => {
            isLatest = false;
            window.clearTimeout(timer);
        };
    }, [store, pattern]);
    return words;
}

export function PatternPanel({ place, choose }: { place: number; choose: (place: number) => void }) {
    const store = useStore();
    const pattern = useEditor((state) => state.document.patterns[place]);
    const count = useEditor((state) => state.document.patterns.length);
    const words = usePatternWords(pattern);
    if (!pattern) return null;
    const path = `patterns/${place}`;
    const { may_edit: mayEdit } = store.getState().data;
    const put = (field: string, value: unknown) => store.update(`${path}/${field}`, value);
    const [mine, other] = language === "zh" ? [words.zh, words.en] : [words.en, words.zh];
    return (
        <section className="rk-card re-rule-panel" aria-label={labelled(pattern)}>
            <header>
                <h2>{labelled(pattern) || pattern.code}</h2>
                {mayEdit && (
                    <span className="rk-operations">
                        <Tool icon="arrow_upward" words={PATTERNS.up} isOff={place === 0} act={() => choose(movePattern(store, place, place - 1))} />
                        <Tool icon="arrow_downward" words={PATTERNS.down} isOff={place === count - 1} act={() => choose(movePattern(store, place, place + 1))} />
                        <Tool icon="content_copy" words={PATTERNS.copy} act={() => choose(copyPattern(store, place))} />
                        <Tool icon="delete" words={PATTERNS.remove} act={() => choose(removePattern(store, place))} />
                    </span>
                )}
            </header>
            <fieldset className="rk-pad" disabled={!mayEdit}>
                <div className="re-rule-names">
                    <Text path={`${path}/code`} words={PATTERNS.code} value={pattern.code} put={(value) => put("code", value)} isCode />
                    <Text path={`${path}/label_en`} words={PATTERNS.labelEn} value={pattern.label_en} put={(value) => put("label_en", value)} />
                    <Text path={`${path}/label_zh`} words={PATTERNS.labelZh} value={pattern.label_zh} put={(value) => put("label_zh", value)} />
                    <label className="rk-check re-rule-on">
                        <input type="checkbox" checked={pattern.enabled} onChange={(event) => put("enabled", event.target.checked)} />
                        {say(PATTERNS.isOn)}
                    </label>
                </div>
                <Findings path={path} />
                {mine && (
                    <div className="rk-words re-sentence" role="status">
                        <p>{mine}</p>
                        <p className="rk-small" lang={language === "zh" ? "en" : "zh"}>{other}</p>
                    </div>
                )}
                <h3>{say(PATTERNS.steps)}</h3>
                <Findings path={`${path}/steps`} />
                <ol className="re-steps">
                    {pattern.steps.map((step, index) => <StepEditor key={`${step.as}-${index}`} pattern={pattern} place={place} index={index} />)}
                </ol>
                {pattern.steps.length < MOST_STEPS && (
                    <button type="button" className="rk-button" onClick={() => addStep(store, place)}>
                        <span className="material-symbols-outlined" aria-hidden="true">add</span>
                        {say(PATTERNS.addStep)}
                    </button>
                )}
                <Consequence pattern={pattern} path={path} put={put} />
            </fieldset>
        </section>
    );
}

function Consequence({ pattern, path, put }: { pattern: Pattern; path: string; put: (field: string, value: unknown) => void }) {
    const { data } = useStore().getState();
    const reason = data.reasons.find((entry) => entry.code === pattern.then.reason);
    return (
        <>
            <div className="re-then re-pattern-then">
                <Field words={PATTERNS.within} path={`${path}/within`}>
                    <Within value={pattern.within} put={(value) => put("within", value)} />
                </Field>
                <Field words={PATTERNS.outcome} path={`${path}/then/outcome`}>
                    <select className="rk-select" aria-label={say(PATTERNS.outcome)} value={pattern.then.outcome} onChange={(event) => put("then/outcome", event.target.value)}>
                        <option value="">{say(PATTERNS.noOutcome)}</option>
                        {data.outcomes.map((entry) => <option key={entry.code} value={entry.code}>{localised(entry)}</option>)}
                    </select>
                </Field>
                <Field words={PATTERNS.reason} path={`${path}/then/reason`}>
                    <select className="rk-select" aria-label={say(PATTERNS.reason)} value={pattern.then.reason} onChange={(event) => put("then/reason", event.target.value)}>
                        <option value="">{say(PATTERNS.noReason)}</option>
                        {pattern.then.reason && !reason && <option value={pattern.then.reason}>{pattern.then.reason}</option>}
                        {data.reasons.map((entry) => <option key={entry.code} value={entry.code}>{`${localised(entry)} (${entry.code})`}</option>)}
                    </select>
                    {reason && <p className="rk-help" lang="en">{reason.en}</p>}
                    {reason && <p className="rk-help" lang="zh">{reason.zh}</p>}
                </Field>
            </div>
            <details open={Boolean(pattern.help_en || pattern.help_zh)}>
                <summary>{say(PATTERNS.more)}</summary>
                <div className="re-then re-pattern-help">
                    <Text path={`${path}/help_en`} words={PATTERNS.helpEn} value={pattern.help_en} put={(value) => put("help_en", value)} isLong />
                    <Text path={`${path}/help_zh`} words={PATTERNS.helpZh} value={pattern.help_zh} put={(value) => put("help_zh", value)} isLong />
                </div>
            </details>
        </>
    );
}

function Within({ value, put }: { value: string; put: (value: string) => void }) {
    const span = spanOf(value);
    const [typed, setTyped] = useState<string | null>(null);
    if (!span) return <input className="rk-input" aria-label={say(PATTERNS.within)} value={value} onChange={(event) => put(event.target.value)} />;
    return (
        <span className="re-number">
            <input
                className="rk-input rk-number-input"
                inputMode="numeric"
                aria-label={say(PATTERNS.within)}
                value={typed ?? String(span.count)}
                onChange={(event) => {
                    const count = event.target.value.normalize("NFKC").trim();
                    setTyped(event.target.value);
                    if (/^\d{1,5}$/.test(count)) put(spanText({ ...span, count: Number(count) }));
                }}
                onBlur={() => setTyped(null)}
            />
            <select className="rk-select" aria-label={say(PATTERNS.unit)} value={span.unit} onChange={(event) => put(spanText({ ...span, unit: event.target.value as SpanUnit }))}>
                {(Object.keys(UNITS) as SpanUnit[]).map((unit) => <option key={unit} value={unit}>{say(UNITS[unit])}</option>)}
            </select>
        </span>
    );
}
