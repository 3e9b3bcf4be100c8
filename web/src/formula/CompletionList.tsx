// The list under the caret: names and functions, and beside it what is known of the chosen one.
import { useLayoutEffect, useRef, useState, type RefObject } from "react";
import { NameCard } from "../names/NameCard";
import { useStore } from "../store/store";
import { suffixOf, unitOf } from "../values/units";
import { localised } from "../words";
import { textOf, type Candidate } from "./completion";

interface Properties {
    id: string;
    candidates: Candidate[];
    active: number;
    /** The text behind the field; it holds the mark where the word begins. */
    anchor: RefObject<HTMLElement | null>;
    accept: (candidate: Candidate) => void;
}

export function CompletionList({ id, candidates, active, anchor, accept }: Properties) {
    const list = useRef<HTMLUListElement>(null);
    const [place, setPlace] = useState({ left: 0, top: 0 });
    useLayoutEffect(() => {
        const mark = anchor.current?.querySelector<HTMLElement>("[data-anchor]");
        const box = anchor.current?.getBoundingClientRect();
        if (!mark || !box) return;
        const { left, bottom } = mark.getBoundingClientRect();
        const room = document.documentElement.clientWidth - 620;
        setPlace({ left: Math.min(left, Math.max(8, room)) - box.left, top: (bottom || box.top + 24) - box.top + 4 });
    }, [anchor, candidates]);
    useLayoutEffect(() => {
        list.current?.children[active]?.scrollIntoView({ block: "nearest" });
    }, [active]);
    const chosen = candidates[active];
    return (
        <div className="re-completion" style={place}>
            <ul id={id} ref={list} role="listbox">
                {candidates.map((candidate, index) => (
                    <li
                        key={textOf(candidate).text}
                        id={`${id}-${index}`}
                        role="option"
                        aria-selected={index === active}
                        onMouseDown={(event) => {
                            event.preventDefault();
                            accept(candidate);
                        }}
                    >
                        <Line candidate={candidate} />
                    </li>
                ))}
            </ul>
            {chosen && <aside><Help candidate={chosen} /></aside>}
        </div>
    );
}

function Line({ candidate }: { candidate: Candidate }) {
    const { data } = useStore().getState();
    if (candidate.kind === "function") {
        return (
            <>
                <span className="rk-code">{candidate.function.signature}</span>
                <span className="rk-small">{localised(candidate.function)}</span>
            </>
        );
    }
    const suffix = suffixOf(unitOf(data, candidate.name.unit));
    return (
        <>
            <span className="rk-code">{candidate.name.name}</span>
            <span className="rk-small">{[localised(candidate.name), suffix].filter(Boolean).join(" · ")}</span>
        </>
    );
}

function Help({ candidate }: { candidate: Candidate }) {
    if (candidate.kind === "name") return <NameCard name={candidate.name} />;
    return (
        <div className="re-name-card">
            <p className="rk-code">{candidate.function.signature}</p>
            <p>{localised(candidate.function)}</p>
            {candidate.function.examples.slice(0, 3).map((example) => (
                <p key={example} className="rk-code rk-small">{example}</p>
            ))}
        </div>
    );
}
