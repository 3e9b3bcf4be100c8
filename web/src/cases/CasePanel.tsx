// The values of one case: those set, others to set, and how its result differs from what it expects.
import type { Case, Constant } from "../api/document";
import { useNames } from "../names/names";
import { Tool } from "../rules/RulePanel";
import { FieldCombo } from "../rules/builder/FieldCombo";
import { OneField } from "../rules/builder/ValueField";
import { useStore } from "../store/store";
import { localised, say } from "../words";
import type { Difference, Result } from "./api";
import { expectation } from "./columns";
import { CASES } from "./words";

const SCORES = ["pd", "score_points"] as const;
const DATE = "business_date";

export function CasePanel({ index, entry, result }: { index: number; entry: Case; result: Result | undefined }) {
    const store = useStore();
    const names = useNames();
    const { may_edit: mayEdit } = store.getState().data;
    const isScore = (name: string): name is (typeof SCORES)[number] => SCORES.some((score) => score === name);
    const valueOf = (name: string): Constant | null => (isScore(name) ? entry[name] : name === DATE ? entry.business_date : (entry.inputs[name] ?? null));
    const put = (name: string, value: Constant | null | undefined) =>
        store.update((draft) => {
            const changed = draft.cases[index];
            if (!changed) return;
            if (isScore(name)) changed[name] = typeof value === "number" ? value : null;
            else if (name === DATE) changed.business_date = String(value ?? "");
            else if (value === undefined) delete changed.inputs[name];
            else changed.inputs[name] = value;
        });
    const set = [...SCORES.filter((name) => entry[name] !== null), ...(entry.business_date ? [DATE] : []), ...Object.keys(entry.inputs)];
    const settable = names.filter((name) => (name.kind === "variable" || isScore(name.name) || name.name === DATE) && !set.includes(name.name));
    const accept = ({ field, found }: Difference) =>
        store.update((draft) => {
            const changed = draft.cases[index];
            if (changed) expectation(changed, field as keyof Case["expect"], found);
        });
    return (
        <section className="rk-card" aria-label={say(CASES.of, { name: localised({ en: entry.name, zh: entry.zh }) })} data-case={index}>
            <header>
                <h2>{say(CASES.of, { name: localised({ en: entry.name, zh: entry.zh }) })}</h2>
                {entry.events.length > 0 && <span className="rk-badge">{say(CASES.events, { count: entry.events.length })}</span>}
            </header>
            <fieldset className="rk-pad re-plain-fields" disabled={!mayEdit}>
                {result?.differences.map((difference) => (
                    <p key={difference.field} className="re-toolbar rk-error">
                        <span>{say(CASES.came, { field: difference.label, found: say(CASES.expected, { expected: difference.expected, found: difference.words }) })}</span>
                        {!["hits", "misses"].includes(difference.field) && <button type="button" className="rk-button" onClick={() => accept(difference)}>{say(CASES.accept)}</button>}
                    </p>
                ))}
                <div className="re-case-inputs">
                    {set.map((variable) => {
                        const name = names.find((known) => known.name === variable);
                        const label = name ? localised(name) || variable : variable;
                        return [
                            <label key={`${variable}-label`} title={variable}>{label}</label>,
                            <OneField key={`${variable}-value`} value={valueOf(variable) ?? ""} name={name} label={label} isInvalid={false} change={(value) => put(variable, plain(value))} />,
                            <Tool key={`${variable}-remove`} icon="close" words={{ en: say(CASES.removeValue, { name: label }), zh: say(CASES.removeValue, { name: label }) }} act={() => put(variable, undefined)} />,
                        ];
                    })}
                </div>
                <FieldCombo value="~" names={settable} label={say(CASES.addValue)} choose={(name) => put(name, first(name))} />
            </fieldset>
        </section>
    );

    /** A value to begin with, so that the field is there to type in. */
    function first(variable: string): Constant | null {
        if (variable === DATE) return new Date().toISOString().slice(0, 10);
        const name = names.find((known) => known.name === variable);
        return name?.codes[0]?.code ?? (name?.type === "boolean" ? false : name?.type === "string" ? "" : (name?.minimum ?? 0));
    }
}

/** A field's value as the document keeps it: a date as its text, an emptied field as unknown. */
function plain(value: unknown): Constant | null {
    if (typeof value === "object" && value !== null && "date" in value) return String((value as { date: string }).date);
    return value === "" ? null : (value as Constant);
}
