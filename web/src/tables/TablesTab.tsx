// The tables of the draft.
import { useEditor } from "../store/store";

export function TablesTab() {
    const entries = useEditor((state) => state.document.tables);
    return <ul>{entries.map((entry, index) => <li key={index}>{Object.values(entry)[0] as string}</li>)}</ul>;
}
