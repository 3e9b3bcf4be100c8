// The offer's settings: its table, what was asked for, and the reasons of a counter-offer.
import type { Offer } from "../api/document";
import type { Both } from "../api/types";
import { Field, Findings, Tool } from "../rules/RulePanel";
import { useEditor, useStore } from "../store/store";
import { localised, say } from "../words";
import { removeOffer } from "./edits";
import { OFFER } from "./words";

interface Option {
    value: string;
    label: string;
}

export function Settings({ offer }: { offer: Offer }) {
    const store = useStore();
    const { data } = store.getState();
    const tables = useEditor((state) => state.document.tables);
    const numbers = data.names.filter((name) => name.kind === "variable" && ["integer", "number"].includes(name.type));
    const variables = numbers.map((name) => ({ value: name.name, label: `${localised(name)} (${name.name})` }));
    const reasons = data.reasons.map((reason) => ({ value: String(reason.code), label: `${localised(reason)} (${reason.code})` }));
    const choice = (field: keyof Offer, words: Both, options: Option[]) => (
        <Choice path={`offer/${field}`} words={words} value={String(offer[field])} options={options} put={(value) => store.update(`offer/${field}`, value)} />
    );
    return (
        <section className="rk-card re-rule-panel" aria-label={say(OFFER.settings)}>
            <header>
                <div>
                    <h2>{say(OFFER.settings)}</h2>
                    <p className="rk-small">{say(OFFER.settingsIntro)}</p>
                </div>
                {data.may_edit && (
                    <span className="rk-operations">
                        <Tool icon="delete" words={OFFER.remove} act={() => removeOffer(store)} />
                    </span>
                )}
            </header>
            <fieldset className="rk-pad" disabled={!data.may_edit}>
                <Findings path="offer" />
                <div className="re-offer-fields">
                    {choice("table", OFFER.table, tables.map((table) => ({ value: table.name, label: `${localised(table) || table.name} (${table.name})` })))}
                    {choice("amount_variable", OFFER.amount, variables)}
                    {choice("term_variable", OFFER.term, variables)}
                    {choice("amount_reason", OFFER.amountReason, reasons)}
                    {choice("term_reason", OFFER.termReason, reasons)}
                    {choice("cap_reason", OFFER.capReason, reasons)}
                </div>
            </fieldset>
        </section>
    );
}

function Choice({ path, words, value, options, put }: { path: string; words: Both; value: string; options: Option[]; put: (value: string) => void }) {
    const isKnown = options.some((option) => option.value === value);
    return (
        <Field words={words} path={path}>
            <select className="rk-select" aria-label={say(words)} value={value} onChange={(event) => put(event.target.value)}>
                {!isKnown && <option value={value}>{value}</option>}
                {options.map((option) => <option key={option.value} value={option.value}>{option.label}</option>)}
            </select>
        </Field>
    );
}
