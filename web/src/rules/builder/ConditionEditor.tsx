// A condition as builder and as text, side by side, with the sentence it makes.
import { FormulaInput } from "../../formula/FormulaInput";
import type { Problem } from "../../api/types";
import { useNames } from "../../names/names";
import { useProblemsAt } from "../../store/problems";
import { useStore } from "../../store/store";
import { say } from "../../words";
import { ConditionBuilder } from "./ConditionBuilder";
import { useCondition } from "./useCondition";
import { BUILDER } from "./words";

interface Properties {
    value: string;
    path: string;
    change: (text: string) => void;
}

/** Problems of the text as it stands, and what the checks of the whole document add. */
function joined(own: Problem[], checked: Problem[]): Problem[] {
    const known = new Set(own.map((problem) => problem.code));
    return [...own, ...checked.filter((problem) => !known.has(problem.code))];
}

export function ConditionEditor({ value, path, change }: Properties) {
    const store = useStore();
    const names = useNames();
    const condition = useCondition(value, change);
    const checked = useProblemsAt(path);
    const problems = joined(condition.problems, condition.behind === "tree" ? [] : checked);
    const rest = condition.treeProblems.filter((problem) => !/\/(field|value)$/.test(problem.path));
    const hint = { "": "", tree: say(BUILDER.behindTree), text: say(BUILDER.behindText), offline: say(BUILDER.offline) }[condition.behind];
    return (
        <div className="re-condition">
            <section aria-label={say(BUILDER.builder)} className={condition.behind === "tree" ? "re-stale" : undefined}>
                <ConditionBuilder tree={condition.tree} names={names} problems={condition.treeProblems} change={condition.change} />
                {rest.map((problem) => <p key={problem.code + problem.path} className="rk-error">{problem.message}</p>)}
                {!value.trim() && !condition.tree.rules.length && <p className="rk-small">{say(BUILDER.empty)}</p>}
            </section>
            <section aria-label={say(BUILDER.text)}>
                <FormulaInput value={value} onChange={change} path={path} label={say(BUILDER.text)} problems={problems} rows={5} isBare isReadOnly={!store.getState().data.may_edit} />
                <div role="status" className="rk-findings">
                    {hint && <p className="re-hint">{hint}</p>}
                    {problems.map((problem) => (
                        <p key={problem.code + problem.message} className={problem.severity === "error" ? "rk-error" : "re-warning"}>{problem.message}</p>
                    ))}
                    {condition.words && !problems.some((problem) => problem.severity === "error") && <p className="rk-words">{condition.words}</p>}
                </div>
            </section>
        </div>
    );
}
