// The rules as a grid of many rows: only those in sight are drawn, so 500 scroll like 5.
import { useEffect, useRef, useState, type DragEvent, type KeyboardEvent } from "react";
import type { Rule } from "../api/document";
import { problemsBelow, worst } from "../store/problems";
import { useEditor, useStore } from "../store/store";
import { labelled, localised, say } from "../words";
import { addRule, copyRule, moveRule, removeRule } from "./edits";
import { RULES } from "./words";

export const ROW = 46;
const SPARE = 6;

export interface Shown {
    rule: Rule;
    index: number;
    words: string;
}

interface Properties {
    rows: Shown[];
    chosen: number;
    choose: (index: number) => void;
    edit: () => void;
    /** Rows stand in the document's order, so they can be moved. */
    isWhole: boolean;
    height: number;
}

const TONES: Record<string, string> = { APPROVE: "rk-good", NONE: "rk-good", REFER: "rk-warn", BLUE: "rk-info", YELLOW: "rk-warn", ORANGE: "rk-warn", DECLINE: "rk-bad", RED: "rk-bad" };

export function toneOf(outcome: string): string {
    return TONES[outcome] ?? "";
}

export function RuleList({ rows, chosen, choose, edit, isWhole, height }: Properties) {
    const store = useStore();
    const mayEdit = store.getState().data.may_edit;
    const box = useRef<HTMLDivElement>(null);
    const [top, setTop] = useState(0);
    const [target, setTarget] = useState<number | null>(null);
    const place = rows.findIndex((row) => row.index === chosen);
    const first = Math.max(0, Math.floor(top / ROW) - SPARE);
    const last = Math.min(rows.length, Math.ceil((top + height) / ROW) + SPARE);

    useEffect(() => {
        const scroller = box.current;
        if (!scroller || place < 0) return;
        const [start, end] = [place * ROW, (place + 1) * ROW];
        if (start < scroller.scrollTop) scroller.scrollTop = start;
        else if (end > scroller.scrollTop + height) scroller.scrollTop = end - height;
    }, [place, height]);

    const go = (to: number) => {
        const row = rows[Math.max(0, Math.min(to, rows.length - 1))];
        if (row) choose(row.index);
    };
    const act = (event: KeyboardEvent): boolean => {
        const step = { ArrowUp: -1, ArrowDown: 1, PageUp: -8, PageDown: 8, Home: -rows.length, End: rows.length }[event.key];
        const isControl = event.ctrlKey || event.metaKey;
        if (event.altKey && (event.key === "ArrowUp" || event.key === "ArrowDown")) {
            if (mayEdit && isWhole && chosen >= 0) choose(moveRule(store, chosen, chosen + (event.key === "ArrowUp" ? -1 : 1)));
        } else if (step !== undefined) go(place < 0 ? (event.key === "End" ? rows.length - 1 : 0) : place + step);
        else if (!mayEdit && event.key !== "Enter") return false;
        else if (event.key === "Enter" && isControl) choose(addRule(store, chosen < 0 ? rows.length - 1 : chosen));
        else if (event.key === "Enter") edit();
        else if (event.key === "d" && isControl && chosen >= 0) choose(copyRule(store, chosen));
        else if (event.key === "Delete" && isControl && chosen >= 0) choose(removeRule(store, chosen));
        else if (event.key === " " && chosen >= 0) toggle(chosen);
        else return false;
        return true;
    };
    const toggle = (index: number) => {
        const rule = store.getState().document.rules[index];
        if (rule && mayEdit) store.update(`rules/${index}/enabled`, !rule.enabled);
    };
    const dropAt = (event: DragEvent): number => {
        const bounds = box.current?.getBoundingClientRect();
        return Math.max(0, Math.min(rows.length, Math.round((event.clientY - (bounds?.top ?? 0) + (box.current?.scrollTop ?? 0)) / ROW)));
    };
    const drop = (event: DragEvent) => {
        event.preventDefault();
        const from = Number(event.dataTransfer.getData("text/x-rule"));
        const to = dropAt(event);
        setTarget(null);
        if (isWhole && Number.isInteger(from)) choose(moveRule(store, from, to > from ? to - 1 : to));
    };
    return (
        <div className="re-rules" role="grid" aria-label={say(RULES.list)} aria-rowcount={rows.length + 1}>
            <div className="re-rules-row re-rules-head" role="row" aria-rowindex={1}>
                {[RULES.order, RULES.on, RULES.code, RULES.label, RULES.condition, RULES.outcome, RULES.reason, RULES.unknown].map((words) => (
                    <span key={words.en} role="columnheader">{say(words)}</span>
                ))}
            </div>
            <div
                ref={box}
                className="re-rules-body"
                style={{ height }}
                tabIndex={0}
                role="rowgroup"
                aria-label={say(RULES.list)}
                aria-activedescendant={place >= 0 ? `re-rule-${chosen}` : undefined}
                onScroll={(event) => setTop(event.currentTarget.scrollTop)}
                onKeyDown={(event) => {
                    if (event.target === event.currentTarget && act(event)) event.preventDefault();
                }}
                onDragOver={(event) => {
                    if (!isWhole || !mayEdit) return;
                    event.preventDefault();
                    setTarget(dropAt(event));
                }}
                onDragLeave={() => setTarget(null)}
                onDrop={drop}
            >
                <div className="re-rules-space" style={{ height: rows.length * ROW }}>
                    {rows.slice(first, last).map((row, offset) => (
                        <Row key={row.index} row={row} top={(first + offset) * ROW} isChosen={row.index === chosen} choose={choose} toggle={toggle} isWhole={isWhole && mayEdit} />
                    ))}
                    {target !== null && <div className="re-drop" style={{ top: target * ROW - 1 }} />}
                </div>
            </div>
        </div>
    );
}

interface RowProperties {
    row: Shown;
    top: number;
    isChosen: boolean;
    isWhole: boolean;
    choose: (index: number) => void;
    toggle: (index: number) => void;
}

function Row({ row, top, isChosen, isWhole, choose, toggle }: RowProperties) {
    const { rule, index, words } = row;
    const { data } = useStore().getState();
    const severity = useEditor((state) => worst(problemsBelow(state.problems, `rules/${index}`)));
    const outcome = data.outcomes.find((entry) => entry.code === rule.then.outcome);
    const reason = data.reasons.find((entry) => entry.code === rule.then.reason);
    const tone = [isChosen && "re-chosen", !rule.enabled && "re-off", severity && `re-has-${severity}`].filter(Boolean).join(" ");
    return (
        <div
            id={`re-rule-${index}`}
            className={`re-rules-row ${tone}`}
            style={{ top, height: ROW }}
            role="row"
            aria-rowindex={index + 2}
            aria-selected={isChosen}
            onClick={() => choose(index)}
        >
            <span role="gridcell" className="re-order" draggable={isWhole} title={isWhole ? say(RULES.drag) : undefined} onDragStart={(event) => event.dataTransfer.setData("text/x-rule", String(index))}>
                {isWhole && <span className="material-symbols-outlined" aria-hidden="true">drag_indicator</span>}
                {index + 1}
            </span>
            <span role="gridcell">
                <input type="checkbox" tabIndex={-1} checked={rule.enabled} aria-label={say(RULES.switchOn, { code: rule.code })} onChange={() => toggle(index)} onClick={(event) => event.stopPropagation()} />
            </span>
            <span role="gridcell" className="rk-code" title={rule.code}>{rule.code.split(/(?<=_)/).map((part, at) => <span key={at}>{part}<wbr /></span>)}</span>
            <span role="gridcell" className="rk-strong" title={labelled(rule)}>{labelled(rule)}</span>
            <span role="gridcell" title={words}>{words}</span>
            <span role="gridcell">{outcome && <span className={`rk-badge ${toneOf(rule.then.outcome)}`}>{localised(outcome)}</span>}</span>
            <span role="gridcell" className="rk-small" title={reason ? localised(reason) : rule.then.reason}>{reason ? localised(reason) : rule.then.reason}</span>
            <span role="gridcell" className="rk-small">{say(rule.on_unknown === "refer" ? RULES.refer : RULES.ignore)}</span>
        </div>
    );
}
