// Keeps a condition's text and its tree in step: whichever is edited, the server makes the other one from it.
import { useCallback, useEffect, useRef, useState } from "react";
import { prepareRuleGroup } from "react-querybuilder";
import { Refusal, post } from "../../api/client";
import type { RuleSetDocument } from "../../api/document";
import type { Problem } from "../../api/types";
import { useStore } from "../../store/store";
import { received, sent, settled, type GroupEntry } from "./query";

const TEXT_MS = 200;
const TREE_MS = 120;

interface Answer {
    tree: GroupEntry | null;
    words: string;
    problems: Problem[];
    text: string | null;
}

export interface Condition {
    tree: GroupEntry;
    words: string;
    /** Of the text, with positions. */
    problems: Problem[];
    /** Of the tree: what a row still lacks, at "rules/0/value". */
    treeProblems: Problem[];
    /** Which of the two is older than the other, and why. */
    behind: "" | "tree" | "text" | "offline";
    change: (tree: GroupEntry) => void;
}

const EMPTY: GroupEntry = { combinator: "and", not: false, rules: [] };

function withIds(tree: GroupEntry): GroupEntry {
    return prepareRuleGroup(tree as never) as unknown as GroupEntry;
}

/** The document without what no expression can name: it is sent at every pause. */
export function scopeOf(document: RuleSetDocument): Partial<RuleSetDocument> {
    const tables = document.tables.map((table) => ({ ...table, rows: table.rows.slice(0, 1) }));
    return { ...document, tables, rules: [], patterns: [], cases: [], offer: null };
}

export function useCondition(text: string, put: (text: string) => void, more: object = {}): Condition {
    const store = useStore();
    const [tree, setTree] = useState<GroupEntry>(() => withIds(EMPTY));
    const [told, setTold] = useState({ words: "", problems: [] as Problem[], treeProblems: [] as Problem[] });
    const [behind, setBehind] = useState<Condition["behind"]>("");
    /** The text this builder wrote last: it needs no tree, the builder has it. */
    const written = useRef<string | null>(null);
    const asked = useRef(0);
    const isFirst = useRef(true);
    const extra = useRef(more);
    extra.current = more;

    const ask = useCallback(
        async (body: object): Promise<Answer | null> => {
            const number = ++asked.current;
            const { document, data } = store.getState();
            try {
                const answer = await post<Answer>(data.addresses.condition ?? "", { ...extra.current, ...body, document: scopeOf(document) });
                return number === asked.current ? answer : null;
            } catch (error) {
                if (number === asked.current) setBehind(error instanceof Refusal ? "tree" : "offline");
                return null;
            }
        },
        [store],
    );

    useEffect(() => {
        if (text === written.current) return;
        written.current = null;
        if (!text.trim()) {
            asked.current += 1;
            setTree(withIds(EMPTY));
            setTold({ words: "", problems: [], treeProblems: [] });
            setBehind("");
            return;
        }
        const timer = window.setTimeout(
            async () => {
                isFirst.current = false;
                const answer = await ask({ text });
                if (!answer) return;
                setTold({ words: answer.words, problems: answer.problems, treeProblems: [] });
                if (answer.tree) setTree(withIds(received(answer.tree)));
                setBehind(answer.tree ? "" : "tree");
            },
            isFirst.current ? 0 : TEXT_MS,
        );
        return () => window.clearTimeout(timer);
    }, [text, ask]);

    const timer = useRef(0); // not cleared on leaving: a change made just before is still written
    const change = useCallback(
        (next: GroupEntry) => {
            const whole = settled(next);
            setTree(whole);
            asked.current += 1;
            window.clearTimeout(timer.current);
            timer.current = window.setTimeout(async () => {
                const answer = await ask({ tree: sent(whole) });
                if (!answer) return;
                if (answer.text === null) {
                    setTold((before) => ({ ...before, treeProblems: answer.problems }));
                    setBehind("text");
                    return;
                }
                written.current = answer.text;
                setTold({ words: answer.words, problems: answer.problems, treeProblems: [] });
                setBehind("");
                put(answer.text);
            }, TREE_MS);
        },
        [ask, put],
    );
    return { tree, ...told, behind, change };
}
