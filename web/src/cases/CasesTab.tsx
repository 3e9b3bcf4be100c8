// The cases of the draft.
import { useEditor } from "../store/store";

export function CasesTab() {
    const entries = useEditor((state) => state.document.cases);
    return <ul>{entries.map((entry, index) => <li key={index}>{Object.values(entry)[0] as string}</li>)}</ul>;
}
