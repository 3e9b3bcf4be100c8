// One event of a pattern: its kind, whether it must not happen, and its conditions against earlier events.
import { useCallback, useMemo } from "react";
import type { Pattern } from "../api/document";
import { FormulaInput } from "../formula/FormulaInput";
import { ConditionBuilder } from "../rules/builder/ConditionBuilder";
import { useCondition } from "../rules/builder/useCondition";
import { Findings, Tool } from "../rules/RulePanel";
import { useProblemsAt } from "../store/problems";
import { useStore } from "../store/store";
import { localised, say } from "../words";
import { moveStep, removeStep } from "./edits";
import { aliasesFor, namesFor, operatorsFor } from "./fields";
import { PATTERNS, PLACES } from "./words";

const SHARED = ["phone_key", "device_key", "address_key"];

export function StepEditor({ pattern, place, index }: { pattern: Pattern; place: number; index: number }) {
    const store = useStore();
    const { data } = store.getState();
    const step = pattern.steps[index];
    const path = `patterns/${place}/steps/${index}`;
    const { own, all } = useMemo(() => namesFor(data, pattern, index), [data, pattern, index]);
    const put = useCallback((text: string) => store.update(`${path}/where`, text), [store, path]);
    const condition = useCondition(step?.where ?? "", put, { scope: "step", aliases: aliasesFor(pattern, index) });
    const problems = useProblemsAt(`${path}/where`);
    if (!step) return null;
    const event = data.event_kinds.find((kind) => kind.code === step.event);
    const earlier = pattern.steps.map((other, number) => ({ other, number })).filter(({ other, number }) => number < index && !other.is_absent);
    const nearest = earlier.at(-1);
    const add = (field: string) => put([step.where.trim(), `${step.as}.${field} = ${nearest?.other.as}.${field}`].filter(Boolean).join(" and "));
    return (
        <li className="re-step" aria-label={say(PATTERNS.step, { place: PLACES[index] ?? "" })}>
            <header>
                <b>{PLACES[index]}</b>
                <span className="rk-small">{say(index === 0 ? PATTERNS.first : PATTERNS.then)}</span>
                <select className="rk-select" aria-label={say(PATTERNS.event)} value={step.event} onChange={(change) => store.update(`${path}/event`, change.target.value)}>
                    {!event && <option value={step.event}>{step.event}</option>}
                    {data.event_kinds.map((kind) => <option key={kind.code} value={kind.code}>{localised(kind)}</option>)}
                </select>
                {index > 0 && (
                    <label className="rk-check">
                        <input type="checkbox" checked={step.is_absent} onChange={(change) => store.update(`${path}/is_absent`, change.target.checked)} />
                        {say(PATTERNS.absent)}
                    </label>
                )}
                <span className="rk-operations rk-right">
                    <Tool icon="arrow_upward" words={PATTERNS.up} isOff={index === 0} act={() => moveStep(store, place, index, index - 1)} />
                    <Tool icon="arrow_downward" words={PATTERNS.down} isOff={index === pattern.steps.length - 1} act={() => moveStep(store, place, index, index + 1)} />
                    <Tool icon="delete" words={PATTERNS.removeStep} isOff={pattern.steps.length < 3} act={() => removeStep(store, place, index)} />
                </span>
            </header>
            <Findings path={`${path}/event`} />
            <Findings path={`${path}/as`} />
            <Findings path={path} />
            {nearest && (
                <p className="re-quick rk-small">
                    {say(PATTERNS.quick)}
                    {SHARED.map((name) => {
                        const field = data.fact_fields.find((entry) => entry.name === name);
                        if (!field) return null;
                        return (
                            <button key={name} type="button" className="rk-button rk-plain" onClick={() => add(name)}>
                                {say(PATTERNS.same, { field: localised(field).toLowerCase(), place: PLACES[nearest.number] ?? "" })}
                            </button>
                        );
                    })}
                </p>
            )}
            <ConditionBuilder tree={condition.tree} names={all} fieldNames={own} problems={condition.treeProblems} change={condition.change} operators={operatorsFor(own)} isPlain />
            {problems.map((problem) => <p key={problem.code + problem.message} className="rk-error">{problem.message}</p>)}
            <details>
                <summary className="rk-small">{say(PATTERNS.text)}</summary>
                <FormulaInput value={step.where} onChange={put} path={`${path}/where`} label={say(PATTERNS.conditions)} names={all} rows={2} isBare />
            </details>
        </li>
    );
}
