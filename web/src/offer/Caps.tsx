// The legal caps of the offer, each in the unit of what it caps.
import { useMemo } from "react";
import type { LegalCap } from "../api/document";
import type { EditorData, Unit } from "../api/types";
import type { Column } from "../grid/columns";
import { Grid } from "../grid/Grid";
import { useStore } from "../store/store";
import { numberShown, numberTyped, suffixOf, unitOf, valueShown } from "../values/units";
import { say } from "../words";
import { blankCap } from "./edits";
import { OFFER } from "./words";

function unitOfCap(data: EditorData, of: LegalCap["of"]): Unit {
    return unitOf(data, { amount_minor: `${data.currency.code} minor units`, annual_rate: "share", term_months: "months" }[of]);
}

/** What is seen stays the same where another thing is capped: 24 (%) becomes 24 (months). */
function setOf(data: EditorData, cap: LegalCap, of: LegalCap["of"]): void {
    const shown = numberShown(cap.maximum, unitOfCap(data, cap.of));
    cap.maximum = numberTyped(shown, unitOfCap(data, of)) ?? 0;
    cap.of = of;
}

function capColumns(data: EditorData): Column[] {
    return [
        {
            field: "of",
            title: say(OFFER.of),
            kind: "choice",
            choices: () => [
                { value: "amount_minor", label: say(OFFER.amountCap) },
                { value: "annual_rate", label: say(OFFER.rateCap) },
                { value: "term_months", label: say(OFFER.termCap) },
            ],
            shown: (value) => say({ amount_minor: OFFER.amountCap, annual_rate: OFFER.rateCap, term_months: OFFER.termCap }[value as LegalCap["of"]] ?? OFFER.of),
            set: (entry: LegalCap, value) => setOf(data, entry, value as LegalCap["of"]),
            width: 110,
        },
        {
            field: "maximum",
            title: say(OFFER.most),
            kind: "number",
            unit: (entry: LegalCap) => unitOfCap(data, entry.of),
            shown: (value, entry: LegalCap) => (typeof value === "number" ? valueShown(value, unitOfCap(data, entry.of)) : suffixOf(unitOfCap(data, entry.of))),
            isRequired: true,
            width: 120,
        },
        { field: "from_date", title: say(OFFER.from), kind: "date", isRequired: true, width: 108 },
        { field: "until_date", title: say(OFFER.until), kind: "date", width: 108 },
        { field: "citation", title: say(OFFER.citation), kind: "text", width: 140, grow: 2 },
        { field: "when", title: say(OFFER.when), kind: "formula", formula: () => ({ scope: "rule" }), width: 110, grow: 1 },
        { field: "en", title: say(OFFER.en), kind: "text", width: 94, grow: 1 },
        { field: "zh", title: say(OFFER.zh), kind: "text", width: 94, grow: 1 },
    ];
}

export function Caps() {
    const { data } = useStore().getState();
    const columns = useMemo(() => capColumns(data), [data]);
    return (
        <section className="rk-card re-card">
            <header>
                <div>
                    <h2>{say(OFFER.caps)}</h2>
                    <p className="rk-small">{say(OFFER.capsIntro)}</p>
                </div>
            </header>
            <Grid path="offer/caps" label={say(OFFER.caps)} columns={columns} blank={blankCap} addWords={say(OFFER.addCap)} />
        </section>
    );
}
