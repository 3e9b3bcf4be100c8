// The decision tables of the draft but the offer's, which has a tab of its own.
import { useEditor } from "../store/store";
import { say } from "../words";
import { TableGrid } from "./TableGrid";
import { TABLES } from "./words";

export function TablesTab() {
    const tables = useEditor((state) => state.document.tables);
    const offered = useEditor((state) => state.document.offer?.table);
    const shown = tables.flatMap((table, index) => (table.name === offered ? [] : [index]));
    if (!shown.length) return <p className="rk-card rk-empty">{say(TABLES.empty)}</p>;
    return shown.map((index) => <TableGrid key={index} index={index} />);
}
