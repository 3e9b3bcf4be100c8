// An expression in words while it is typed.
import { useEffect, useState } from "react";
import { post } from "../api/client";
import { at } from "../store/path";
import { useStore } from "../store/store";

const PAUSE_MS = 350;

/** The words of `text`; those the page came with while it is unchanged, else asked after a pause. */
export function useFormulaWords(path: string, text: string, isWanted: boolean): string {
    const store = useStore();
    const { data } = store.getState();
    const isKnown = path in data.words && at(data.document, path) === text;
    const [asked, setAsked] = useState({ text: "", words: "" });
    useEffect(() => {
        if (!isWanted || isKnown || !text.trim()) return;
        const timer = window.setTimeout(() => {
            const { document } = store.getState();
            const scope = path.startsWith("derived/") ? "derived" : "rule";
            post<{ words: string }>(data.addresses.condition ?? "", { text, document, scope })
                .then(({ words }) => setAsked({ text, words }))
                .catch(() => setAsked({ text, words: "" }));
        }, PAUSE_MS);
        return () => window.clearTimeout(timer);
    }, [store, data, path, text, isWanted, isKnown]);
    if (isKnown) return data.words[path] ?? "";
    return asked.text === text ? asked.words : "";
}
