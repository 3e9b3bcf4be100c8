// Problems by the place they are at.
import type { Problem } from "../api/types";
import { useEditor } from "./store";

let last: { problems: Problem[]; byPath: Map<string, Problem[]> } | null = null;

function byPath(problems: Problem[]): Map<string, Problem[]> {
    if (last?.problems === problems) return last.byPath;
    const found = new Map<string, Problem[]>();
    for (const problem of problems) {
        const entry = found.get(problem.path);
        if (entry) entry.push(problem);
        else found.set(problem.path, [problem]);
    }
    last = { problems, byPath: found };
    return found;
}

const NONE: Problem[] = [];

/** Problems at exactly this place. */
export function useProblemsAt(path: string): Problem[] {
    return useEditor((state) => byPath(state.problems).get(path) ?? NONE);
}

/** Problems at this place and below it. */
export function problemsBelow(problems: Problem[], path: string): Problem[] {
    return problems.filter((problem) => problem.path === path || problem.path.startsWith(`${path}/`));
}

/** Problems at exactly this place, for code that is no component. */
export function problemsAt(problems: Problem[], path: string): Problem[] {
    return byPath(problems).get(path) ?? NONE;
}

/** The worse of the severities, empty without a problem. */
export function worst(problems: Problem[]): "" | "warning" | "error" {
    if (!problems.length) return "";
    return problems.some((problem) => problem.severity === "error") ? "error" : "warning";
}
