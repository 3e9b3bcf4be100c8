// The cases of the draft: the grid with what each gives now, the values of the one chosen, and what all of them reach.
import { useMemo, useRef, useState } from "react";
import type { Case } from "../api/document";
import { Grid } from "../grid/Grid";
import { freshName } from "../names/fresh";
import { useEditor, useStore } from "../store/store";
import { say } from "../words";
import { made, useRuns, type Runs } from "./api";
import { CasePanel } from "./CasePanel";
import { caseColumns } from "./columns";
import { CoverageCard } from "./CoverageCard";
import { CASES } from "./words";
import "../tables/tables.css";

function blank(outcome: string) {
    return (taken: Case[]): Case => ({
        name: freshName("case", taken.map((entry) => entry.name)),
        zh: "",
        inputs: structuredClone(taken.at(-1)?.inputs ?? {}),
        expect: { outcome },
        pd: taken.at(-1)?.pd ?? null,
        score_points: taken.at(-1)?.score_points ?? null,
        business_date: "",
        events: [],
        origin: "",
    });
}

function Verdict({ runs, count }: { runs: Runs | null; count: number }) {
    if (!runs || !count) return null;
    if (runs.message) return <span className="rk-badge rk-warn">{say(CASES.failed, { message: runs.message })}</span>;
    if (!runs.results) return <span className="rk-badge rk-warn">{say(CASES.notRun)}</span>;
    const passed = runs.results.filter((result) => result.is_passed).length;
    return <span className={`rk-badge ${passed === runs.results.length ? "rk-good" : "rk-bad"}`} data-verdict>{say(CASES.passed, { passed, all: runs.results.length })}</span>;
}

export function CasesTab() {
    const store = useStore();
    const { data } = store.getState();
    const cases = useEditor((state) => state.document.cases);
    const runs = useRuns();
    const results = useMemo(() => new Map((runs?.results ?? []).map((result) => [result.name, result])), [runs]);
    const latest = useRef(results);
    latest.current = results;
    const [chosen, setChosen] = useState(0);
    const [told, setTold] = useState("");
    const columns = useMemo(
        () => caseColumns({ data, getDocument: () => store.getState().document, resultOf: (name) => latest.current.get(name) }),
        [store, data],
    );
    const outcome = String(data.outcomes[0]?.code ?? "");
    const add = async (goal: string) => {
        const answer = await made(data.addresses.cases_make ?? "", store.getState().document, goal);
        setTold(answer.cases.length ? say(CASES.made, { count: answer.cases.length }) : answer.message);
        if (!answer.cases.length) return;
        store.update((draft) => {
            draft.cases.push(...answer.cases);
        });
        setChosen(store.getState().document.cases.length - answer.cases.length);
    };
    const entry = cases[chosen];
    return (
        <>
            <section className="rk-card re-card">
                <header>
                    <div>
                        <h2>{say(CASES.title)}</h2>
                        <p className="rk-small">{say(CASES.intro)}</p>
                    </div>
                    <Verdict runs={runs} count={cases.length} />
                </header>
                {cases.length === 0 && <p className="rk-empty">{say(CASES.empty)}</p>}
                <Grid path="cases" label={say(CASES.title)} columns={columns} blank={blank(outcome)} addWords={say(CASES.add)} choose={setChosen} beside={results} />
                {data.may_edit && (
                    <div className="re-toolbar">
                        <button type="button" className="rk-button" title={say(CASES.boundaryHelp)} onClick={() => void add("boundary")}>{say(CASES.boundary)}</button>
                        <span className="rk-small" role="status">{told || say(CASES.boundaryHelp)}</span>
                    </div>
                )}
            </section>
            {entry && <CasePanel index={chosen} entry={entry} result={results.get(entry.name)} />}
            {runs?.coverage && <CoverageCard coverage={runs.coverage} add={(goal) => void add(goal)} mayEdit={data.may_edit} />}
        </>
    );
}
