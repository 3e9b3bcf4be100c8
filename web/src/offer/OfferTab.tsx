// What an approved applicant is offered: the offer's table, and the grades it may read.
import { useMemo } from "react";
import type { Grade } from "../api/document";
import type { Column } from "../grid/columns";
import { Grid } from "../grid/Grid";
import { freshName } from "../names/fresh";
import { useEditor, useStore } from "../store/store";
import { TableGrid } from "../tables/TableGrid";
import { unitOf } from "../values/units";
import { say } from "../words";
import { OFFER } from "./words";

function blank(taken: Grade[]): Grade {
    return { grade: freshName("G", taken.map((entry) => entry.grade)).replace("_", ""), max_pd: 1, en: "", zh: "" };
}

export function OfferTab() {
    const store = useStore();
    const index = useEditor((state) => state.document.tables.findIndex((table) => table.name === state.document.offer?.table));
    const columns = useMemo((): Column[] => {
        const share = unitOf(store.getState().data, "share");
        return [
            { field: "grade", title: say(OFFER.grade), kind: "text", isRequired: true, width: 120 },
            { field: "max_pd", title: say(OFFER.maximum), kind: "number", unit: () => share, isRequired: true, width: 160 },
            { field: "en", title: say(OFFER.en), kind: "text", width: 200, grow: 1 },
            { field: "zh", title: say(OFFER.zh), kind: "text", width: 200, grow: 1 },
        ];
    }, [store]);
    return (
        <>
            {index < 0 ? <p className="rk-card rk-empty">{say(OFFER.none)}</p> : <TableGrid index={index} />}
            <section className="rk-card re-card">
                <header>
                    <div>
                        <h2>{say(OFFER.grades)}</h2>
                        <p className="rk-small">{say(OFFER.gradesIntro)}</p>
                    </div>
                </header>
                <Grid path="grades" label={say(OFFER.grades)} columns={columns} blank={blank} addWords={say(OFFER.add)} />
            </section>
        </>
    );
}
