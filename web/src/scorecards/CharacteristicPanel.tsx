// One characteristic: what it measures, its bins and special codes with their points, and what a missing value gives.
import { useMemo, useState } from "react";
import type { Characteristic } from "../api/document";
import { FormulaInput } from "../formula/FormulaInput";
import type { Column } from "../grid/columns";
import { Grid } from "../grid/Grid";
import { Field, Findings, Text } from "../rules/RulePanel";
import { useStore } from "../store/store";
import { language, localised, say } from "../words";
import { Bars } from "./Bars";
import { blankBin } from "./edits";
import { SCORECARDS } from "./words";

function binColumns(expression: string): Column[] {
    const label = (field: "en" | "zh"): Column => ({ field, title: say(SCORECARDS[field]), kind: "text", width: 130, grow: 1 });
    const labels = language === "zh" ? [label("zh"), label("en")] : [label("en"), label("zh")];
    return [
        { field: "when", title: say(SCORECARDS.when), hint: expression, kind: "formula", formula: () => ({ scope: "cell", column: expression }), isRequired: true, width: 150, grow: 1 },
        { field: "points", title: say(SCORECARDS.points), kind: "number", isRequired: true, width: 90 },
        ...labels,
    ];
}

export function CharacteristicPanel({ path, characteristic }: { path: string; characteristic: Characteristic }) {
    const store = useStore();
    const { data } = store.getState();
    const put = (field: string) => (value: unknown) => store.update(`${path}/${field}`, value);
    const columns = useMemo(() => binColumns(characteristic.expression), [characteristic.expression]);
    return (
        <div>
            <Findings path={path} />
            <fieldset className="re-plain-fields" disabled={!data.may_edit}>
                <div className="re-card-fields">
                    <Text path={`${path}/name`} words={SCORECARDS.own} value={characteristic.name} put={put("name")} isCode />
                    <Text path={`${path}/en`} words={SCORECARDS.en} value={characteristic.en} put={put("en")} />
                    <Text path={`${path}/zh`} words={SCORECARDS.zh} value={characteristic.zh} put={put("zh")} />
                    <MissingPoints path={`${path}/missing_points`} value={characteristic.missing_points} put={put("missing_points")} />
                    <div className="rk-field re-wide">
                        <span className="rk-field-label">{say(SCORECARDS.expression)}</span>
                        <FormulaInput value={characteristic.expression} path={`${path}/expression`} label={say(SCORECARDS.expression)} kind={{ scope: "derived" }} rows={1} onChange={put("expression")} />
                    </div>
                    <div className="re-wide">
                        <Field words={SCORECARDS.reason} path={`${path}/reason`}>
                            <select className="rk-select" aria-label={say(SCORECARDS.reason)} value={characteristic.reason} onChange={(event) => put("reason")(event.target.value)}>
                                <option value="">{say(SCORECARDS.noReason)}</option>
                                {data.reasons.map((reason) => <option key={reason.code} value={reason.code}>{`${localised(reason)} (${reason.code})`}</option>)}
                            </select>
                        </Field>
                    </div>
                </div>
            </fieldset>
            <Bars characteristic={characteristic} />
            <h3>{say(SCORECARDS.bins)}</h3>
            <p className="rk-small">{say(SCORECARDS.binsIntro)}</p>
            <Findings path={`${path}/bins`} />
            <Grid path={`${path}/bins`} label={say(SCORECARDS.bins)} columns={columns} blank={blankBin} least={1} addWords={say(SCORECARDS.addBin)} />
            <h3>{say(SCORECARDS.special)}</h3>
            <p className="rk-small">{say(SCORECARDS.specialIntro)}</p>
            <Grid path={`${path}/special`} label={say(SCORECARDS.special)} columns={columns} blank={blankBin} addWords={say(SCORECARDS.addSpecial)} />
        </div>
    );
}

function MissingPoints({ path, value, put }: { path: string; value: number | null; put: (value: number | null) => void }) {
    return <NumberField path={path} words={SCORECARDS.missing} help={SCORECARDS.missingHelp} value={value} put={put} />;
}

interface NumberProperties {
    path: string;
    words: { en: string; zh: string };
    help?: { en: string; zh: string };
    value: number | null;
    put: (value: number | null) => void;
}

/** A number that may be left empty. */
export function NumberField({ path, words, help, value, put }: NumberProperties) {
    const [typed, setTyped] = useState<string | null>(null);
    return (
        <Field words={words} path={path} help={help}>
            <input
                className="rk-input rk-number-input"
                inputMode="decimal"
                aria-label={say(words)}
                value={typed ?? (value === null ? "" : String(value))}
                onChange={(event) => {
                    const text = event.target.value.normalize("NFKC").trim();
                    setTyped(event.target.value);
                    if (text === "") put(null);
                    else if (/^[+-]?(\d+\.?\d*|\.\d+)$/.test(text)) put(Number(text));
                }}
                onBlur={() => setTyped(null)}
            />
        </Field>
    );
}
