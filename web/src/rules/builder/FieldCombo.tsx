// A variable chosen by typing part of its label or name: a combobox for mouse and keyboard.
import { useEffect, useId, useLayoutEffect, useRef, useState, type KeyboardEvent } from "react";
import type { Name } from "../../api/types";
import { useStore } from "../../store/store";
import { suffixOf, unitOf, valueShown } from "../../values/units";
import { localised, say } from "../../words";
import { FORMULA } from "./query";
import { BUILDER } from "./words";

interface Properties {
    value: string;
    names: Name[];
    label: string;
    choose: (name: string) => void;
    /** Also offer a row that holds a formula as text. */
    hasFormula?: boolean;
    isInvalid?: boolean;
}

interface Option {
    value: string;
    label: string;
    hint: string;
}

const MOST = 60;

export function FieldCombo({ value, names, label, choose, hasFormula, isInvalid }: Properties) {
    const { data } = useStore().getState();
    const list = useRef<HTMLUListElement>(null);
    const [typed, setTyped] = useState<string | null>(null);
    const [active, setActive] = useState(0);
    const id = useId();
    const shownName = names.find((name) => name.name === value);
    const shown = value === FORMULA ? say(BUILDER.formula) : shownName ? localised(shownName) || value : value === "~" ? "" : value;
    const options = typed === null ? [] : optionsFor(typed);

    function optionOf(name: Name): Option {
        const unit = unitOf(data, name.unit);
        const worth = typeof name.value === "number" ? valueShown(name.value, unit) : name.value === undefined ? suffixOf(unit) : String(name.value);
        return { value: name.name, label: localised(name) || name.name, hint: [name.name, worth].filter(Boolean).join(" · ") };
    }
    function optionsFor(text: string): Option[] {
        const wanted = text.trim().toLowerCase();
        const found = names
            .filter((name) => !wanted || [name.name, name.en.toLowerCase(), name.zh].some((part) => part.includes(wanted)))
            .slice(0, MOST)
            .map(optionOf);
        return hasFormula && (!wanted || say(BUILDER.formula).toLowerCase().includes(wanted))
            ? [...found, { value: FORMULA, label: say(BUILDER.formula), hint: "" }]
            : found;
    }
    useEffect(() => setActive(0), [typed]);
    useLayoutEffect(() => {
        list.current?.children[active]?.scrollIntoView({ block: "nearest" });
    }, [active, typed]);

    const accept = (option: Option | undefined) => {
        if (!option) return;
        setTyped(null);
        if (option.value !== value) choose(option.value);
    };
    const press = (event: KeyboardEvent<HTMLInputElement>) => {
        if (event.nativeEvent.isComposing) return;
        if (event.key === "ArrowDown" || event.key === "ArrowUp") {
            const step = event.key === "ArrowDown" ? 1 : options.length - 1;
            if (typed === null) setTyped("");
            else setActive(options.length ? (active + step) % options.length : 0);
        } else if (event.key === "Enter" && typed !== null) accept(options[active]);
        else if (event.key === "Escape" && typed !== null) setTyped(null);
        else return;
        event.preventDefault();
        event.stopPropagation();
    };
    return (
        <div className="re-combo">
            <input
                className="rk-input"
                role="combobox"
                aria-label={label}
                aria-expanded={typed !== null}
                aria-controls={id}
                aria-activedescendant={typed !== null && options.length ? `${id}-${active}` : undefined}
                aria-invalid={isInvalid}
                autoComplete="off"
                spellCheck={false}
                title={shownName ? `${localised(shownName)} (${value})` : shown}
                placeholder={typed === null ? say(BUILDER.fieldHint) : shown || say(BUILDER.fieldHint)}
                value={typed ?? shown}
                onChange={(event) => setTyped(event.target.value)}
                onClick={() => typed === null && setTyped("")}
                onFocus={(event) => event.currentTarget.select()}
                onKeyDown={press}
                onBlur={() => setTyped(null)}
            />
            {typed !== null && (
                <ul className="re-options" id={id} role="listbox" aria-label={label} ref={list}>
                    {options.map((option, index) => (
                        <li
                            key={option.value}
                            id={`${id}-${index}`}
                            role="option"
                            aria-selected={index === active}
                            onMouseDown={(event) => {
                                event.preventDefault();
                                accept(option);
                            }}
                        >
                            <span>{option.label}</span>
                            <span className="rk-small">{option.hint}</span>
                        </li>
                    ))}
                    {!options.length && <li className="rk-small">{say(BUILDER.fieldNone)}</li>}
                </ul>
            )}
        </div>
    );
}
