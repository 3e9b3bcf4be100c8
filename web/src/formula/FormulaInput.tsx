// A field for an expression: completion with help, problems underlined where they are, and the text in words below.
import { useId, useLayoutEffect, useRef, useState, type KeyboardEvent, type ReactNode } from "react";
import type { Name, Problem } from "../api/types";
import { useNames } from "../names/names";
import { useStore } from "../store/store";
import { candidatesFor, textOf, wordBefore, type Candidate } from "./completion";
import { CompletionList } from "./CompletionList";
import { underlined } from "./underlined";
import { useFormula, type FormulaKind } from "./useFormula";

interface Properties {
    value: string;
    onChange: (value: string) => void;
    /** Its place in the document. */
    path: string;
    /** For screen readers, where no <label> names it. */
    label: string;
    id?: string;
    /** A condition of a rule without it. */
    kind?: FormulaKind;
    /** Names to complete; all of the document without it. */
    names?: Name[];
    /** Problems to mark instead of those told. */
    problems?: Problem[];
    rows?: number;
    isReadOnly?: boolean;
    hasFocus?: boolean;
    /** Neither words nor messages below: the caller shows them. */
    isBare?: boolean;
    onKeyDown?: (event: KeyboardEvent<HTMLTextAreaElement>) => void;
    onBlur?: () => void;
    children?: ReactNode;
}

const RULE: FormulaKind = { scope: "rule" };

interface Open {
    start: number;
    candidates: Candidate[];
    active: number;
}

export function FormulaInput(properties: Properties) {
    const { value, onChange, path, rows = 2 } = properties;
    const { functions } = useStore().getState().data;
    const allNames = useNames();
    const names = properties.names ?? allNames;
    const told = useFormula(path, value, properties.kind ?? RULE, !properties.isBare || properties.problems === undefined);
    const problems = properties.problems ?? told.problems;
    const field = useRef<HTMLTextAreaElement>(null);
    const backdrop = useRef<HTMLDivElement>(null);
    const caret = useRef<number | null>(null);
    const [open, setOpen] = useState<Open | null>(null);
    const listId = useId();

    useLayoutEffect(() => {
        if (caret.current === null || !field.current) return;
        field.current.setSelectionRange(caret.current, caret.current);
        caret.current = null;
    }, [value]);
    useLayoutEffect(() => {
        if (!properties.hasFocus || !field.current) return;
        field.current.focus();
        field.current.setSelectionRange(value.length, value.length);
        // Only when it appears: later changes of the value must not move the caret.
    }, [properties.hasFocus]);

    const look = (text: string, position: number, isAsked: boolean) => {
        const word = wordBefore(text, position);
        const candidates = word && (isAsked || word.text) ? candidatesFor(word.text, names, functions) : [];
        const isWhole = candidates.length === 1 && candidates[0] && textOf(candidates[0]).text === word?.text;
        setOpen(word && candidates.length && !isWhole ? { start: word.start, candidates, active: 0 } : null);
    };
    const accept = (candidate: Candidate) => {
        if (!open || !field.current) return;
        const { text, back } = textOf(candidate);
        const rest = value.slice(field.current.selectionEnd);
        caret.current = open.start + text.length - back;
        onChange(value.slice(0, open.start) + text + rest);
        setOpen(null);
        field.current.focus();
    };
    const press = (event: KeyboardEvent<HTMLTextAreaElement>) => {
        if (event.nativeEvent.isComposing) return;
        if (open && handled(event, open, setOpen, accept)) {
            event.preventDefault();
            event.stopPropagation();
        } else if (event.key === " " && event.ctrlKey) {
            event.preventDefault();
            look(value, event.currentTarget.selectionEnd, true);
        } else {
            properties.onKeyDown?.(event);
        }
    };
    return (
        <div className="re-formula" data-path={path}>
            <div className="re-formula-field">
                <div className="re-formula-back rk-code" aria-hidden="true" ref={backdrop}>
                    {underlined(value, problems, open?.start ?? null)}
                </div>
                <textarea
                    ref={field}
                    id={properties.id}
                    className="rk-textarea rk-code"
                    rows={rows}
                    value={value}
                    readOnly={properties.isReadOnly}
                    spellCheck={false}
                    autoCapitalize="off"
                    autoComplete="off"
                    role="combobox"
                    aria-label={properties.label}
                    aria-autocomplete="list"
                    aria-expanded={open !== null}
                    aria-controls={listId}
                    aria-activedescendant={open ? `${listId}-${open.active}` : undefined}
                    aria-invalid={problems.some((problem) => problem.severity === "error")}
                    onChange={(event) => {
                        onChange(event.target.value);
                        look(event.target.value, event.target.selectionEnd, false);
                    }}
                    onKeyDown={press}
                    onScroll={(event) => {
                        if (backdrop.current) backdrop.current.scrollTop = event.currentTarget.scrollTop;
                    }}
                    onBlur={() => {
                        setOpen(null);
                        properties.onBlur?.();
                    }}
                />
                {open && <CompletionList id={listId} candidates={open.candidates} active={open.active} anchor={backdrop} accept={accept} />}
            </div>
            {!properties.isBare && (
                <div className="rk-findings" role="status">
                    {problems.map((problem) => (
                        <p key={problem.code + problem.message} className={problem.severity === "error" ? "rk-error" : "re-warning"}>{problem.message}</p>
                    ))}
                    {told.words && !problems.some((problem) => problem.severity === "error") && <p className="rk-words">{told.words}</p>}
                </div>
            )}
            {properties.children}
        </div>
    );
}

function handled(event: KeyboardEvent, open: Open, setOpen: (open: Open | null) => void, accept: (candidate: Candidate) => void): boolean {
    const count = open.candidates.length;
    const active = open.candidates[open.active];
    if (event.key === "ArrowDown") setOpen({ ...open, active: (open.active + 1) % count });
    else if (event.key === "ArrowUp") setOpen({ ...open, active: (open.active + count - 1) % count });
    else if ((event.key === "Enter" || event.key === "Tab") && !event.shiftKey && active) accept(active);
    else if (event.key === "Escape") setOpen(null);
    else return false;
    return true;
}
