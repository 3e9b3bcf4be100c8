// Words of the tabs that hold tables.

export const TABLES = {
    title: { en: "Tables", zh: "决策表" },
    empty: { en: "No decision table beside the offer's.", zh: "除报价表外没有决策表。" },
    add: { en: "Add a row", zh: "添加一行" },
    note: { en: "Note", zh: "备注" },
    cells: {
        en: 'Cells are tests: - for any, "A" or "A","B" for texts, < 5 or [1..5] for numbers.',
        zh: '单元格为条件：- 表示任意，"A" 或 "A","B" 表示文本，< 5 或 [1..5] 表示数值。',
    },
    amounts: {
        en: "Amounts are written in minor units (10000 is 100.00), rates and other shares as fractions (0.124 is 12.4 %).",
        zh: "金额以最小货币单位填写（10000 即 100.00），利率等比例以小数填写（0.124 即 12.4%）。",
    },
};
