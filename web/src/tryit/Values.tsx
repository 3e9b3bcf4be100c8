// The values of the application, each changeable in its unit; what is changed stands marked.
import { useMemo, useState } from "react";
import type { Name, Problem } from "../api/types";
import { useNames } from "../names/names";
import { OneField } from "../rules/builder/ValueField";
import { useEditor } from "../store/store";
import { localised, say } from "../words";
import type { Scalar, Trial } from "./api";
import { TRY } from "./words";

interface Properties {
    trial: Trial;
    changes: Record<string, Scalar>;
    refused: Problem[];
    change: (name: string, value: Scalar) => void;
    reset: () => void;
}

/** Words that look like names in the texts of the draft: enough to tell which values matter. */
function useRead(): Set<string> {
    const document = useEditor((state) => state.document);
    return useMemo(() => {
        const texts = [
            ...document.rules.filter((rule) => rule.enabled).map((rule) => rule.when),
            ...document.derived.map((entry) => entry.expression),
            ...document.tables.flatMap((table) => [...table.inputs.map((input) => input.expression), ...table.rows.flatMap((row) => row.then)]),
            ...document.scorecards.flatMap((card) => card.characteristics.map((part) => part.expression)),
            document.offer ? `${document.offer.amount_variable} ${document.offer.term_variable}` : "",
        ];
        return new Set(texts.join(" ").match(/[A-Za-z_]\w*/g) ?? []);
    }, [document]);
}

export function Values({ trial, changes, refused, change, reset }: Properties) {
    const names = useNames();
    const read = useRead();
    const [wanted, setWanted] = useState("");
    const [isNarrow, setNarrow] = useState(true);
    const score: Name[] = names.filter((name) => name.name === "pd" || name.name === "score_points");
    const variables = names.filter((name) => name.kind === "variable" && (!isNarrow || read.has(name.name) || name.name in changes));
    const text = wanted.trim().toLowerCase();
    const shown = [...score, ...variables].filter((name) => !text || [name.name, name.en.toLowerCase(), name.zh].some((part) => part.includes(text)));
    const count = Object.keys(changes).length;
    const valueOf = (name: string): Scalar => {
        if (name in changes) return changes[name] ?? null;
        if (name === "pd") return trial.score.pd;
        return name === "score_points" ? trial.score.points : (trial.values[name] ?? null);
    };
    return (
        <section aria-label={say(TRY.values)} className="re-try-values">
            <div className="re-try-tools">
                <input type="search" className="rk-input" aria-label={say(TRY.findValue)} placeholder={say(TRY.findValue)} value={wanted} onChange={(event) => setWanted(event.target.value)} />
                {count > 0 && <button type="button" className="rk-button rk-plain" onClick={reset}>{`${say(TRY.changed, { count })} · ${say(TRY.reset)}`}</button>}
            </div>
            <label className="rk-check rk-small">
                <input type="checkbox" checked={isNarrow} onChange={(event) => setNarrow(event.target.checked)} />
                {say(TRY.read)}
            </label>
            <dl>
                {shown.map((name) => {
                    const problems = refused.filter((problem) => problem.path === name.name);
                    return (
                        <div key={name.name} className={name.name in changes ? "rk-changed" : undefined} data-value={name.name}>
                            <dt title={name.name}>{localised(name) || name.name}</dt>
                            <dd>
                                <OneField value={valueOf(name.name) ?? ""} name={name} label={localised(name) || name.name} isInvalid={problems.length > 0} change={(value) => change(name.name, plain(value))} />
                                {problems.map((problem) => <span key={problem.code} className="rk-error">{problem.message}</span>)}
                                {name.name === "pd" && <span className="rk-small">{trial.score.message}</span>}
                            </dd>
                        </div>
                    );
                })}
            </dl>
        </section>
    );
}

/** A field's value as the server takes it: a date as its text, an emptied field as unknown. */
function plain(value: unknown): Scalar {
    if (typeof value === "object" && value !== null && "date" in value) return String((value as { date: string }).date);
    return value === "" ? null : (value as Scalar);
}
