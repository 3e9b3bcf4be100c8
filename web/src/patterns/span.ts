// A span of time as a number and a unit, and as the document writes it: 7 days is P7D.
import type { UNITS } from "./words";

export type SpanUnit = keyof typeof UNITS;

export interface Span {
    count: number;
    unit: SpanUnit;
}

const SIMPLE = /^P(?:(\d+)(W|D)|T(\d+)(H|M))$/;

/** Null for a span that is no single number and unit (P1DT12H). */
export function spanOf(text: string): Span | null {
    const found = SIMPLE.exec(text);
    if (!found) return null;
    return { count: Number(found[1] ?? found[3]), unit: (found[2] ?? found[4]) as SpanUnit };
}

export function spanText({ count, unit }: Span): string {
    return unit === "H" || unit === "M" ? `PT${count}${unit}` : `P${count}${unit}`;
}
