// Words about names: kinds, types, what is known of a variable.

export const KINDS = {
    variable: { en: "variable of the application", zh: "申请变量" },
    parameter: { en: "parameter", zh: "参数" },
    derived: { en: "derived variable", zh: "派生变量" },
    table: { en: "decision table", zh: "决策表" },
    scorecard: { en: "scorecard", zh: "评分卡" },
    score: { en: "the model's result", zh: "模型结果" },
    date: { en: "date", zh: "日期" },
};

export const TYPES: Record<string, { en: string; zh: string }> = {
    integer: { en: "whole number", zh: "整数" },
    number: { en: "number", zh: "数值" },
    string: { en: "text", zh: "文本" },
    boolean: { en: "yes or no", zh: "是否" },
    date: { en: "date", zh: "日期" },
    duration: { en: "duration", zh: "时长" },
};

export const MISSING: Record<string, { en: string; zh: string }> = {
    reject: { en: "if missing: the request is refused", zh: "缺失时：拒收请求" },
    refer: { en: "if missing: a person decides", zh: "缺失时：转人工" },
    default: { en: "if missing: a default is used", zh: "缺失时：使用默认值" },
    skip: { en: "if missing: unknown", zh: "缺失时：未知" },
};

export const NAME = {
    protected: { en: "protected: needs a legal basis", zh: "受保护特征：需有法律依据" },
    value: { en: "value {value}", zh: "取值 {value}" },
    from: { en: "{low} to {high}", zh: "{low} 至 {high}" },
    atLeast: { en: "at least {low}", zh: "不低于 {low}" },
    atMost: { en: "at most {high}", zh: "不超过 {high}" },
    observed: { en: "observed {low} to {high}, half below {middle}", zh: "观测值 {low} 至 {high}，中位数 {middle}" },
    missing: { en: "{share}% missing", zh: "缺失 {share}%" },
    seen: { en: "{count} cases, {source}", zh: "{count} 例，{source}" },
    distribution: { en: "Distribution of {name}", zh: "{name} 的分布" },
};

export const RENAMED = {
    question: {
        en: "{before} is now {after}, and is still read under its old name in {count} places: {owners}.",
        zh: "{before} 已改名为 {after}，但仍有 {count} 处以旧名引用：{owners}。",
    },
    yes: { en: "Change it there too", zh: "一并修改" },
    no: { en: "Leave them", zh: "保持不变" },
};
