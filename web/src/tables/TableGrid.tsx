// One decision table as a grid of its rows.
import { useMemo } from "react";
import { Grid } from "../grid/Grid";
import { useEditor } from "../store/store";
import { localised, say } from "../words";
import { blankRow, tableColumns } from "./columns";
import { TABLES } from "./words";

export function TableGrid({ index }: { index: number }) {
    const table = useEditor((state) => state.document.tables[index]);
    const columns = useMemo(() => (table ? tableColumns(table) : []), [table?.inputs, table?.outputs]);
    if (!table) return null;
    const title = localised(table) || table.name;
    return (
        <section className="rk-card re-card">
            <header>
                <div>
                    <h2>{title}</h2>
                    <p className="rk-small">{say(TABLES.cells)} {say(TABLES.amounts)}</p>
                </div>
            </header>
            <Grid path={`tables/${index}/rows`} label={title} columns={columns} blank={() => blankRow(table)} least={1} addWords={say(TABLES.add)} />
        </section>
    );
}
