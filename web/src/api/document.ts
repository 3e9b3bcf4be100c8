// The rule-set document as the server keeps it (rules/engine/document.py says what each part means).

export type Constant = number | string | boolean;
export type ValueType = "integer" | "number" | "string" | "boolean" | "date";

export interface Parameter {
    name: string;
    en: string;
    zh: string;
    value: Constant;
    type: ValueType;
    unit: string;
    minimum: number | null;
    maximum: number | null;
    help_en: string;
    help_zh: string;
}

export interface Derived {
    name: string;
    en: string;
    zh: string;
    expression: string;
    unit: string;
}

export interface Then {
    outcome: string;
    reason: string;
    points: number;
    set: Record<string, Constant>;
}

export interface Rule {
    code: string;
    label_en: string;
    label_zh: string;
    when: string;
    then: Then;
    on_unknown: "refer" | "ignore";
    enabled: boolean;
    legal_basis: string;
    help_en: string;
    help_zh: string;
}

export interface Step {
    as: string;
    event: string;
    where: string;
    is_absent: boolean;
}

export interface Pattern {
    code: string;
    label_en: string;
    label_zh: string;
    steps: Step[];
    within: string;
    then: Then;
    enabled: boolean;
    help_en: string;
    help_zh: string;
}

export interface TableInput {
    expression: string;
    en: string;
    zh: string;
    values: string;
}

export interface TableOutput {
    name: string;
    type: Exclude<ValueType, "integer">;
    en: string;
    zh: string;
    unit: string;
    values: Constant[];
    default: string;
}

export interface Row {
    when: string[];
    then: string[];
    note: string;
}

export type HitPolicy = "U" | "A" | "P" | "F" | "R" | "O" | "C" | "C+" | "C<" | "C>" | "C#";

export interface Table {
    name: string;
    inputs: TableInput[];
    outputs: TableOutput[];
    rows: Row[];
    hit_policy: HitPolicy;
    en: string;
    zh: string;
    help_en: string;
    help_zh: string;
}

export interface Bin {
    when: string;
    points: number;
    en: string;
    zh: string;
}

export interface Characteristic {
    name: string;
    expression: string;
    bins: Bin[];
    special: Bin[];
    missing_points: number | null;
    reason: string;
    en: string;
    zh: string;
}

export interface Scorecard {
    name: string;
    characteristics: Characteristic[];
    initial_points: number;
    en: string;
    zh: string;
    help_en: string;
    help_zh: string;
}

export interface Grade {
    grade: string;
    max_pd: number;
    en: string;
    zh: string;
}

export interface LegalCap {
    of: "amount_minor" | "annual_rate" | "term_months";
    maximum: number;
    from_date: string;
    en: string;
    zh: string;
    citation: string;
    until_date: string;
    when: string;
}

export interface Offer {
    table: string;
    amount_variable: string;
    term_variable: string;
    amount_reason: string;
    term_reason: string;
    caps: LegalCap[];
    cap_reason: string;
}

export interface Expect {
    outcome?: string;
    grade?: string | null;
    hits?: string[];
    misses?: string[];
    reasons?: string[];
    amount_offered_minor?: number | null;
}

export interface CaseEvent {
    kind: string;
    seconds_before: number;
    phone_key: string;
    device_key: string;
    address_key: string;
    customer: string;
    category: string;
    amount_minor: number | null;
}

export interface Case {
    name: string;
    inputs: Record<string, Constant | null>;
    expect: Expect;
    pd: number | null;
    score_points: number | null;
    zh: string;
    business_date: string;
    events: CaseEvent[];
    origin: string;
}

export interface RuleSetDocument {
    schema: 1;
    product: string;
    stage: "PRE_LOAN" | "POST_LOAN";
    default_outcome: string;
    parameters: Parameter[];
    derived: Derived[];
    rules: Rule[];
    patterns: Pattern[];
    tables: Table[];
    scorecards: Scorecard[];
    grades: Grade[];
    offer: Offer | null;
    cases: Case[];
}

/** A section that is a list of entries, and the field that names an entry. */
export const KEYS = {
    parameters: "name",
    derived: "name",
    rules: "code",
    patterns: "code",
    tables: "name",
    scorecards: "name",
    grades: "grade",
    cases: "name",
} as const;

export type Section = keyof typeof KEYS;
export const SECTIONS = Object.keys(KEYS) as Section[];

/** The name of an entry within its section. */
export function keyOf(section: Section, entry: object): string {
    return String((entry as Record<string, unknown>)[KEYS[section]] ?? "");
}
