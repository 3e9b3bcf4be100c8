// Words of the tab of variables.

export const DERIVED = {
    title: { en: "Derived variables", zh: "派生变量" },
    intro: { en: "Computed from others, in any order without a circle.", zh: "由其他变量计算得出，顺序不限，但不得循环引用。" },
    add: { en: "Add a variable", zh: "添加变量" },
    empty: { en: "No derived variable.", zh: "没有派生变量。" },
    en: { en: "English label", zh: "英文名称" },
    zh: { en: "Chinese label", zh: "中文名称" },
    name: { en: "Name in conditions", zh: "条件中的名称" },
    expression: { en: "Formula", zh: "公式" },
    unit: { en: "Unit", zh: "单位" },
    noUnit: { en: "none", zh: "无" },
    uses: { en: "Used by", zh: "引用处" },
};

export const CATALOGUE = {
    title: { en: "Variables of the catalogue", zh: "变量目录" },
    intro: {
        en: "What conditions may read of an application. Protected characteristics need a legal basis.",
        zh: "条件可读取的申请变量。受保护特征须有法律依据。",
    },
    search: { en: "Search by name, label or value", zh: "按名称、标签或取值搜索" },
    variable: { en: "Variable", zh: "变量" },
    type: { en: "Type and unit", zh: "类型与单位" },
    range: { en: "Allowed values", zh: "允许取值" },
    observed: { en: "Observed", zh: "观测分布" },
    uses: { en: "Used by", zh: "引用处" },
    values: { en: "{count} values", zh: "{count} 个取值" },
    none: { en: "No variable matches.", zh: "没有匹配的变量。" },
    found: { en: "{count} of {all}", zh: "{count} / {all}" },
    noCatalogue: { en: "No variable catalogue is live.", zh: "没有现行的变量目录。" },
};
