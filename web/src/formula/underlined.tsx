// A text cut at its problems and at the word being completed.
import type { ReactNode } from "react";
import type { Problem } from "../api/types";

/** The text with its problems marked and, at `anchor`, the place where the list of completions hangs. */
export function underlined(text: string, problems: Problem[], anchor: number | null): ReactNode[] {
    const spans = problems.filter((problem) => problem.position !== null);
    const edges = new Set([0, text.length]);
    for (const { position } of spans) {
        if (!position) continue;
        edges.add(Math.min(position.start, text.length));
        edges.add(Math.min(Math.max(position.end, position.start + 1), text.length));
    }
    if (anchor !== null) edges.add(Math.min(anchor, text.length));
    const cuts = [...edges].sort((left, right) => left - right);
    const parts: ReactNode[] = [];
    cuts.forEach((start, index) => {
        if (start === anchor) parts.push(<span key="anchor" data-anchor="" />);
        const end = cuts[index + 1];
        if (end === undefined) return;
        const here = spans.filter(({ position }) => position && position.start <= start && Math.max(position.end, position.start + 1) >= end);
        const kind = here.some((problem) => problem.severity === "error") ? "error" : "warning";
        const piece = text.slice(start, end);
        parts.push(here.length ? <mark key={start} className={`re-squiggle re-${kind}`}>{piece}</mark> : <span key={start}>{piece}</span>);
    });
    const atEnd = spans.find(({ position }) => position && position.start >= text.length);
    if (atEnd) parts.push(<mark key="end" className={`re-squiggle re-${atEnd.severity}`}>&nbsp;&nbsp;</mark>);
    return [...parts, "\n"];
}
