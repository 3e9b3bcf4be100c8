// Conditions in words, by their text: those the page came with, asked anew where a name's value changed since.
import { useEffect, useState } from "react";
import { post } from "../api/client";
import { useEditor, useStore } from "../store/store";

const PAUSE_MS = 400;

export function useRuleWords(): (text: string, index: number) => string {
    const store = useStore();
    const { data } = store.getState();
    const document = useEditor((state) => state.document);
    const [asked, setAsked] = useState<Record<string, string>>({});
    const isAsPage = document.parameters === data.document.parameters && document.derived === data.document.derived;
    const isKnown = isAsPage && document.rules.every((rule, index) => rule.when === data.document.rules[index]?.when);
    useEffect(() => {
        if (isKnown) return;
        const timer = window.setTimeout(() => {
            const { rules, parameters, derived } = document;
            const texts = rules.map((rule) => rule.when).filter(Boolean);
            post<{ words: Record<string, string> }>(data.addresses.words ?? "", { texts, parameters, derived })
                .then(({ words }) => setAsked(words))
                .catch(() => undefined);
        }, PAUSE_MS);
        return () => window.clearTimeout(timer);
    }, [document.rules, document.parameters, document.derived, isKnown]);
    return (text, index) => asked[text] ?? (isKnown ? data.words[`rules/${index}/when`] : undefined) ?? text;
}
