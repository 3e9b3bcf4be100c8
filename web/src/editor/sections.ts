// What one entry of a section is called.
import type { Touched } from "../store/conflict";
import { say } from "../words";

const SECTION_WORDS: Record<Touched["section"], { en: string; zh: string }> = {
    parameters: { en: "parameter", zh: "参数" },
    derived: { en: "variable", zh: "变量" },
    rules: { en: "rule", zh: "规则" },
    patterns: { en: "pattern", zh: "模式" },
    tables: { en: "table", zh: "决策表" },
    scorecards: { en: "scorecard", zh: "评分卡" },
    grades: { en: "grade", zh: "等级" },
    cases: { en: "case", zh: "案例" },
    default_outcome: { en: "outcome when no rule hits", zh: "未命中规则时的结果" },
    offer: { en: "offer", zh: "报价" },
};

export function sectionWords(section: Touched["section"]): string {
    return say(SECTION_WORDS[section]);
}
