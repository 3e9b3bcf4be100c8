// What the server says of an expression while it is typed: its words, and its problems with their places.
import { useEffect, useState } from "react";
import { post } from "../api/client";
import type { Problem } from "../api/types";
import { at } from "../store/path";
import { useProblemsAt } from "../store/problems";
import { useEditor, useStore } from "../store/store";

const PAUSE_MS = 350;

/** What the text is: which names it may read, and what it must give. */
export interface FormulaKind {
    scope: "rule" | "cell" | "derived" | "step";
    /** number, string, boolean, date; empty for any. */
    expected?: string;
    /** Of a cell: the expression its column tests. */
    column?: string;
    /** Of a pattern's step: the names of the steps so far, its own last. */
    aliases?: string[];
}

export interface Told {
    words: string;
    problems: Problem[];
}

interface Asked extends Told {
    text: string;
}

/**
 * Words and problems of `text`. Where it stands in the document its problems are the document's own (which see
 * duplicates and reasons, too); while it differs from that, it is asked about by itself.
 */
export function useFormula(path: string, text: string, kind: FormulaKind, isWanted: boolean): Told {
    const store = useStore();
    const { data } = store.getState();
    const found = useProblemsAt(path);
    const isInDocument = useEditor((state) => at(state.document, path) === text);
    const isAsLoaded = path in data.words && at(data.document, path) === text;
    const [asked, setAsked] = useState<Asked>({ text: "", words: "", problems: [] });
    const isAsking = isWanted && !isAsLoaded && text.trim() !== "";
    useEffect(() => {
        if (!isAsking) return;
        const timer = window.setTimeout(() => {
            const { document } = store.getState();
            post<Told>(data.addresses.condition ?? "", { text, document, ...kind })
                .then(({ words, problems }) => setAsked({ text, words, problems }))
                .catch(() => setAsked({ text, words: "", problems: [] }));
        }, PAUSE_MS);
        return () => window.clearTimeout(timer);
        // The kind of a field does not change while it is on the page.
    }, [store, data, text, isAsking]);
    const isAnswered = asked.text === text;
    return {
        words: isAsLoaded ? (data.words[path] ?? "") : isAnswered ? asked.words : "",
        problems: isInDocument ? found : isAnswered ? asked.problems : [],
    };
}
