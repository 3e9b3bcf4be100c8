// A small picture of the points of each bin.
import type { Characteristic } from "../api/document";
import { localised, say } from "../words";
import { pointsShown, rangeOf } from "./points";
import { SCORECARDS } from "./words";

interface Bar {
    label: string;
    points: number;
    kind: "bin" | "special" | "missing";
}

export function Bars({ characteristic }: { characteristic: Characteristic }) {
    const { special, bins, missing_points: missing } = characteristic;
    const bars: Bar[] = [
        ...special.map((bin): Bar => ({ label: localised(bin) || bin.when, points: bin.points, kind: "special" })),
        ...bins.map((bin): Bar => ({ label: localised(bin) || bin.when, points: bin.points, kind: "bin" })),
        ...(missing === null ? [] : [{ label: say(SCORECARDS.missingBin), points: missing, kind: "missing" } as const]),
    ];
    const range = rangeOf(characteristic);
    const [low, high] = [Math.min(0, range.low), Math.max(0, range.high)];
    const width = high - low || 1;
    return (
        <dl className="re-bars" aria-label={say(SCORECARDS.picture)}>
            {bars.map(({ label, points, kind }, index) => (
                <div key={index} style={{ display: "contents" }}>
                    <dt title={label}>{label}</dt>
                    <dd>
                        <svg viewBox={`0 0 ${width} 1`} preserveAspectRatio="none" aria-hidden="true">
                            <rect className={`re-bar-of-${kind}`} x={Math.min(0, points) - low} y="0" width={Math.max(Math.abs(points), width / 200)} height="1" />
                        </svg>
                    </dd>
                    <dd className="re-points">{pointsShown(points)}</dd>
                </div>
            ))}
        </dl>
    );
}
