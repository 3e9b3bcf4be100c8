// All that is known of one name, for the completion and for lists of names.
import type { Name, Unit } from "../api/types";
import { useStore } from "../store/store";
import { suffixOf, unitOf, valueShown } from "../values/units";
import { language, localised, say } from "../words";
import { Distribution } from "./Distribution";
import { KINDS, MISSING, NAME, TYPES } from "./words";

/** What values it may have, in words; empty where nothing limits them. */
export function rangeWords(name: { minimum: number | null; maximum: number | null }, unit: Unit): string {
    const [low, high] = [name.minimum, name.maximum].map((bound) => (bound === null ? "" : valueShown(bound, unit)));
    if (low && high) return say(NAME.from, { low, high });
    if (low) return say(NAME.atLeast, { low });
    return high ? say(NAME.atMost, { high }) : "";
}

function observedWords(name: Name, unit: Unit): string[] {
    const figures = name.distribution;
    if (!figures) return [];
    const found: string[] = [];
    const middle = figures.deciles[5];
    if (figures.minimum !== null && figures.maximum !== null && middle !== undefined) {
        const [low, high, half] = [figures.minimum, figures.maximum, middle].map((value) => valueShown(value, unit));
        found.push(say(NAME.observed, { low: low ?? "", high: high ?? "", middle: half ?? "" }));
    }
    if (figures.missing_share > 0) found.push(say(NAME.missing, { share: +(figures.missing_share * 100).toFixed(1) }));
    const source = language === "zh" ? figures.source_zh : figures.source_en;
    found.push(say(NAME.seen, { count: figures.count.toLocaleString("en-US"), source }));
    return found;
}

export function NameCard({ name }: { name: Name }) {
    const { data } = useStore().getState();
    const unit = unitOf(data, name.unit);
    const value = name.value === undefined ? "" : typeof name.value === "number" ? valueShown(name.value, unit) : String(name.value);
    const kind = [say(KINDS[name.kind]), name.type && TYPES[name.type] ? say(TYPES[name.type] ?? KINDS.date) : "", suffixOf(unit)];
    return (
        <div className="re-name-card">
            <p className="rk-strong">{localised(name) || name.name}</p>
            <p className="rk-code rk-small">{name.name}</p>
            <p className="rk-small">{kind.filter(Boolean).join(" · ")}</p>
            {value && <p>{say(NAME.value, { value })}</p>}
            {rangeWords(name, unit) && <p className="rk-small">{rangeWords(name, unit)}</p>}
            {name.is_protected && <p className="rk-badge rk-warn">{say(NAME.protected)}</p>}
            {name.codes.length > 0 && (
                <ul className="rk-small re-codes">
                    {name.codes.slice(0, 12).map((code) => (
                        <li key={code.code}>
                            <span className="rk-code">{code.code}</span> {localised(code)}
                        </li>
                    ))}
                    {name.codes.length > 12 && <li>…</li>}
                </ul>
            )}
            {name.distribution && <Distribution figures={name.distribution} name={localised(name)} />}
            {observedWords(name, unit).map((line) => (
                <p key={line} className="rk-small">{line}</p>
            ))}
            {MISSING[name.missing] && <p className="rk-small">{say(MISSING[name.missing] ?? NAME.value)}</p>}
            {name.note && <p className="rk-small">{name.note}</p>}
        </div>
    );
}
