// Running the cases of the document as it stands, and making those that are missing.
import { useEffect, useState } from "react";
import { post, Refusal } from "../api/client";
import type { Case, RuleSetDocument } from "../api/document";
import { useEditor, useStore } from "../store/store";
import { say } from "../words";
import { CASES } from "./words";

const PAUSE_MS = 500;

export interface Difference {
    field: string;
    label: string;
    expected: string;
    /** As the document holds what is expected. */
    found: unknown;
    words: string;
}

export interface Result {
    name: string;
    is_passed: boolean;
    outcome: string;
    outcome_words: string;
    differences: Difference[];
}

export interface Coverage {
    reached: number;
    total: number;
    percent: number;
    missing: { words: string; key: string; can_add: boolean }[];
    more: number;
    has_thresholds: boolean;
    kinds: { title: string; reached: number; total: number }[];
}

export interface Runs {
    /** In the order of the cases that were run; null where the document has errors. */
    results: Result[] | null;
    coverage: Coverage | null;
    message: string;
}

export interface Made {
    cases: Case[];
    message: string;
}

function words(error: unknown): string {
    return error instanceof Refusal ? error.message : say(CASES.unreachable);
}

/** The results of the document's cases, run again a moment after each change; null before the first answer. */
export function useRuns(): Runs | null {
    const store = useStore();
    const document = useEditor((state) => state.document);
    const [runs, setRuns] = useState<Runs | null>(null);
    useEffect(() => {
        let isLatest = true;
        const timer = window.setTimeout(() => {
            post<Runs>(store.getState().data.addresses.cases_run ?? "", { document })
                .then((answer) => isLatest && setRuns({ ...answer, message: "" }))
                .catch((error: unknown) => isLatest && setRuns({ results: null, coverage: null, message: words(error) }));
        }, PAUSE_MS);
        return () => {
            isLatest = false;
            window.clearTimeout(timer);
        };
    }, [store, document]);
    return runs;
}

/** New cases for a goal, `boundary` for all thresholds; never throws. */
export async function made(address: string, document: RuleSetDocument, goal: string): Promise<Made> {
    try {
        return await post<Made>(address, { document, goal });
    } catch (error) {
        return { cases: [], message: words(error) };
    }
}
