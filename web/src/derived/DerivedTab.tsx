// The derived variables of the draft.
import { useEditor } from "../store/store";

export function DerivedTab() {
    const entries = useEditor((state) => state.document.derived);
    return <ul>{entries.map((entry, index) => <li key={index}>{Object.values(entry)[0] as string}</li>)}</ul>;
}
