// What the cases reach, and what none does.
import { say } from "../words";
import type { Coverage } from "./api";
import { CASES } from "./words";

export function CoverageCard({ coverage, add, mayEdit }: { coverage: Coverage; add: (goal: string) => void; mayEdit: boolean }) {
    const { percent, reached, total, missing, kinds } = coverage;
    return (
        <section className="rk-card" aria-label={say(CASES.coverage)}>
            <header>
                <h2>{say(CASES.coverage)}</h2>
                <span className={`rk-badge ${percent === 100 ? "rk-good" : "rk-warn"}`}>{say(CASES.reached, { percent, reached, total })}</span>
            </header>
            <div className="rk-pad">
                <p className="re-coverage">
                    {kinds.map((kind) => <span key={kind.title}>{say(CASES.kind, kind)}</span>)}
                </p>
                {missing.length > 0 && (
                    <details className="re-disclose">
                        <summary>{say(CASES.missing, { count: missing.length + coverage.more })}</summary>
                        <ul className="re-missing">
                            {missing.map((goal) => (
                                <li key={goal.key}>
                                    <span>{goal.words}</span>
                                    {mayEdit && goal.can_add && (
                                        <button type="button" className="rk-button rk-plain rk-right" aria-label={`${say(CASES.reach)}: ${goal.words}`} onClick={() => add(goal.key)}>
                                            {say(CASES.reach)}
                                        </button>
                                    )}
                                </li>
                            ))}
                        </ul>
                    </details>
                )}
            </div>
        </section>
    );
}
