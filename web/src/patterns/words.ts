// Words of the patterns tab.

export const PATTERNS = {
    add: { en: "Add a pattern", zh: "添加模式" },
    list: { en: "Patterns", zh: "模式" },
    empty: { en: "This version has no patterns. A pattern is several events in time that mean something together.", zh: "该版本没有模式。模式是指在时间上先后发生、合在一起有意义的若干事件。" },
    code: { en: "Code", zh: "代码" },
    labelEn: { en: "Name in English", zh: "英文名称" },
    labelZh: { en: "Name in Chinese", zh: "中文名称" },
    isOn: { en: "This pattern is on", zh: "启用该模式" },
    copy: { en: "Copy", zh: "复制" },
    remove: { en: "Delete", zh: "删除" },
    up: { en: "Move up", zh: "上移" },
    down: { en: "Move down", zh: "下移" },
    steps: { en: "Events, in the order they happen", zh: "按发生顺序排列的事件" },
    step: { en: "Event {place}", zh: "事件 {place}" },
    addStep: { en: "Add an event", zh: "添加事件" },
    removeStep: { en: "Remove this event", zh: "删除该事件" },
    event: { en: "Kind of event", zh: "事件类型" },
    happens: { en: "happens", zh: "发生" },
    absent: { en: "must not happen before the next event (or before the time is over)", zh: "在下一事件之前（或期满之前）不得发生" },
    first: { en: "first", zh: "首先" },
    then: { en: "then", zh: "随后" },
    conditions: { en: "Conditions of this event", zh: "该事件的条件" },
    fieldOf: { en: "{field} of event {place}", zh: "事件{place}的{field}" },
    text: { en: "as text", zh: "文本形式" },
    within: { en: "All within", zh: "全部发生在" },
    unit: { en: "Unit of time", zh: "时间单位" },
    outcome: { en: "Outcome", zh: "结果" },
    reason: { en: "Reason", zh: "理由" },
    noReason: { en: "no reason", zh: "无理由" },
    noOutcome: { en: "no outcome", zh: "不改变结果" },
    helpEn: { en: "Help in English", zh: "英文说明" },
    helpZh: { en: "Help in Chinese", zh: "中文说明" },
    more: { en: "Help texts", zh: "说明" },
    same: { en: "Same {field} as event {place}", zh: "与事件{place}的{field}相同" },
    quick: { en: "Often used:", zh: "常用：" },
};

export const UNITS = {
    M: { en: "minutes", zh: "分钟" },
    H: { en: "hours", zh: "小时" },
    D: { en: "days", zh: "天" },
    W: { en: "weeks", zh: "周" },
};

export const PLACES = ["①", "②", "③", "④", "⑤", "⑥", "⑦", "⑧"];
