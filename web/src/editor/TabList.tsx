// The row of tabs: the editor's own switch without loading a page, the others are links.
import type { MouseEvent } from "react";
import type { RuleSetDocument } from "../api/document";
import type { Problem } from "../api/types";
import { useEditor } from "../store/store";
import { say } from "../words";
import { PANELS, type TabName } from "./tabs";
import { BAR, TABS } from "./words";

/** Sections of the document that a tab shows. */
const SECTIONS_OF: Partial<Record<TabName, (keyof RuleSetDocument)[]>> = {
    parameters: ["parameters"],
    derived: ["derived"],
    rules: ["rules"],
    tables: ["tables"],
    patterns: ["patterns"],
    scorecard: ["scorecards"],
    offer: ["grades"],
    cases: ["cases"],
};

function countOf(document: RuleSetDocument, tab: TabName): number | null {
    if (tab === "tables") return document.tables.filter((table) => table.name !== document.offer?.table).length;
    if (tab === "offer") return null;
    const [section] = SECTIONS_OF[tab] ?? [];
    const entries = section ? document[section] : null;
    return Array.isArray(entries) ? entries.length : null;
}

function hasErrors(document: RuleSetDocument, problems: Problem[], tab: TabName): boolean {
    const sections: string[] = [...(SECTIONS_OF[tab] ?? []), ...(tab === "offer" ? ["offer"] : [])];
    const isHere = (path: string) => {
        const [section = "", index] = path.split("/");
        const isOffered = section === "tables" && document.tables[Number(index)]?.name === document.offer?.table;
        return isOffered ? tab === "offer" : sections.includes(section);
    };
    return problems.some((problem) => problem.severity === "error" && isHere(problem.path));
}

function ChecksBadge({ problems }: { problems: Problem[] }) {
    const errors = problems.filter((problem) => problem.severity === "error").length;
    if (errors) return <span className="rk-badge rk-bad">{errors}</span>;
    if (problems.length) return <span className="rk-badge rk-warn">{problems.length}</span>;
    return <span className="rk-badge rk-good">✓</span>;
}

export function TabList({ tab, open }: { tab: TabName; open: (name: TabName) => void }) {
    const document = useEditor((state) => state.document);
    const problems = useEditor((state) => state.problems);
    const follow = (event: MouseEvent, name: TabName) => {
        if (!PANELS[name] || event.ctrlKey || event.metaKey || event.shiftKey || event.button !== 0) return;
        event.preventDefault();
        open(name);
    };
    return (
        <nav className="rk-tabs" aria-label={say(BAR.parts)}>
            {(Object.keys(PANELS) as TabName[]).map((name) => {
                const count = countOf(document, name);
                return (
                    <a
                        key={name}
                        id={`re-tab-${name}`}
                        className="rk-tab"
                        href={`?tab=${name}`}
                        aria-current={name === tab ? "page" : undefined}
                        onClick={(event) => follow(event, name)}
                    >
                        {say(TABS[name])}
                        {name === "checks" && <ChecksBadge problems={problems} />}
                        {count !== null && <span className={hasErrors(document, problems, name) ? "rk-badge rk-bad" : "rk-badge"}>{count}</span>}
                    </a>
                );
            })}
        </nav>
    );
}
