// Asks for the trial again whenever the draft, the application or a value changes, at most one request at a time.
import { useEffect, useRef, useState } from "react";
import { Refusal, post } from "../api/client";
import type { RuleSetDocument } from "../api/document";
import type { Problem } from "../api/types";
import { useEditor, useStore } from "../store/store";
import type { Scalar, Source, Trial } from "./api";

const PAUSE_MS = 150;

export interface Running {
    trial: Trial | null;
    /** Why a changed value would be refused, by variable. */
    refused: Problem[];
    message: string;
    isBusy: boolean;
    milliseconds: number;
}

const IDLE: Running = { trial: null, refused: [], message: "", isBusy: false, milliseconds: 0 };

/** The draft with the chosen case alone: the others do not matter to a trial. */
function tried(document: RuleSetDocument, source: Source): RuleSetDocument {
    return { ...document, cases: source.kind === "case" ? document.cases.filter((entry) => entry.name === source.id) : [] };
}

export function useTrial(source: Source, changes: Record<string, Scalar>, isOpen: boolean): Running {
    const store = useStore();
    const document = useEditor((state) => state.document);
    const [running, setRunning] = useState<Running>(IDLE);
    const isSending = useRef(false);
    const isWanted = useRef(false);
    const latest = useRef({ source, changes, document });
    latest.current = { source, changes, document };

    const send = async () => {
        if (isSending.current) {
            isWanted.current = true;
            return;
        }
        isSending.current = true;
        const began = performance.now();
        const asked = latest.current;
        try {
            const address = store.getState().data.addresses.try ?? "";
            const trial = await post<Trial>(address, { document: tried(asked.document, asked.source), source: asked.source, changes: asked.changes });
            setRunning({ trial, refused: [], message: "", isBusy: false, milliseconds: Math.round(performance.now() - began) });
        } catch (error) {
            const refused = error instanceof Refusal ? (error.answer.problems ?? []) : [];
            setRunning((before) => ({ ...before, refused, message: error instanceof Refusal ? error.message : "offline", isBusy: false }));
        }
        isSending.current = false;
        if (isWanted.current) {
            isWanted.current = false;
            void send();
        }
    };
    useEffect(() => {
        if (!isOpen || (source.kind !== "example" && !source.id)) return;
        setRunning((before) => ({ ...before, isBusy: true }));
        const timer = window.setTimeout(() => void send(), PAUSE_MS);
        return () => window.clearTimeout(timer);
        // The trial depends on what is tried alone.
    }, [document, source, changes, isOpen]);
    useEffect(() => setRunning(IDLE), [source]);
    return running;
}
