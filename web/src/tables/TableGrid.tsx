// The rows of one decision table as a grid.
import { useMemo } from "react";
import { Grid } from "../grid/Grid";
import { useNames } from "../names/names";
import { useEditor, useStore } from "../store/store";
import { localised, say } from "../words";
import { blankRow, tableColumns } from "./columns";
import { TABLES } from "./words";

/** `isShown`: numbers as people read them, for the offer. */
export function TableGrid({ index, isShown = false }: { index: number; isShown?: boolean }) {
    const { data } = useStore().getState();
    const table = useEditor((state) => state.document.tables[index]);
    const names = useNames();
    const columns = useMemo(() => (table ? tableColumns(table, data, names, isShown) : []), [data, table?.inputs, table?.outputs, isShown]);
    if (!table) return null;
    return (
        <Grid path={`tables/${index}/rows`} label={localised(table) || table.name} columns={columns} blank={() => blankRow(table)} least={1} addWords={say(TABLES.add)} />
    );
}
