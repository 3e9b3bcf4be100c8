// What the draft decides beside what the live version decides, and how far each value is from its threshold.
import type { ReactNode } from "react";
import { toneOf } from "../rules/RuleList";
import { say } from "../words";
import type { Comparison, Side, Trial, TriedRule } from "./api";
import { TRY } from "./words";

export function Verdict({ trial }: { trial: Trial }) {
    const { draft, live } = trial;
    const errors = trial.problems.filter((problem) => problem.severity === "error").length;
    return (
        <>
            <table className="re-try-sides">
                <thead>
                    <tr>
                        <td />
                        <th scope="col">{say(TRY.draft)}</th>
                        <th scope="col">{say(TRY.live)}</th>
                    </tr>
                </thead>
                <tbody>
                    <Line title={say(TRY.outcome)} sides={[draft, live]} show={(side) => <span className={`rk-badge ${toneOf(side.outcome)}`} data-outcome={side.outcome}>{side.outcome_words}</span>} />
                    <Line title={say(TRY.grade)} sides={[draft, live]} show={(side) => side.grade} />
                    <Line title={say(TRY.amount)} sides={[draft, live]} show={(side) => side.offer?.offered} />
                    <Line title={say(TRY.rate)} sides={[draft, live]} show={(side) => side.offer?.rate} />
                    <Line title={say(TRY.term)} sides={[draft, live]} show={(side) => side.offer?.term} />
                    <Line title="" sides={[draft, live]} show={(side) => side.offer?.is_counter_offer && <span className="rk-badge rk-warn">{say(TRY.counter)}</span>} />
                    <Line title={say(TRY.reasons)} sides={[draft, live]} show={(side) => side.reasons.length > 0 && <ul>{side.reasons.map((reason) => <li key={reason.code} title={reason.code}>{reason.text}</li>)}</ul>} />
                </tbody>
            </table>
            {!draft && <p className="rk-error">{say(TRY.broken, { count: errors })}</p>}
            {!draft && <ul className="rk-small">{trial.problems.slice(0, 3).map((problem) => <li key={problem.path + problem.code}>{problem.message}</li>)}</ul>}
            {!live && <p className="rk-small">{say(TRY.noLive)}</p>}
            {draft && live && <p className="rk-small">{say(draft.outcome === live.outcome ? TRY.same : TRY.differs)}</p>}
            {(draft ?? live) && <Why side={(draft ?? live) as Side} />}
        </>
    );
}

function Line({ title, sides, show }: { title: string; sides: (Side | null)[]; show: (side: Side) => ReactNode }) {
    const cells = sides.map((side) => (side ? show(side) : null));
    if (cells.every((cell) => !cell)) return null;
    return (
        <tr>
            <th scope="row">{title}</th>
            {cells.map((cell, index) => <td key={index}>{cell || say(TRY.none)}</td>)}
        </tr>
    );
}

function Why({ side }: { side: Side }) {
    const shown = side.rules.filter((rule) => rule.truth !== "false");
    const hidden = side.rules.filter((rule) => rule.truth === "false");
    const row = side.offer_row;
    return (
        <>
            <h3>{say(TRY.rules)}</h3>
            {shown.map((rule) => <RuleLine key={rule.code} rule={rule} />)}
            {hidden.length > 0 && (
                <details>
                    <summary>{say(TRY.hidden, { count: hidden.length })}</summary>
                    {hidden.map((rule) => <RuleLine key={rule.code} rule={rule} />)}
                </details>
            )}
            {side.patterns.length > 0 && <h3>{say(TRY.patterns)}</h3>}
            {side.patterns.map((pattern) => (
                <div key={pattern.code} className="re-try-rule re-true">
                    <p className="rk-strong">{pattern.label}</p>
                    <p className="rk-small">{pattern.words}</p>
                </div>
            ))}
            {(side.parts.length > 0 || (row && row.number > 0)) && <h3>{say(TRY.tables)}</h3>}
            {side.parts.map((part) => <PartLine key={part.title} title={part.title} result={part.result} lines={part.lines} />)}
            {row && row.number > 0 && <PartLine title={say(TRY.offerRow, { row: row.number, table: row.title })} result="" lines={row.cells} />}
        </>
    );
}

function PartLine({ title, result, lines }: { title: string; result: string; lines: [string, string][] }) {
    return (
        <div className="re-try-rule">
            <p className="rk-strong">{title}{result && <span className="rk-right">{result}</span>}</p>
            {lines.map(([label, words]) => <p key={label} className="rk-small re-try-seen"><span>{label}</span><span>{words}</span></p>)}
        </div>
    );
}

const TRUTHS = { true: TRY.hits, unknown: TRY.unknownRule, false: TRY.misses };

function RuleLine({ rule }: { rule: TriedRule }) {
    return (
        <div className={`re-try-rule re-${rule.truth}`} data-rule={rule.code}>
            <p>
                <span className="rk-strong" title={rule.code}>{rule.label}</span>
                <span className={`rk-badge ${rule.truth === "true" ? toneOf(rule.outcome) : ""}`}>
                    {rule.truth === "true" && rule.outcome_words ? rule.outcome_words : say(TRUTHS[rule.truth])}
                </span>
            </p>
            {rule.comparisons.map((comparison, index) => <Distance key={index} comparison={comparison} />)}
            {rule.seen.map(([label, words]) => <p key={label} className="rk-small re-try-seen"><span>{label}</span><span>{words}</span></p>)}
        </div>
    );
}

/** Value and threshold, and a bar from the middle line: to the right above the threshold, to the left below it. */
function Distance({ comparison }: { comparison: Comparison }) {
    const { subject, value, operator, threshold, distance, ratio } = comparison;
    const width = ratio === null ? 0 : Math.max(1, Math.abs(ratio) * 50);
    return (
        <div className="re-distance" title={comparison.threshold_label || undefined}>
            <span>{subject}</span>
            <span className="re-figures">{value || say(TRY.unknown)} <b>{operator}</b> {threshold || say(TRY.unknown)}</span>
            <svg viewBox="0 0 100 8" preserveAspectRatio="none" role="img" aria-label={`${say(TRY.distance)} ${distance || say(TRY.unknown)}`}>
                {ratio !== null && <rect x={ratio < 0 ? 50 - width : 50} y="1" width={width} height="6" />}
                <line x1="50" y1="0" x2="50" y2="8" />
            </svg>
            <span className="re-figures">{distance}</span>
        </div>
    );
}
