"""The wording of what the static checks find: what is wrong, where, an example, and what to do about it."""

CHECK_MESSAGES: dict[str, tuple[str, str]] = {
    "condition_never_true": (
        "Rule {code} can never hold: no allowed values make its condition true. Look at its thresholds and codes.",
        "规则 {code} 永远不会成立：没有任何允许的取值能使其条件为真。请检查阈值和代码。",
    ),
    "condition_always_true": (
        "Rule {code} holds for everybody whose values are known."
        " Narrow its condition, or write “true” if that is meant.",
        "只要取值已知，规则 {code} 对所有人都成立。请收紧条件；如确需如此，请写为“true”。",
    ),
    "condition_not_told": (
        "This condition has too many alternatives to check whether it can ever be true. Split it into several rules.",
        "该条件的组合过多，无法判断其是否可能成立。请拆分为多条规则。",
    ),
    "rule_duplicate": (
        "Rule {code} asks the same as rule {other}. Remove one of them.",
        "规则 {code} 与规则 {other} 的条件相同。请删除其中一条。",
    ),
    "rule_unreachable": (
        "Rule {code} never changes the outcome: whenever it holds, rule {other} holds too and gives “{outcome_en}”."
        " Narrow rule {other}, or remove rule {code}.",
        "规则 {code} 不会改变结果：它成立时规则 {other} 必然成立，"
        "并给出“{outcome_zh}”。请收紧规则 {other}，或删除规则 {code}。",
    ),
    "table_gap": (
        "No row of table “{table_en}” takes an application with {example_en}; its result is then unknown."
        " Add a row for it, or a default.",
        "决策表“{table_zh}”没有任何一行适用于 {example_zh} 的申请，其结果将为未知。请补充一行或设置默认值。",
    ),
    "table_gap_perhaps": (
        "No row of table “{table_en}” takes {example_en}; where such an application can occur, its result is unknown."
        " Add a row for it, or a default.",
        "决策表“{table_zh}”没有任何一行适用于 {example_zh}；若出现此类申请，其结果将为未知。请补充一行或设置默认值。",
    ),
    "table_rows_overlap": (
        "Rows {other} and {row} of table “{table_en}” both take {example_en}, but only one row may (hit policy U)."
        " Narrow one of them.",
        "决策表“{table_zh}”的第 {other} 行与第 {row} 行同时适用于 {example_zh}，"
        "而命中策略 U 只允许一行。请收紧其中一行。",
    ),
    "table_rows_conflict": (
        "Rows {other} and {row} of table “{table_en}” both take {example_en} and give different results, but"
        " rows that"
        " meet must agree (hit policy A). Change one of them.",
        "决策表“{table_zh}”的第 {other} 行与第 {row} 行同时适用于 {example_zh} 但结果不同，"
        "而命中策略 A 要求结果一致。请修改其中一行。",
    ),
    "table_rows_may_conflict": (
        "Rows {other} and {row} of table “{table_en}” both take {example_en}; their results are formulas that"
        " may differ,"
        " and rows that meet must agree (hit policy A).",
        "决策表“{table_zh}”的第 {other} 行与第 {row} 行同时适用于 {example_zh}；"
        "其结果为公式，可能不同，而命中策略 A 要求结果一致。",
    ),
    "table_row_unreachable": (
        "Row {row} of table “{table_en}” is never reached: earlier rows ({others}) take everything it does."
        " Move it up, or remove it.",
        "决策表“{table_zh}”的第 {row} 行永远不会命中：前面的行（{others}）已涵盖其全部情形。请上移或删除该行。",
    ),
    "table_not_told": (
        "Table “{table_en}” has too many combinations to check for gaps and unreachable rows. Split it.",
        "决策表“{table_zh}”的组合过多，无法检查缺口与不可达的行。请拆分该表。",
    ),
    "table_gap_ignored": (
        "Rule {code} is passed over in silence where table “{table_en}” has no row. Give the table a default, or"
        " refer"
        " what is unknown to a person.",
        "当决策表“{table_zh}”无对应行时，规则 {code} 会被默默跳过。请为该表设置默认值，或将未知情况转人工。",
    ),
    "bins_gap": (
        "Scorecard {scorecard}: no bin of “{name_en}” takes {example_en}; the score is then unknown. Add a bin.",
        "评分卡 {scorecard}：“{name_zh}”没有任何分箱包含 {example_zh}，评分将为未知。请补充分箱。",
    ),
    "bins_overlap": (
        "Scorecard {scorecard}: bins {other} and {bin} of “{name_en}” both take {example_en}; the first one counts."
        " Set their edges apart.",
        "评分卡 {scorecard}：“{name_zh}”的第 {other} 与第 {bin} 个分箱都包含 {example_zh}，以靠前者为准。请调整边界。",
    ),
    "bin_unreachable": (
        "Scorecard {scorecard}: bin {bin} of “{name_en}” is never reached: those before it take all its values.",
        "评分卡 {scorecard}：“{name_zh}”的第 {bin} 个分箱永远不会命中：其取值已被前面的分箱涵盖。",
    ),
    "score_band_gap": (
        "No rule speaks for {name_en} = {example_en}, which lies between the bands of two rules."
        " Move a threshold so that the bands meet.",
        "{name_zh} = {example_zh} 介于两条规则的区间之间，没有任何规则涉及。请调整阈值使区间相接。",
    ),
    "threshold_outside_observed": (
        "Rule {code} asks for {name_en} at {threshold_en}, but of {count} cases ({source_en}) all had {range_en}."
        " Look at the unit and the number.",
        "规则 {code} 的阈值为 {name_zh} {threshold_zh}，"
        "但 {count} 个样本（{source_zh}）的取值均在 {range_zh} 之内。请核对单位和数值。",
    ),
    "equality_computed": (
        "“{text}” is computed and may be off by a hair, so asking whether it equals a number can fail."
        " Use at least, at most, or round it.",
        "“{text}”为计算值，可能存在微小误差，判断其是否等于某数可能失败。请改用“不低于/不超过”，或先取整。",
    ),
    "unknown_ignored": (
        "Rules that refer or decline are passed over in silence where a value is missing ({count}): {rules_en}."
        " Let them refer what is unknown to a person, unless this is meant.",
        "有 {count} 条转人工或拒绝规则在取值缺失时会被默默跳过：{rules_zh}。除非有意如此，请改为将未知情况转人工。",
    ),
    "alternative_alone": (
        "Rule {code} can hold by {names_en} alone. Alternative data is never the sole reason: refer to a person, or ask"
        " for something else besides.",
        "规则 {code} 仅凭“{names_zh}”即可成立。替代数据不得作为唯一原因：请改为转人工，或同时要求其他条件。",
    ),
    "alternative_absence_refers": (
        "Rule {code} refers where {names_en} is unknown, and it is unknown of everybody who does not consent. Let it"
        " ignore what is unknown.",
        "规则 {code} 在“{names_zh}”未知时转人工，而未授权者的该变量必然未知。请改为忽略未知。",
    ),
    "alternative_prices": (
        "{names_en}: alternative data and links to others set no amount, rate or term.",
        "“{names_zh}”：替代数据和关联关系不得用于确定额度、利率或期限。",
    ),
    "alternative_scores": (
        "Scorecard {name} reads alternative data alone. Add characteristics of other sources.",
        "评分卡 {name} 只使用替代数据。请加入其他来源的特征。",
    ),
    "link_decides": (
        "Rule {code} reads {names_en}. A link to a bad party may refer to a person; it never declines, scores or"
        " colours.",
        "规则 {code} 使用了“{names_zh}”。与不良方的关联只能转人工，不得用于拒绝、计分或变更颜色等级。",
    ),
    "link_scores": (
        "Scorecard {name} reads {names_en}. A link to a bad party may refer to a person and earns no points.",
        "评分卡 {name} 使用了“{names_zh}”。与不良方的关联只能转人工，不得计分。",
    ),
    "derived_unused": ("Nothing reads the variable {name}.", "没有任何地方使用变量 {name}。"),
    "scorecard_unused": ("Nothing reads the scorecard {name}.", "没有任何地方使用评分卡 {name}。"),
    "offer_gap": (
        "An approved application with {example_en} finds no row in the offer table and goes to a person."
        " Add a row for it.",
        "已批准且 {example_zh} 的申请在报价表中没有对应行，将转人工。请补充一行。",
    ),
    "offer_gap_perhaps": (
        "The offer table has no row for {example_en}; where such an application is approved, it goes to a person."
        " Add a row for it.",
        "报价表没有适用于 {example_zh} 的行；若此类申请获批，将转人工。请补充一行。",
    ),
    "offer_not_monotonic": (
        "Table “{table_en}”: {better_en} (row {row}) gets {what_en} than {worse_en} (row {other}), all else equal."
        " The better application must not be worse off.",
        "决策表“{table_zh}”：其他条件相同时，"
        "{better_zh}（第 {row} 行）得到比 {worse_zh}（第 {other} 行）{what_zh}。更优的申请不应更差。",
    ),
    "offer_above_cap": (
        "Row {row} of table “{table_en}” offers {value_en}, above the cap of {maximum_en} in force since {date}"
        " ({cap_en})."
        " It would be cut to the cap.",
        "决策表“{table_zh}”第 {row} 行给出 {value_zh}，"
        "高于自 {date} 起生效的上限 {maximum_zh}（{cap_zh}），将被下调至上限。",
    ),
}
