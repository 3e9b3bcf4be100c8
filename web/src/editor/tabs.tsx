// The tabs of a draft: which the editor shows itself, and which are pages of the server.
import { useEffect, useState, type ComponentType } from "react";
import { CasesTab } from "../cases/CasesTab";
import { DerivedTab } from "../derived/DerivedTab";
import { OfferTab } from "../offer/OfferTab";
import { ParametersTab } from "../parameters/ParametersTab";
import { PatternsTab } from "../patterns/PatternsTab";
import { RulesTab } from "../rules/RulesTab";
import { ScorecardsTab } from "../scorecards/ScorecardsTab";
import { TablesTab } from "../tables/TablesTab";
import type { TABS } from "./words";

export type TabName = keyof typeof TABS;

/** In the order shown; those without a component are pages of the server. */
export const PANELS: Record<TabName, ComponentType | null> = {
    overview: null,
    parameters: ParametersTab,
    derived: DerivedTab,
    rules: RulesTab,
    tables: TablesTab,
    scorecard: ScorecardsTab,
    patterns: PatternsTab,
    offer: OfferTab,
    cases: CasesTab,
    checks: null,
    history: null,
    compare: null,
};

const FIRST: TabName = "parameters";

function tabOfAddress(): TabName {
    const name = new URLSearchParams(window.location.search).get("tab") ?? "";
    return name in PANELS && PANELS[name as TabName] ? (name as TabName) : FIRST;
}

/** The tab shown, and how to show another. */
export function useTab(): [TabName, (name: TabName) => void] {
    const [tab, setTab] = useState(tabOfAddress);
    useEffect(() => {
        const follow = () => setTab(tabOfAddress());
        window.addEventListener("popstate", follow);
        return () => window.removeEventListener("popstate", follow);
    }, []);
    const open = (name: TabName) => {
        window.history.pushState(null, "", `?tab=${name}`);
        setTab(name);
    };
    return [tab, open];
}
