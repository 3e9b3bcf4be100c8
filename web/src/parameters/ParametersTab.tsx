// The parameters of the draft.
import { useEditor } from "../store/store";

export function ParametersTab() {
    const entries = useEditor((state) => state.document.parameters);
    return <ul>{entries.map((entry, index) => <li key={index}>{Object.values(entry)[0] as string}</li>)}</ul>;
}
