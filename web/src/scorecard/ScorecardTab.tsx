// The scorecards of the draft.
import { useEditor } from "../store/store";

export function ScorecardTab() {
    const entries = useEditor((state) => state.document.scorecards);
    return <ul>{entries.map((entry, index) => <li key={index}>{Object.values(entry)[0] as string}</li>)}</ul>;
}
