// The variables of the draft: those it derives, and those of the catalogue it may read.
import { useMemo, useState } from "react";
import type { Derived } from "../api/document";
import { Grid } from "../grid/Grid";
import { Renamed, type Renaming } from "../names/Renamed";
import { freshName } from "../names/fresh";
import { useEditor, useStore } from "../store/store";
import { say } from "../words";
import { CatalogueList } from "./CatalogueList";
import { derivedColumns } from "./columns";
import { DERIVED } from "./words";

function blank(taken: Derived[]): Derived {
    return { name: freshName("derived", taken.map((entry) => entry.name)), en: "", zh: "", expression: "", unit: "" };
}

export function DerivedTab() {
    const store = useStore();
    const isEmpty = useEditor((state) => state.document.derived.length === 0);
    const [renaming, setRenaming] = useState<Renaming | null>(null);
    const columns = useMemo(
        () =>
            derivedColumns({
                data: store.getState().data,
                getDocument: () => store.getState().document,
                renamed: (before, after) => setRenaming({ before, after }),
            }),
        [store],
    );
    return (
        <>
            <section className="rk-card re-card">
                <header>
                    <div>
                        <h2>{say(DERIVED.title)}</h2>
                        <p className="rk-small">{say(DERIVED.intro)}</p>
                    </div>
                </header>
                {renaming && <Renamed renaming={renaming} close={() => setRenaming(null)} />}
                {isEmpty && <p className="rk-empty">{say(DERIVED.empty)}</p>}
                <Grid path="derived" label={say(DERIVED.title)} columns={columns} blank={blank} addWords={say(DERIVED.add)} />
            </section>
            <CatalogueList />
        </>
    );
}
