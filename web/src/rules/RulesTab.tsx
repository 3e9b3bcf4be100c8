// The rules of the draft.
import { useEditor } from "../store/store";

export function RulesTab() {
    const entries = useEditor((state) => state.document.rules);
    return <ul>{entries.map((entry, index) => <li key={index}>{Object.values(entry)[0] as string}</li>)}</ul>;
}
