// The patterns of the draft.
import { useEditor } from "../store/store";

export function PatternsTab() {
    const entries = useEditor((state) => state.document.patterns);
    return <ul>{entries.map((entry, index) => <li key={index}>{Object.values(entry)[0] as string}</li>)}</ul>;
}
