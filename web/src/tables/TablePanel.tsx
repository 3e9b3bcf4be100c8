// One decision table: its name, what holds where several rows do, its rows and its columns.
import { useState, type ReactNode } from "react";
import type { HitPolicy } from "../api/document";
import { Renamed, type Renaming } from "../names/Renamed";
import { Field, Findings, Text, Tool } from "../rules/RulePanel";
import { useEditor, useStore } from "../store/store";
import { localised, say } from "../words";
import { ColumnsEditor } from "./ColumnsEditor";
import { TableGrid } from "./TableGrid";
import { POLICIES, POLICY_NAMES, TABLES } from "./words";

interface Properties {
    index: number;
    /** Without them the table is neither copied nor deleted, as the offer's. */
    copy?: () => void;
    remove?: () => void;
    /** Numbers as people read them. */
    isShown?: boolean;
}

export function TablePanel({ index, copy, remove, isShown = false }: Properties) {
    const store = useStore();
    const table = useEditor((state) => state.document.tables[index]);
    const [renaming, setRenaming] = useState<Renaming | null>(null);
    const [before, setBefore] = useState("");
    if (!table) return null;
    const path = `tables/${index}`;
    const { may_edit: mayEdit } = store.getState().data;
    const put = (field: string) => (value: string) => store.update(`${path}/${field}`, value);
    const rename = (name: string) =>
        store.update((draft) => {
            const renamed = draft.tables[index];
            if (draft.offer && draft.offer.table === renamed?.name) draft.offer.table = name;
            if (renamed) renamed.name = name;
        });
    return (
        <section className="rk-card re-rule-panel" aria-label={localised(table) || table.name}>
            <header>
                <div>
                    <h2>{localised(table) || table.name}</h2>
                    <p className="rk-small">{say(TABLES.cells)}</p>
                </div>
                {mayEdit && copy && remove && (
                    <span className="rk-operations">
                        <Tool icon="content_copy" words={TABLES.copy} act={copy} />
                        <Tool icon="delete" words={TABLES.remove} act={remove} />
                    </span>
                )}
            </header>
            <div className="rk-pad">
                <fieldset disabled={!mayEdit}>
                    <div className="re-table-head">
                        <div
                            onFocus={() => setBefore(table.name)}
                            onBlur={() => before && before !== table.name && setRenaming({ before, after: table.name })}
                        >
                            <Text path={`${path}/name`} words={TABLES.name} value={table.name} put={rename} isCode />
                        </div>
                        <Text path={`${path}/en`} words={TABLES.en} value={table.en} put={put("en")} />
                        <Text path={`${path}/zh`} words={TABLES.zh} value={table.zh} put={put("zh")} />
                        <Field words={TABLES.policy} path={`${path}/hit_policy`} help={POLICIES[table.hit_policy]}>
                            <select className="rk-select" aria-label={say(TABLES.policy)} value={table.hit_policy} onChange={(event) => put("hit_policy")(event.target.value)}>
                                {(Object.keys(POLICIES) as HitPolicy[]).map((policy) => <option key={policy} value={policy}>{say(POLICY_NAMES[policy])}</option>)}
                            </select>
                        </Field>
                    </div>
                </fieldset>
                {renaming && <Renamed renaming={renaming} close={() => setRenaming(null)} />}
                <Findings path={path} />
                <Findings path={`${path}/rows`} />
                <TableGrid index={index} isShown={isShown} />
                <Columns key={index} isOpen={table.rows.length <= 1}>
                    <fieldset disabled={!mayEdit}>
                        <ColumnsEditor index={index} table={table} />
                    </fieldset>
                </Columns>
            </div>
        </section>
    );
}

/** Open at first where the columns are still to be made. */
function Columns({ isOpen, children }: { isOpen: boolean; children: ReactNode }) {
    const [wasOpen] = useState(isOpen);
    return (
        <details className="re-columns" open={wasOpen}>
            <summary>{say(TABLES.columns)}</summary>
            {children}
        </details>
    );
}
