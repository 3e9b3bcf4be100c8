// What may be meant by the word before the caret: names and functions, by name or by label in either language.
import type { LanguageFunction, Name } from "../api/types";

export type Candidate = { kind: "name"; name: Name } | { kind: "function"; function: LanguageFunction };

export interface Word {
    start: number;
    text: string;
}

const WORD = /[A-Za-z_\u4e00-\u9fff][\w.\u4e00-\u9fff]*$/;
const MOST = 40;

/** The word that ends at the caret; null within a text in quotes. */
export function wordBefore(text: string, caret: number): Word | null {
    const before = text.slice(0, caret);
    if ((before.split('"').length - 1) % 2 === 1) return null;
    const found = WORD.exec(before)?.[0] ?? "";
    return { start: caret - found.length, text: found };
}

/** Lower is better; negative is no match. */
function rank(word: string, name: string, en: string, zh: string): number {
    const wanted = word.toLowerCase();
    const own = name.toLowerCase();
    if (own === wanted) return 0;
    if (own.startsWith(wanted)) return 1;
    if (own.split(/[_.]/).some((part) => part.startsWith(wanted))) return 2;
    if (zh.includes(word)) return 3;
    if (en.toLowerCase().split(/\s+/).some((part) => part.startsWith(wanted))) return 3;
    return own.includes(wanted) ? 4 : -1;
}

/** Candidates for a word, the likeliest first; every name for an empty word. */
export function candidatesFor(word: string, names: Name[], functions: LanguageFunction[]): Candidate[] {
    const all: [number, Candidate][] = [
        ...names.map((name): [number, Candidate] => [rank(word, name.name, name.en, name.zh), { kind: "name", name }]),
        ...functions.map((entry): [number, Candidate] => [word ? rank(word, entry.name, "", "") : 5, { kind: "function", function: entry }]),
    ];
    return all
        .filter(([place]) => place >= 0)
        .sort(([left], [right]) => left - right)
        .slice(0, MOST)
        .map(([, candidate]) => candidate);
}

/** What is written for a candidate, and how far from its end the caret goes. */
export function textOf(candidate: Candidate): { text: string; back: number } {
    if (candidate.kind === "name") return { text: candidate.name.name, back: 0 };
    return { text: `${candidate.function.name}()`, back: 1 };
}
