// The grades, each with the band of probabilities of default it holds.
import { useMemo } from "react";
import type { Grade } from "../api/document";
import type { Column } from "../grid/columns";
import { Grid } from "../grid/Grid";
import { freshName } from "../names/fresh";
import { useEditor, useStore } from "../store/store";
import { numberShown, unitOf } from "../values/units";
import { say } from "../words";
import { OFFER } from "./words";

function blank(taken: Grade[]): Grade {
    return { grade: freshName("G", taken.map((entry) => entry.grade)).replace("_", ""), max_pd: 1, en: "", zh: "" };
}

export function Grades() {
    const store = useStore();
    const grades = useEditor((state) => state.document.grades);
    const columns = useMemo((): Column[] => {
        const share = unitOf(store.getState().data, "share");
        const band = (grade: Grade, index: number): string => {
            const before = store.getState().document.grades[index - 1];
            const high = numberShown(grade.max_pd, share);
            return before ? say(OFFER.bandWords, { low: numberShown(before.max_pd, share), high }) : say(OFFER.firstBand, { high });
        };
        return [
            { field: "grade", title: say(OFFER.grade), kind: "text", isRequired: true, width: 100 },
            { field: "max_pd", title: say(OFFER.maximum), kind: "number", unit: () => share, isRequired: true, width: 120 },
            { field: "band", title: say(OFFER.band), kind: "shown", get: band, width: 200, grow: 1 },
            { field: "en", title: say(OFFER.en), kind: "text", width: 180, grow: 1 },
            { field: "zh", title: say(OFFER.zh), kind: "text", width: 180, grow: 1 },
        ];
    }, [store]);
    return (
        <section className="rk-card re-card">
            <header>
                <div>
                    <h2>{say(OFFER.grades)}</h2>
                    <p className="rk-small">{say(OFFER.gradesIntro)}</p>
                </div>
            </header>
            <Grid path="grades" label={say(OFFER.grades)} columns={columns} blank={blank} addWords={say(OFFER.add)} beside={grades} />
        </section>
    );
}
