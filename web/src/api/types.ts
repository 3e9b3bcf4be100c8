// What the server tells the editor: the shapes of GET editor/ and its answers.
import type { Constant, RuleSetDocument } from "./document";

export type Language = "en" | "zh";

export interface Both {
    en: string;
    zh: string;
}

export interface Code extends Both {
    code: string | number;
}

export type NameKind = "variable" | "parameter" | "derived" | "table" | "scorecard" | "score" | "date";

/** What a variable was observed to be: shares of rows, 0 to 1. */
export interface Distribution {
    count: number;
    missing_share: number;
    minimum: number | null;
    maximum: number | null;
    deciles: number[];
    bins: [number, number, number][];
    codes: Record<string, number>;
    source_en: string;
    source_zh: string;
    as_of: string;
}

/** A name a condition may read. */
export interface Name extends Both {
    name: string;
    kind: NameKind;
    type: string;
    unit: string;
    minimum: number | null;
    maximum: number | null;
    codes: Code[];
    note: string;
    /** What its absence means: reject, refer, default, skip; empty for others than variables. */
    missing: string;
    /** Of a parameter: its value. */
    value?: Constant;
    /** Reading it needs a legal basis. */
    is_protected: boolean;
    distribution: Distribution | null;
}

export interface LanguageFunction extends Both {
    name: string;
    signature: string;
    examples: string[];
}

/** A number in the document times `factor` is what people read and type: 0.38 is 38 (%), 25000 is 250 (DEM). */
export interface Unit {
    factor: number;
    suffix_en: string;
    suffix_zh: string;
    /** Decimals always shown; null as many as the number has. */
    digits: number | null;
}

export interface Position {
    start: number;
    end: number;
    line: number;
    column: number;
}

export interface Problem {
    code: string;
    /** Where in the document: "rules/3/when". */
    path: string;
    message: string;
    severity: "error" | "warning";
    position: Position | null;
}

export interface Typed extends Both {
    name: string;
    type: string;
}

/** Everything the editor needs at once. */
export interface EditorData {
    id: number;
    hash: string;
    state: string;
    may_edit: boolean;
    language: Language;
    stage: "PRE_LOAN" | "POST_LOAN";
    product: string;
    currency: { code: string; digits: number };
    document: RuleSetDocument;
    base_document: RuleSetDocument | null;
    names: Name[];
    functions: LanguageFunction[];
    reasons: Code[];
    outcomes: Code[];
    event_kinds: Code[];
    fact_fields: Typed[];
    units: Record<string, Unit>;
    problems: Problem[];
    /** Expressions of the document in words, by path. */
    words: Record<string, string>;
    addresses: Record<string, string>;
}

export interface Saved {
    hash: string;
    saved_at: string;
    problems: Problem[];
}

export interface ConflictAnswer {
    code: string;
    message: string;
    current_hash: string;
    changed_by: string;
    changed_at: string;
}

export interface Refused {
    code: string;
    message: string;
    problems: Problem[];
}
