// The grades of the draft.
import { useEditor } from "../store/store";

export function OfferTab() {
    const entries = useEditor((state) => state.document.grades);
    return <ul>{entries.map((entry, index) => <li key={index}>{Object.values(entry)[0] as string}</li>)}</ul>;
}
