"""The wording of every problem code of a rule-set document, English and Chinese."""

from rules.engine.check_messages import CHECK_MESSAGES

MESSAGES: dict[str, tuple[str, str]] = {
    **CHECK_MESSAGES,
    "json_invalid": ("This is not JSON: {detail}.", "不是有效的 JSON：{detail}。"),
    "document_too_large": ("A rule set may have at most {limit} bytes.", "规则集最多 {limit} 字节。"),
    "shape_wrong": ("Wrong value: {detail}.", "取值不正确：{detail}。"),
    "object_expected": ("An object is needed here.", "此处需要一个对象。"),
    "number_not_finite": ("Numbers must be finite.", "数字必须是有限值。"),
    "number_too_large": ("This whole number is too large to be kept exactly.", "该整数过大，无法精确保存。"),
    "field_unknown": ("There is no field “{field}” here.", "此处没有“{field}”字段。"),
    "field_missing": ("The field “{field}” is missing.", "缺少“{field}”字段。"),
    "name_duplicate": ("“{name}” is used twice.", "“{name}”重复使用。"),
    "name_reserved": ("“{name}” is a word of the language or a name of the score.", "“{name}”是保留字或评分名称。"),
    "code_reserved": (
        "“{code}” is a column of the answer and cannot be the code of a rule.",
        "“{code}”是结果中的列名，不能用作规则编号。",
    ),
    "name_is_variable": ("“{name}” is already a variable of the catalogue.", "“{name}”已是变量目录中的变量。"),
    "product_mismatch": (
        "The document is for product “{found}”, not “{expected}”.",
        "文档属于产品“{found}”，而不是“{expected}”。",
    ),
    "stage_mismatch": (
        "The document is for stage {found}, not {expected}.",
        "文档属于阶段 {found}，而不是 {expected}。",
    ),
    "product_without_variables": (
        "The catalogue has no variable for product “{product}”.",
        "变量目录中没有产品“{product}”的变量。",
    ),
    "default_outcome_missing": ("A default outcome is needed.", "必须设置默认结果。"),
    "default_outcome_approves": (
        "The default outcome may not be APPROVE: an application no rule speaks for goes to a person.",
        "默认结果不能是批准：没有规则支持的申请须转人工。",
    ),
    "outcome_unknown": ("“{outcome}” is not an outcome. Use {known}.", "“{outcome}”不是有效结果。可用：{known}。"),
    "nothing_approves": (
        "No enabled rule can approve: every application would be referred or declined.",
        "没有任何启用的规则可以批准：所有申请都会被转人工或拒绝。",
    ),
    "parameter_out_of_range": (
        "{name} = {value} is outside its allowed range {minimum} to {maximum}.",
        "{name} = {value} 超出允许范围 {minimum} 至 {maximum}。",
    ),
    "parameter_range_missing": (
        "{name} needs an allowed range (minimum and maximum).",
        "{name} 需要设置允许范围（最小值与最大值）。",
    ),
    "parameter_range_empty": ("The allowed range of {name} is empty.", "{name} 的允许范围为空。"),
    "parameter_type_wrong": ("The value of {name} is not of type {type}.", "{name} 的取值不是 {type} 类型。"),
    "parameter_unused": ("Nothing reads {name}.", "没有任何地方使用 {name}。"),
    "label_missing": ("A label in English and Chinese is needed.", "需要英文和中文名称。"),
    "reason_missing": ("A rule with this outcome needs a reason.", "给出此结论的规则需要理由。"),
    "reason_unknown": (
        "The catalogue has no wording for reason “{reason}”.",
        "目录中没有理由“{reason}”的措辞。",
    ),
    "reason_incomplete": (
        "Reason “{reason}” lacks its English or Chinese wording.",
        "理由“{reason}”缺少英文或中文措辞。",
    ),
    "rule_does_nothing": (
        "This rule changes no outcome, adds no points and sets nothing.",
        "该规则既不改变结果，也不加分或赋值。",
    ),
    "prohibited_basis": (
        "“{name}” is a prohibited basis. A rule may read it only with its legal basis stated.",
        "“{name}”属于禁止依据的变量。规则须写明法律依据方可使用。",
    ),
    "prohibited_basis_in_table": (
        "“{name}” is a prohibited basis and may not price or limit an offer.",
        "“{name}”属于禁止依据的变量，不得用于定价或额度。",
    ),
    "grades_not_increasing": (
        "The highest PD of grade {grade} must be above that of the grade before it.",
        "等级 {grade} 的最高违约概率必须高于前一等级。",
    ),
    "grades_do_not_cover": ("The last grade must reach PD 1.", "最后一个等级的最高违约概率必须为 1。"),
    "grade_without_grades": ("The document reads grade but defines no grades.", "文档使用了 grade，但没有定义等级。"),
    "grade_unknown": ("“{grade}” is not a grade of this document.", "“{grade}”不是本文档的等级。"),
    "cell_count_wrong": (
        "This row has {found} cells for {expected} columns.",
        "此行有 {found} 个单元格，而列数为 {expected}。",
    ),
    "table_unused": ("Nothing reads table “{name}”.", "没有任何地方使用决策表“{name}”。"),
    "table_unknown": ("There is no table “{name}”.", "没有名为“{name}”的决策表。"),
    "definition_circle": (
        "These read each other in a circle: {circle}.",
        "以下定义互相引用，形成循环：{circle}。",
    ),
    "output_unaggregated": (
        "Hit policy {policy} needs one output, a number.",
        "命中策略 {policy} 只能有一个数字输出。",
    ),
    "output_values_missing": (
        "Hit policy {policy} needs the allowed values of “{name}”, the highest priority first.",
        "命中策略 {policy} 需要为“{name}”列出可用值，优先级高的在前。",
    ),
    "output_value_wrong": ("{value} is not of type {type}.", "{value} 不是 {type} 类型。"),
    "output_value_duplicate": ("{value} is listed twice.", "{value} 重复列出。"),
    "output_not_allowed": (
        "{value} is not one of the allowed values of “{name}”: {allowed}.",
        "{value} 不在“{name}”的可用值之内：{allowed}。",
    ),
    "output_not_constant": (
        "With hit policy O every result must be a constant: the order of rows is settled beforehand.",
        "命中策略 O 的每个结果都必须是常量，因为行的顺序须事先确定。",
    ),
    "offer_table_policy": (
        "The offer's table “{name}” needs hit policy F and no default outputs: without a row there is no offer.",
        "报价表“{name}”须使用命中策略 F 且不设默认输出：没有命中行就没有报价。",
    ),
    "cap_date_invalid": ("“{date}” is not a date of the calendar.", "“{date}”不是有效日期。"),
    "cap_dates_empty": (
        "The cap would end on {until}, before it begins on {start}.",
        "上限的截止日 {until} 不晚于开始日 {start}。",
    ),
    "offer_output_missing": (
        "The offer table needs a number column “{name}”.",
        "报价表需要数字列“{name}”。",
    ),
    "offer_variable_unknown": (
        "“{name}” is not a number variable of this product.",
        "“{name}”不是该产品的数字变量。",
    ),
    "score_with_post_loan": ("A post-loan document has one model.", "贷后文档只使用一个模型。"),
    "score_with_reads_score": (
        "Which model scores must be known before there is a score: this condition depends on it.",
        "须先确定由哪个模型评分，才有评分结果：该条件不能依赖评分。",
    ),
    "score_with_prohibited_basis": (
        "“{name}” is a prohibited basis and may not choose the model.",
        "“{name}”属于禁止依据的变量，不得用于选择模型。",
    ),
    "score_with_alternative": (
        "“{name}” is alternative data or a link to others, and may not choose the model.",
        "“{name}”属于替代数据或关联信息，不得用于选择模型。",
    ),
    "offer_post_loan": ("A post-loan document makes no offers.", "贷后文档不产生报价。"),
    "offer_grade_missing": (
        "An application of grade {grade} can be approved, but the offer table has no row for it. "
        "Add one, or let the rules approve no such application.",
        "等级 {grade} 的申请可能被批准，但报价表没有对应的行。请添加该行，或调整规则使其不被批准。",
    ),
    "case_input_unknown": ("“{name}” is not a variable of this product.", "“{name}”不是该产品的变量。"),
    "case_input_wrong": ("The value of “{name}” is not of type {type}.", "“{name}”的取值不是 {type} 类型。"),
    "case_rule_unknown": ("There is no rule “{code}”.", "没有编号为“{code}”的规则。"),
    "case_failed": (
        "The case gives {field} {found}, not {expected}.",
        "案例的 {field} 为 {found}，而不是 {expected}。",
    ),
    "executors_differ": (
        "The two executors differ on {field}: {scalar} and {columns}.",
        "两个执行器在 {field} 上不一致：{scalar} 与 {columns}。",
    ),
    "pattern_engines_differ": (
        "Pattern {code}: the engine and its reference find different matches in {sets} sets of events.",
        "模式 {code}：在 {sets} 组事件上，引擎与参考实现的匹配结果不一致。",
    ),
    "case_event_unknown": ("“{kind}” is not a kind of risk event.", "“{kind}”不是风险事件类型。"),
    "case_table_unknown": ("There is no table or scorecard result “{name}”.", "没有名为“{name}”的决策表或评分卡结果。"),
    "evaluation_failed": ("The rules cannot be evaluated: {detail}.", "规则无法执行：{detail}。"),
}
