// The points a scorecard can give.
import type { Characteristic, Scorecard } from "../api/document";

export interface Range {
    low: number;
    high: number;
}

/** The least and the most a characteristic gives. */
export function rangeOf({ bins, special, missing_points: missing }: Characteristic): Range {
    const all = [...bins, ...special].map((bin) => bin.points).concat(missing === null ? [] : [missing]);
    return all.length ? { low: Math.min(...all), high: Math.max(...all) } : { low: 0, high: 0 };
}

/** The least and the greatest total. */
export function totalOf(card: Scorecard): Range {
    return card.characteristics.map(rangeOf).reduce(
        (sum, { low, high }) => ({ low: sum.low + low, high: sum.high + high }),
        { low: card.initial_points, high: card.initial_points },
    );
}

/** Points without the dust of adding them up. */
export function pointsShown(points: number): string {
    return String(Number(points.toFixed(6)));
}
