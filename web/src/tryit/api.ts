// What the server answers to a trial.
import type { Problem } from "../api/types";

export type Scalar = number | string | boolean | null;

export interface Source {
    kind: "example" | "decision" | "case";
    id: string;
}

export interface Comparison {
    subject: string;
    value: string;
    operator: string;
    threshold: string;
    threshold_label: string;
    distance: string;
    is_unknown: boolean;
    /** Distance as a share of the larger of the two, −1 to 1. */
    ratio: number | null;
}

export interface TriedRule {
    code: string;
    label: string;
    truth: "true" | "false" | "unknown";
    outcome: string;
    outcome_words: string;
    comparisons: Comparison[];
    seen: [string, string][];
}

export interface Offer {
    requested: string;
    offered: string;
    rate: string;
    term: string;
    is_counter_offer: boolean;
}

/** A table or scorecard as it was evaluated: a title and lines of words. */
export interface Part {
    title: string;
    result: string;
    lines: [string, string][];
}

export interface Side {
    outcome: string;
    outcome_words: string;
    grade: string | null;
    points: number;
    offer: Offer | null;
    offer_row: { title: string; number: number; cells: [string, string][]; is_unknown: boolean } | null;
    reasons: { code: string; text: string }[];
    rules: TriedRule[];
    patterns: { code: string; label: string; words: string }[];
    parts: Part[];
}

export interface Trial {
    source: { kind: string; id: string; label: string; outcome: string; outcome_words: string };
    score: { pd: number | null; points: number | null; origin: string; message: string };
    values: Record<string, Scalar>;
    problems: Problem[];
    draft: Side | null;
    live: Side | null;
}

export interface FoundDecision {
    id: string;
    label: string;
    outcome: string;
    outcome_words: string;
    decided_at: string;
    grade: string | null;
    pd: number | null;
}
