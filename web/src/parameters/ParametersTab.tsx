// The parameters of the draft: thresholds with their allowed ranges, beside what is live.
import { useMemo, useState } from "react";
import type { Parameter } from "../api/document";
import { Grid } from "../grid/Grid";
import { Renamed, type Renaming } from "../names/Renamed";
import { freshName } from "../names/fresh";
import { useEditor, useStore } from "../store/store";
import { say } from "../words";
import { parameterColumns } from "./columns";
import { PARAMETERS } from "./words";

function blank(taken: Parameter[]): Parameter {
    const name = freshName("parameter", taken.map((entry) => entry.name));
    return { name, en: "", zh: "", value: 0, type: "number", unit: "", minimum: 0, maximum: 100, help_en: "", help_zh: "" };
}

export function ParametersTab() {
    const store = useStore();
    const isEmpty = useEditor((state) => state.document.parameters.length === 0);
    const [renaming, setRenaming] = useState<Renaming | null>(null);
    const columns = useMemo(
        () =>
            parameterColumns({
                data: store.getState().data,
                getDocument: () => store.getState().document,
                renamed: (before, after) => setRenaming({ before, after }),
            }),
        [store],
    );
    return (
        <section className="rk-card re-card">
            <header>
                <div>
                    <h2>{say(PARAMETERS.title)}</h2>
                    <p className="rk-small">{say(PARAMETERS.intro)}</p>
                </div>
            </header>
            {renaming && <Renamed renaming={renaming} close={() => setRenaming(null)} />}
            {isEmpty && <p className="rk-empty">{say(PARAMETERS.empty)}</p>}
            <Grid path="parameters" label={say(PARAMETERS.title)} columns={columns} blank={blank} addWords={say(PARAMETERS.add)} />
        </section>
    );
}
