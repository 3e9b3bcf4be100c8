// What a row compares with: a number in its unit, a code by its meaning, a list, a date, or another variable.
import { useState } from "react";
import type { Name } from "../../api/types";
import { useStore } from "../../store/store";
import { numberShown, numberTyped, suffixOf, unitOf } from "../../values/units";
import { localised, say } from "../../words";
import { FieldCombo } from "./FieldCombo";
import { arityOf, codeOf, isComparable, type RuleEntry, type Value } from "./query";
import { BUILDER } from "./words";

interface Properties {
    rule: RuleEntry;
    name: Name | undefined;
    names: Name[];
    isInvalid: boolean;
    change: (value: RuleEntry["value"]) => void;
}

export function ValueField({ rule, name, names, isInvalid, change }: Properties) {
    const count = arityOf(rule.operator);
    if (count === -1) return <ListField values={listOf(rule.value)} name={name} isInvalid={isInvalid} change={change} />;
    const own = names.filter((other) => other.name !== rule.field && isComparable(name?.type ?? "", other.type));
    const one = (value: Value | undefined, label: string, put: (value: Value) => void) =>
        rule.valueSource === "field" ? (
            <FieldCombo value={String(value ?? "")} names={own} label={label} choose={put} isInvalid={isInvalid} />
        ) : (
            <OneField value={value ?? ""} name={name} label={label} isInvalid={isInvalid} change={put} />
        );
    if (count === 2) {
        const [low, high] = listOf(rule.value);
        return (
            <span className="re-span">
                {one(low, say(BUILDER.low), (value) => change([value, high ?? ""]))}
                <span className="rk-small">{say(BUILDER.and)}</span>
                {one(high, say(BUILDER.high), (value) => change([low ?? "", value]))}
            </span>
        );
    }
    return one(Array.isArray(rule.value) ? rule.value[0] : rule.value, say(BUILDER.value), change);
}

function listOf(value: RuleEntry["value"]): Value[] {
    return Array.isArray(value) ? value : [];
}

export interface OneProperties {
    value: Value;
    name: Name | undefined;
    label: string;
    isInvalid: boolean;
    change: (value: Value) => void;
}

export function OneField(properties: OneProperties) {
    const { value, name, label, isInvalid, change } = properties;
    if (name && name.codes.length) {
        const find = (text: string) => name.codes.find((code) => String(code.code) === text)?.code ?? text;
        return (
            <select className="rk-select" aria-label={label} aria-invalid={isInvalid} value={String(value)} onChange={(event) => change(find(event.target.value))}>
                <option value="">{say(BUILDER.choose)}</option>
                {!codeOf(name, value) && value !== "" && <option value={String(value)}>{String(value)}</option>}
                {name.codes.map((code) => (
                    <option key={code.code} value={String(code.code)}>{`${code.code} ${localised(code)}`}</option>
                ))}
            </select>
        );
    }
    if (name?.type === "boolean" || typeof value === "boolean") {
        return (
            <select className="rk-select" aria-label={label} aria-invalid={isInvalid} value={String(value)} onChange={(event) => change(event.target.value === "" ? "" : event.target.value === "true")}>
                <option value="">{say(BUILDER.choose)}</option>
                <option value="true">{say(BUILDER.yes)}</option>
                <option value="false">{say(BUILDER.no)}</option>
            </select>
        );
    }
    if (name?.type === "date" || (typeof value === "object" && value !== null)) {
        const date = typeof value === "object" && value !== null ? value.date : String(value);
        return (
            <input type="date" className="rk-input" aria-label={label} aria-invalid={isInvalid} value={date} onChange={(event) => change(event.target.value ? { date: event.target.value } : "")} />
        );
    }
    if (name?.type === "number" || name?.type === "integer" || typeof value === "number") return <NumberField {...properties} />;
    return <input className="rk-input" aria-label={label} aria-invalid={isInvalid} value={String(value)} onChange={(event) => change(event.target.value)} />;
}

/** A number typed as people write it: percent of shares, major units of money; exact. */
export function NumberField({ value, name, label, isInvalid, change }: OneProperties) {
    const { data } = useStore().getState();
    const unit = unitOf(data, name?.unit ?? "");
    const [typed, setTyped] = useState<string | null>(null);
    const shown = typeof value === "number" ? numberShown(value, unit).replaceAll(",", "") : String(value ?? "");
    const isWrong = typed !== null && typed.trim() !== "" && numberTyped(typed, unit) === null;
    return (
        <span className="re-number">
            <input
                className="rk-input rk-number-input"
                inputMode="decimal"
                aria-label={label}
                aria-invalid={isInvalid || isWrong}
                title={isWrong ? say(BUILDER.number) : undefined}
                value={typed ?? shown}
                onChange={(event) => {
                    setTyped(event.target.value);
                    change(numberTyped(event.target.value, unit) ?? "");
                }}
                onBlur={() => setTyped(null)}
            />
            {suffixOf(unit) && <span className="rk-small">{suffixOf(unit)}</span>}
        </span>
    );
}

interface ListProperties {
    values: Value[];
    name: Name | undefined;
    isInvalid: boolean;
    change: (values: Value[]) => void;
}

function ListField({ values, name, isInvalid, change }: ListProperties) {
    if (!name?.codes.length) return <TypedList values={values} name={name} isInvalid={isInvalid} change={change} />;
    const left = name.codes.filter((code) => !values.includes(code.code));
    return (
        <span className="re-chips">
            {values.map((value) => (
                <span key={String(value)} className="re-chip" title={String(value)}>
                    {codeOf(name, value) ? `${String(value)} ${localised(codeOf(name, value) ?? { en: "", zh: "" })}` : String(value)}
                    <button type="button" aria-label={say(BUILDER.removeCode, { code: String(value) })} onClick={() => change(values.filter((other) => other !== value))}>
                        ×
                    </button>
                </span>
            ))}
            {left.length > 0 && (
                <select
                    className="rk-select"
                    aria-label={say(BUILDER.addCode)}
                    aria-invalid={isInvalid}
                    value=""
                    onChange={(event) => {
                        const found = left.find((code) => String(code.code) === event.target.value);
                        if (found) change([...values, found.code]);
                    }}
                >
                    <option value="">{say(BUILDER.addCode)}</option>
                    {left.map((code) => (
                        <option key={code.code} value={String(code.code)}>{`${code.code} ${localised(code)}`}</option>
                    ))}
                </select>
            )}
        </span>
    );
}

function TypedList({ values, name, isInvalid, change }: ListProperties) {
    const { data } = useStore().getState();
    const unit = unitOf(data, name?.unit ?? "");
    const isNumeric = name?.type === "number" || name?.type === "integer";
    const [typed, setTyped] = useState<string | null>(null);
    const shown = values.map((value) => (typeof value === "number" ? numberShown(value, unit).replaceAll(",", "") : String(value))).join(", ");
    const read = (text: string): Value[] => {
        const parts = text.split(/[,，;；、]/).map((part) => part.trim()).filter(Boolean);
        return isNumeric ? parts.map((part) => numberTyped(part, unit) ?? "") : parts;
    };
    return (
        <span className="re-number">
            <input
                className="rk-input"
                aria-label={say(BUILDER.listHint)}
                placeholder={say(BUILDER.listHint)}
                aria-invalid={isInvalid}
                value={typed ?? shown}
                onChange={(event) => {
                    setTyped(event.target.value);
                    change(read(event.target.value));
                }}
                onBlur={() => setTyped(null)}
            />
            {isNumeric && suffixOf(unit) && <span className="rk-small">{suffixOf(unit)}</span>}
        </span>
    );
}
