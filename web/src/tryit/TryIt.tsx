// The try-it drawer: open beside every tab until it is closed; nothing in it is stored.
import { useCallback, useEffect, useRef, useState } from "react";
import { createPortal } from "react-dom";
import { say } from "../words";
import type { Scalar, Source } from "./api";
import { SourcePicker } from "./SourcePicker";
import { useTrial } from "./useTrial";
import { Values } from "./Values";
import { Verdict } from "./Verdict";
import { TRY } from "./words";
import "./tryit.css";

const EXAMPLE: Source = { kind: "example", id: "" };
const NOTHING: Record<string, Scalar> = {};

export function TryIt() {
    const [isOpen, setOpen] = useState(false);
    const button = useRef<HTMLButtonElement>(null);
    useEffect(() => {
        document.body.classList.toggle("re-trying", isOpen);
        return () => document.body.classList.remove("re-trying");
    }, [isOpen]);
    const close = () => {
        setOpen(false);
        button.current?.focus();
    };
    return (
        <>
            <button ref={button} type="button" className="rk-button" aria-expanded={isOpen} aria-controls="re-try" onClick={() => setOpen(!isOpen)}>
                <span className="material-symbols-outlined" aria-hidden="true">science</span>
                {say(TRY.open)}
            </button>
            {createPortal(<Drawer isOpen={isOpen} close={close} />, document.body)}
        </>
    );
}

function Drawer({ isOpen, close }: { isOpen: boolean; close: () => void }) {
    const [source, setSource] = useState<Source>(EXAMPLE);
    const [changes, setChanges] = useState(NOTHING);
    const running = useTrial(source, changes, isOpen);
    const { trial, refused, message, isBusy, milliseconds } = running;
    const choose = useCallback((next: Source) => {
        setSource(next);
        setChanges(NOTHING);
    }, []);
    const isLost = message === "offline";
    return (
        <aside
            id="re-try"
            className="re-try"
            aria-label={say(TRY.title)}
            hidden={!isOpen}
            onKeyDown={(event) => {
                if (event.key === "Escape") close();
            }}
        >
            <header>
                <h2>{say(TRY.open)}</h2>
                <span className="rk-small" role="status">{isBusy ? say(TRY.working) : trial ? say(TRY.took, { ms: milliseconds }) : ""}</span>
                <button type="button" className="rk-button rk-icon" aria-label={say(TRY.close)} title={say(TRY.close)} onClick={close}>
                    <span className="material-symbols-outlined" aria-hidden="true">close</span>
                </button>
            </header>
            <div className="re-try-body">
                <p className="rk-small">{say(TRY.unsaved)}</p>
                <SourcePicker source={source} choose={choose} />
                {message && <p className="rk-error" role="alert">{isLost ? say(TRY.failed) : message}</p>}
                {trial && (
                    <>
                        {trial.source.outcome && <p className="rk-small">{say(TRY.then, { outcome: trial.source.outcome_words })}</p>}
                        <div aria-live="polite"><Verdict trial={trial} /></div>
                        <h3>{say(TRY.values)}</h3>
                        <Values
                            trial={trial}
                            changes={changes}
                            refused={refused}
                            change={(name, value) => setChanges((before) => ({ ...before, [name]: value }))}
                            reset={() => setChanges(NOTHING)}
                        />
                    </>
                )}
            </div>
        </aside>
    );
}
