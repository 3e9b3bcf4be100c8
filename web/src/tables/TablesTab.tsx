// The decision tables of the draft but the offer's, which has a tab of its own: the list, and the one chosen below it.
import { useState } from "react";
import { ownersOf } from "../names/texts";
import { problemsBelow, worst } from "../store/problems";
import { useEditor, useStore } from "../store/store";
import { localised, say } from "../words";
import { addTable, copyTable, removeTable } from "./edits";
import { TablePanel } from "./TablePanel";
import { POLICY_NAMES, TABLES } from "./words";
import "./tables.css";

export function TablesTab() {
    const store = useStore();
    const document = useEditor((state) => state.document);
    const problems = useEditor((state) => state.problems);
    const shown = document.tables.flatMap((table, index) => (table.name === document.offer?.table ? [] : [index]));
    const [wanted, setWanted] = useState(shown[0] ?? 0);
    const [told, setTold] = useState("");
    const chosen = shown.includes(wanted) ? wanted : (shown.at(-1) ?? -1);
    const remove = () => {
        const owners = ownersOf(document, document.tables[chosen]?.name ?? "");
        setTold(owners.length ? say(TABLES.read, { owners: owners.join(", ") }) : "");
        removeTable(store, chosen);
        setWanted(shown[shown.indexOf(chosen) - 1] ?? 0);
    };
    return (
        <>
            <div className="re-toolbar">
                {store.getState().data.may_edit && (
                    <button type="button" className="rk-button" onClick={() => setWanted(addTable(store))}>
                        <span className="material-symbols-outlined" aria-hidden="true">add</span>
                        {say(TABLES.new)}
                    </button>
                )}
                <span className="re-told" role="status">{told}</span>
            </div>
            {shown.length === 0 && <p className="rk-empty">{say(TABLES.empty)}</p>}
            {shown.length > 0 && (
                <ul className="re-patterns" aria-label={say(TABLES.list)}>
                    {shown.map((index) => {
                        const table = document.tables[index];
                        if (!table) return null;
                        const facts = { inputs: table.inputs.length, outputs: table.outputs.length, rows: table.rows.length };
                        return (
                            <li key={index} className={worst(problemsBelow(problems, `tables/${index}`)) === "error" ? "re-has-error" : undefined}>
                                <button type="button" aria-pressed={index === chosen} onClick={() => setWanted(index)}>
                                    <span className="rk-strong">{localised(table) || table.name}</span>
                                    <span className="rk-small rk-code">{table.name}</span>
                                    <span className="rk-small">{say(TABLES.size, facts)}</span>
                                    <span className="rk-badge">{say(POLICY_NAMES[table.hit_policy])}</span>
                                </button>
                            </li>
                        );
                    })}
                </ul>
            )}
            {chosen >= 0 && <TablePanel key={chosen} index={chosen} copy={() => setWanted(copyTable(store, chosen))} remove={remove} />}
        </>
    );
}
