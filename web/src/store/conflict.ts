// Two people changed one draft: what each changed since the version both began from, and how to put it together.
import { KEYS, SECTIONS, keyOf, type RuleSetDocument, type Section } from "../api/document";
import { isSame } from "./path";

export interface Touched {
    section: Section | "default_outcome" | "offer";
    key: string;
}

export interface Conflict {
    changedBy: string;
    changedAt: string;
    theirs: RuleSetDocument;
    theirHash: string;
    /** Entries both changed, each in their own way: reapplying mine overwrites theirs there. */
    both: Touched[];
    /** Entries only I changed. */
    mine: Touched[];
}

type Entries = Map<string, object>;

function entriesOf(document: RuleSetDocument, section: Section): Entries {
    return new Map((document[section] as object[]).map((entry) => [keyOf(section, entry), entry]));
}

function touched(base: Entries, changed: Entries): Set<string> {
    const keys = new Set([...base.keys(), ...changed.keys()]);
    return new Set([...keys].filter((key) => !isSame(base.get(key), changed.get(key))));
}

/** What I changed since `base`, and which of it they changed otherwise. */
export function compare(base: RuleSetDocument, mine: RuleSetDocument, theirs: RuleSetDocument): Pick<Conflict, "both" | "mine"> {
    const both: Touched[] = [];
    const only: Touched[] = [];
    for (const section of SECTIONS) {
        const [first, my, their] = [base, mine, theirs].map((document) => entriesOf(document, section)) as [Entries, Entries, Entries];
        const theirKeys = touched(first, their);
        for (const key of touched(first, my)) {
            const isShared = theirKeys.has(key) && !isSame(my.get(key), their.get(key));
            (isShared ? both : only).push({ section, key });
        }
    }
    for (const field of ["default_outcome", "offer"] as const) {
        if (isSame(base[field], mine[field])) continue;
        const isShared = !isSame(base[field], theirs[field]) && !isSame(mine[field], theirs[field]);
        (isShared ? both : only).push({ section: field, key: "" });
    }
    return { both, mine: only };
}

/** Their document with every change of mine since `base` made again; where both changed an entry, mine stands. */
export function reapplied(base: RuleSetDocument, mine: RuleSetDocument, theirs: RuleSetDocument): RuleSetDocument {
    const merged: Record<string, unknown> = { ...theirs };
    for (const section of SECTIONS) merged[section] = mergedSection(base, mine, theirs, section);
    for (const field of ["default_outcome", "offer"] as const) {
        merged[field] = isSame(base[field], mine[field]) ? theirs[field] : mine[field];
    }
    return merged as unknown as RuleSetDocument;
}

function mergedSection(base: RuleSetDocument, mine: RuleSetDocument, theirs: RuleSetDocument, section: Section): object[] {
    const [first, my] = [entriesOf(base, section), entriesOf(mine, section)];
    const mineTouched = touched(first, my);
    const entries = (theirs[section] as object[]).flatMap((entry) => {
        const key = keyOf(section, entry);
        if (!mineTouched.has(key)) return [entry];
        const own = my.get(key);
        return own ? [own] : [];
    });
    const present = new Set(entries.map((entry) => keyOf(section, entry)));
    const order = (mine[section] as object[]).map((entry) => keyOf(section, entry));
    for (const [place, key] of order.entries()) {
        if (present.has(key) || !mineTouched.has(key)) continue;
        const before = order.slice(0, place).findLast((earlier) => present.has(earlier));
        const index = before === undefined ? 0 : entries.findIndex((entry) => keyOf(section, entry) === before) + 1;
        entries.splice(index, 0, my.get(key) as object);
        present.add(key);
    }
    return isMoved(base, mine, section) ? inOrder(entries, order, section) : entries;
}

/** Whether I moved entries that were there before. */
function isMoved(base: RuleSetDocument, mine: RuleSetDocument, section: Section): boolean {
    const before = (base[section] as object[]).map((entry) => keyOf(section, entry));
    const after = (mine[section] as object[]).map((entry) => keyOf(section, entry));
    const kept = before.filter((key) => after.includes(key));
    return !isSame(kept, after.filter((key) => kept.includes(key)));
}

function inOrder(entries: object[], order: string[], section: Section): object[] {
    const place = new Map(order.map((key, index) => [key, index]));
    const rank = (entry: object): number => place.get(keyOf(section, entry)) ?? order.length;
    return [...entries].sort((left, right) => rank(left) - rank(right));
}

/** The field that names an entry, for the list of conflicts. */
export function keyField(section: Section): string {
    return KEYS[section];
}
