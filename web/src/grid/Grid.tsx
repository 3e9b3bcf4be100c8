// A grid over a list of the document. Every grid of the editor is this one.
import { useEffect, useId, useRef, useState } from "react";
import { useEditor, useStore } from "../store/store";
import { at } from "../store/path";
import { say } from "../words";
import type { Column, Entry } from "./columns";
import { GridController } from "./controller";
import { GridMenu } from "./GridMenu";
import { GRID } from "./words";

interface Properties {
    /** Where the list is in the document: "parameters", "tables/0/rows". */
    path: string;
    /** For screen readers. */
    label: string;
    columns: Column[];
    /** A new entry; without it rows are neither added, removed nor moved. */
    blank?: (taken: Entry[]) => Entry;
    /** The least number of rows. */
    least?: number;
    /** A row's cell that is not edited in place was asked to open. */
    open?: (row: number) => void;
    addWords?: string;
    /** The row where one is changed. */
    choose?: (row: number) => void;
    /** What cells show beside the document: drawn anew where it differs. */
    beside?: unknown;
}

export function Grid({ path, label, columns, blank, least = 0, open, addWords, choose, beside }: Properties) {
    const store = useStore();
    const host = useRef<HTMLDivElement>(null);
    const grid = useRef<GridController | null>(null);
    const entries = useEditor((state) => at(state.document, path));
    const problems = useEditor((state) => state.problems);
    const mayEdit = useEditor((state) => state.data.may_edit);
    const [menu, setMenu] = useState<{ x: number; y: number } | null>(null);
    const [told, setTold] = useState("");
    const helpId = useId();
    const opened = useRef(open);
    opened.current = open;
    const chosen = useRef(choose);
    chosen.current = choose;

    useEffect(() => {
        if (!host.current) return;
        const list = { store, path, blank: mayEdit ? (blank ?? null) : null, least };
        const made = new GridController(host.current, list, columns, { menu: setMenu, tell: setTold, open: (row) => opened.current?.(row), choose: (row) => chosen.current?.(row) });
        grid.current = made;
        return () => {
            made.destroy();
            grid.current = null;
        };
        // Columns and the blank entry are described anew at every rendering: `shape` tells when they differ.
    }, [store, path, mayEdit, shapeOf(columns)]);
    useEffect(() => grid.current?.refresh(), [entries]);
    useEffect(() => grid.current?.redraw(), [beside]);
    useEffect(() => grid.current?.marked(), [problems, entries]);

    return (
        <div className="re-grid-box">
            <div ref={host} className="re-grid" aria-label={label} aria-describedby={helpId} data-grid={path} />
            <p id={helpId} className="rk-hidden">{say(GRID.description)}</p>
            <div className="re-grid-foot">
                {mayEdit && blank && (
                    <button type="button" className="rk-button" onClick={() => grid.current?.append()}>
                        {addWords ?? say(GRID.add)}
                    </button>
                )}
                <span className="re-told" role="status">{told}</span>
                {mayEdit && <span className="rk-small rk-right">{say(GRID.shortcuts)}</span>}
            </div>
            {menu && grid.current && <GridMenu place={menu} grid={grid.current} hasRows={mayEdit && blank !== undefined} close={() => setMenu(null)} />}
        </div>
    );
}

function shapeOf(columns: Column[]): string {
    return columns.map((column) => `${column.field}:${column.title}:${column.hint ?? ""}`).join("|");
}
