// Words of the tab of parameters.

export const PARAMETERS = {
    title: { en: "Parameters", zh: "参数" },
    intro: {
        en: "Thresholds that rules read by name. A value must lie in its allowed range; shares are typed in percent, money in major units.",
        zh: "规则按名称引用的阈值。取值须在允许范围内；比例按百分比填写，金额按主币单位填写。",
    },
    add: { en: "Add a parameter", zh: "添加参数" },
    empty: {
        en: "No parameter yet. Rules may hold numbers themselves, but a parameter can be changed without touching a rule.",
        zh: "尚无参数。规则中可以直接写数字，但参数可在不改动规则的情况下调整。",
    },
    en: { en: "English label", zh: "英文名称" },
    zh: { en: "Chinese label", zh: "中文名称" },
    name: { en: "Name in conditions", zh: "条件中的名称" },
    type: { en: "Type", zh: "类型" },
    value: { en: "Value", zh: "取值" },
    live: { en: "Live", zh: "现行值" },
    minimum: { en: "Lowest", zh: "最低" },
    maximum: { en: "Highest", zh: "最高" },
    unit: { en: "Unit", zh: "单位" },
    uses: { en: "Used by", zh: "引用处" },
    helpEn: { en: "English help", zh: "英文说明" },
    helpZh: { en: "Chinese help", zh: "中文说明" },
    new: { en: "new", zh: "新增" },
    unused: { en: "no rule", zh: "无" },
    noUnit: { en: "none", zh: "无" },
};
