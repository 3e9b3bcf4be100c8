// Every expression of a document with its place: who reads a name, and renaming it everywhere.
import { at, put } from "../store/path";
import { KEYS, SECTIONS, keyOf, type RuleSetDocument, type Section } from "../api/document";

export interface Text {
    path: string;
    section: Section | "offer";
    /** Name or code of the entry that holds it. */
    owner: string;
    text: string;
}

/** Fields that hold expressions, at any depth of an entry. */
const FIELDS = new Set(["when", "expression", "where", "values", "default", "then"]);
const PIECES = /"(?:[^"\\]|\\.)*"|[A-Za-z_][A-Za-z0-9_]*|./gs;

/** Every expression, in the order of the document. */
export function textsOf(document: RuleSetDocument): Text[] {
    const found: Text[] = [];
    const walk = (value: unknown, path: string, isText: boolean, section: Text["section"], owner: string) => {
        if (typeof value === "string") {
            if (isText && value) found.push({ path, section, owner, text: value });
        } else if (Array.isArray(value)) {
            value.forEach((item, index) => walk(item, `${path}/${index}`, isText, section, owner));
        } else if (value !== null && typeof value === "object") {
            // `then` of a rule is an outcome; `then` of a table's row is a list of expressions.
            for (const [name, item] of Object.entries(value)) walk(item, `${path}/${name}`, FIELDS.has(name) && (name !== "then" || Array.isArray(item)), section, owner);
        }
    };
    for (const section of SECTIONS.filter((name) => name in KEYS && name !== "cases" && name !== "parameters")) {
        document[section].forEach((entry, index) => walk(entry, `${section}/${index}`, false, section, keyOf(section, entry)));
    }
    if (document.offer) walk(document.offer, "offer", false, "offer", document.offer.table);
    return found;
}

/** The names a text reads, as far as can be told without parsing it. */
export function namesIn(text: string): Set<string> {
    return new Set((text.match(PIECES) ?? []).filter((piece) => /^[A-Za-z_]/.test(piece)));
}

let last: { document: RuleSetDocument; uses: Map<string, Text[]> } | null = null;

/** The texts that read each name; one answer per document. */
export function usesOf(document: RuleSetDocument): Map<string, Text[]> {
    if (last?.document === document) return last.uses;
    const uses = new Map<string, Text[]>();
    for (const text of textsOf(document)) {
        for (const name of namesIn(text.text)) {
            const found = uses.get(name);
            if (found) found.push(text);
            else uses.set(name, [text]);
        }
    }
    last = { document, uses };
    return uses;
}

/** The owners of the texts that read a name, each once. */
export function ownersOf(document: RuleSetDocument, name: string): string[] {
    return [...new Set((usesOf(document).get(name) ?? []).map((text) => text.owner))];
}

/** Write `after` for `before` in every text of a draft; texts in quotes stay. */
export function rename(document: RuleSetDocument, before: string, after: string): void {
    for (const { path, text } of textsOf(document)) {
        const changed = (text.match(PIECES) ?? []).map((piece) => (piece === before ? after : piece)).join("");
        if (changed !== text && typeof at(document, path) === "string") put(document, path, changed);
    }
}
