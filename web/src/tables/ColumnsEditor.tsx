// The columns of a decision table: what is tested and what is given, added, moved and deleted with their cells.
import { useState } from "react";
import type { Constant, Table, TableInput, TableOutput } from "../api/document";
import type { Both } from "../api/types";
import { FormulaInput } from "../formula/FormulaInput";
import { TYPES } from "../names/words";
import { Field, Findings, Text, Tool } from "../rules/RulePanel";
import { useStore } from "../store/store";
import { unitChoices } from "../values/unitChoices";
import { say } from "../words";
import { addColumn, moveColumn, removeColumn, type Side } from "./edits";
import { TABLES } from "./words";

const OUTPUT_TYPES: TableOutput["type"][] = ["number", "string", "boolean", "date"];

export function ColumnsEditor({ index, table }: { index: number; table: Table }) {
    const store = useStore();
    return (
        <>
            <Findings path={`tables/${index}/inputs`} />
            <Findings path={`tables/${index}/outputs`} />
            <h4 className="re-columns-head">{say(TABLES.inputs)}</h4>
            {table.inputs.map((input, at) => <InputColumn key={at} index={index} at={at} input={input} count={table.inputs.length} />)}
            <AddColumn words={TABLES.addInput} act={() => addColumn(store, index, "inputs")} />
            <h4 className="re-columns-head">{say(TABLES.outputs)}</h4>
            {table.outputs.map((output, at) => <OutputColumn key={at} index={index} at={at} output={output} count={table.outputs.length} />)}
            <AddColumn words={TABLES.addOutput} act={() => addColumn(store, index, "outputs")} />
        </>
    );
}

function AddColumn({ words, act }: { words: Both; act: () => void }) {
    return (
        <button type="button" className="rk-button" onClick={act}>
            <span className="material-symbols-outlined" aria-hidden="true">add</span>
            {say(words)}
        </button>
    );
}

function Tools({ index, side, at, count, least }: { index: number; side: Side; at: number; count: number; least: number }) {
    const store = useStore();
    return (
        <span className="rk-operations">
            <Tool icon="arrow_back" words={TABLES.left} isOff={at === 0} act={() => moveColumn(store, index, side, at, -1)} />
            <Tool icon="arrow_forward" words={TABLES.right} isOff={at === count - 1} act={() => moveColumn(store, index, side, at, 1)} />
            <Tool icon="delete" words={TABLES.removeColumn} isOff={count <= least} act={() => removeColumn(store, index, side, at)} />
        </span>
    );
}

function InputColumn({ index, at, input, count }: { index: number; at: number; input: TableInput; count: number }) {
    const store = useStore();
    const path = `tables/${index}/inputs/${at}`;
    const put = (field: string) => (value: string) => store.update(`${path}/${field}`, value);
    return (
        <div className="re-column re-column-in">
            <div className="rk-field">
                <span className="rk-field-label">{say(TABLES.expression)}</span>
                <FormulaInput value={input.expression} path={`${path}/expression`} label={say(TABLES.expression)} kind={{ scope: "derived" }} rows={1} onChange={put("expression")} />
            </div>
            <Text path={`${path}/en`} words={TABLES.en} value={input.en} put={put("en")} />
            <Text path={`${path}/zh`} words={TABLES.zh} value={input.zh} put={put("zh")} />
            <Text path={`${path}/values`} words={TABLES.allowed} help={TABLES.allowedHelp} value={input.values} put={put("values")} isCode />
            <Tools index={index} side="inputs" at={at} count={count} least={0} />
        </div>
    );
}

function OutputColumn({ index, at, output, count }: { index: number; at: number; output: TableOutput; count: number }) {
    const store = useStore();
    const path = `tables/${index}/outputs/${at}`;
    const put = (field: string) => (value: unknown) => store.update(`${path}/${field}`, value);
    const { data, document } = store.getState();
    const units = unitChoices(data, document.tables.flatMap((table) => table.outputs.map((entry) => entry.unit)), say(TABLES.noUnit));
    return (
        <div className="re-column re-column-out">
            <Text path={`${path}/name`} words={TABLES.output} value={output.name} put={put("name")} isCode />
            <Text path={`${path}/en`} words={TABLES.en} value={output.en} put={put("en")} />
            <Text path={`${path}/zh`} words={TABLES.zh} value={output.zh} put={put("zh")} />
            <Field words={TABLES.type} path={`${path}/type`}>
                <select className="rk-select" aria-label={say(TABLES.type)} value={output.type} onChange={(event) => put("type")(event.target.value)}>
                    {OUTPUT_TYPES.map((type) => <option key={type} value={type}>{say(TYPES[type] ?? TABLES.type)}</option>)}
                </select>
            </Field>
            <Field words={TABLES.unit} path={`${path}/unit`}>
                <select className="rk-select" aria-label={say(TABLES.unit)} value={output.unit} disabled={output.type !== "number"} onChange={(event) => put("unit")(event.target.value)}>
                    {units.map(({ value, label }) => <option key={String(value)} value={String(value)}>{label}</option>)}
                </select>
            </Field>
            <Tools index={index} side="outputs" at={at} count={count} least={1} />
            <Values path={`${path}/values`} output={output} put={put("values")} />
            <div className="rk-field re-column-default">
                <span className="rk-field-label">{say(TABLES.default)}</span>
                <FormulaInput value={output.default} path={`${path}/default`} label={say(TABLES.default)} kind={{ scope: "derived", expected: output.type }} rows={1} onChange={put("default")} />
            </div>
        </div>
    );
}

function Values({ path, output, put }: { path: string; output: TableOutput; put: (values: Constant[]) => void }) {
    const [typed, setTyped] = useState<string | null>(null);
    return (
        <Field words={TABLES.values} path={path} help={TABLES.valuesHelp}>
            <input
                className="rk-input rk-code"
                aria-label={say(TABLES.values)}
                spellCheck={false}
                value={typed ?? output.values.join(", ")}
                onChange={(event) => {
                    setTyped(event.target.value);
                    put(constantsOf(event.target.value, output.type));
                }}
                onBlur={() => setTyped(null)}
            />
        </Field>
    );
}

/** The constants of a list with commas; what does not fit the type stays a text, for the checks to name. */
function constantsOf(text: string, type: TableOutput["type"]): Constant[] {
    const parts = text.split(/[,，、]/).map((part) => part.trim().replace(/^"(.*)"$/, "$1")).filter(Boolean);
    if (type === "number") return parts.map((part) => (Number.isFinite(Number(part)) ? Number(part) : part));
    return type === "boolean" ? parts.map((part) => (part === "true" ? true : part === "false" ? false : part)) : parts;
}
