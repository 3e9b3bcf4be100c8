"""The wording of every problem code of the language, English and Chinese."""

MESSAGES: dict[str, tuple[str, str]] = {
    "expression_empty": ("The expression is empty.", "表达式为空。"),
    "expression_too_long": (
        "The expression has {length} characters; at most {limit} are allowed.",
        "表达式有 {length} 个字符，最多允许 {limit} 个。",
    ),
    "expression_too_deep": (
        "The expression is nested {depth} levels deep; {limit} are allowed. Use derived variables for its parts.",
        "表达式嵌套 {depth} 层，最多允许 {limit} 层。请把其中的部分写成派生变量。",
    ),
    "expression_too_large": (
        "The expression has {size} parts; at most {limit} are allowed. Use derived variables for its parts.",
        "表达式有 {size} 个部分，最多允许 {limit} 个。请把其中的部分写成派生变量。",
    ),
    "syntax_error": (
        "“{found}” cannot stand here. Expected: {expected}.",
        "此处不能出现“{found}”。应为：{expected}。",
    ),
    "syntax_unfinished": (
        "The expression ends too early. Expected: {expected}.",
        "表达式没有写完。应为：{expected}。",
    ),
    "character_invalid": ("The character “{found}” has no meaning here.", "字符“{found}”在此处没有意义。"),
    "word_reserved": (
        "“{word}” is a word of the language and cannot be a name.",
        "“{word}”是语言保留字，不能用作名称。",
    ),
    "double_equals": ("Write = to compare, not ==.", "比较请写 =，不要写 ==。"),
    "string_unfinished": ('A text must end with ".', '文本必须以 " 结束。'),
    "string_invalid": (
        "The text holds an escape or a control character that is not allowed.",
        "文本中含有不允许的转义或控制字符。",
    ),
    "number_out_of_range": ("The number {text} is too large.", "数字 {text} 过大。"),
    "unknown_name": ("There is no variable or parameter “{name}”.", "没有名为“{name}”的变量或参数。"),
    "unknown_name_nearest": (
        "There is no variable or parameter “{name}”. Did you mean “{nearest}”?",
        "没有名为“{name}”的变量或参数。是否指“{nearest}”？",
    ),
    "unknown_function": ("There is no function “{name}”.", "没有名为“{name}”的函数。"),
    "unknown_function_nearest": (
        "There is no function “{name}”. Did you mean “{nearest}”?",
        "没有名为“{name}”的函数。是否指“{nearest}”？",
    ),
    "wrong_argument_count": (
        "“{name}” takes {expected} arguments, not {found}.",
        "“{name}”需要 {expected} 个参数，而不是 {found} 个。",
    ),
    "constant_expected": (
        "“{name}” needs a whole number from {low} to {high} here, written out.",
        "“{name}”此处需要直接写出 {low} 到 {high} 的整数。",
    ),
    "type_mismatch": ("A {expected} is needed here, this is a {found}.", "此处需要{expected_zh}，而这是{found_zh}。"),
    "incomparable_types": (
        "A {left} cannot be compared with a {right}.",
        "{left_zh}不能与{right_zh}比较。",
    ),
    "order_of_booleans": ("True and false have no order; use = or !=.", "真和假没有大小，请用 = 或 !=。"),
    "branches_differ": (
        "Both results must be of one type; these are {left} and {right}.",
        "两个结果必须同类型，现在是{left_zh}和{right_zh}。",
    ),
    "comparison_with_null": (
        "Comparing with null is never true. Use is defined(…) to ask whether a value is there.",
        "与 null 比较永远不为真。要判断是否有值，请用 is defined(…)。",
    ),
    "unknown_code": (
        "“{value}” is not a code of “{name}”. Its codes: {codes}.",
        "“{value}”不是“{name}”的代码。可用代码：{codes}。",
    ),
    "date_invalid": (
        "“{text}” is no date. Write a day of the calendar as YYYY-MM-DD.",
        "“{text}”不是日期。请写成日历中存在的日期 YYYY-MM-DD。",
    ),
    "duration_invalid": (
        "“{text}” is no duration. Write P1Y6M (years, months) or P10DT2H30M (days, hours, minutes, seconds).",
        "“{text}”不是时长。请写成 P1Y6M（年、月）或 P10DT2H30M（天、时、分、秒）。",
    ),
    "temporal_invalid": (
        "“{text}” is neither a date (YYYY-MM-DD) nor a duration (P1Y6M, P10DT2H).",
        "“{text}”既不是日期（YYYY-MM-DD），也不是时长（P1Y6M、P10DT2H）。",
    ),
    "duration_not_constant": (
        'The text of a duration must be written out here: duration("P1Y6M").',
        '时长的文本必须在此直接写出：duration("P1Y6M")。',
    ),
    "pattern_not_constant": (
        "The pattern must be written out here as a text.",
        "模式必须在此直接写成文本。",
    ),
    "pattern_too_long": (
        "The pattern is too long; at most {text} characters are allowed.",
        "模式过长，最多允许 {text} 个字符。",
    ),
    "pattern_invalid": ("This is no pattern of RE2: {text}.", "这不是有效的 RE2 模式：{text}。"),
    "substring_from_zero": (
        "The first character is number 1, the last number -1; there is no number 0.",
        "第一个字符是 1，最后一个是 -1；没有第 0 个字符。",
    ),
    "arithmetic_types": (
        "“{operator}” has no meaning between a {left} and a {right}.",
        "{left_zh}与{right_zh}之间不能使用“{operator}”。",
    ),
    "unknown_component": (
        "A {type} has no component “{part}”. Its components: {known}.",
        "{type_zh}没有组成部分“{part}”。可用：{known}。",
    ),
    "list_expected": ("A list is needed here, this is a {found}.", "此处需要列表，而这是{found_zh}。"),
    "list_in_list": ("A list cannot hold a list.", "列表中不能再有列表。"),
    "list_not_value": (
        "A list is no value here. Ask something of it: sum(…), count(…), some x in … satisfies …",
        "列表在此不能作为值。请对其取值，例如 sum(…)、count(…)、some x in … satisfies …",
    ),
    "name_shadowed": (
        "“{name}” is already the name of a variable or parameter; choose another for the values of the list.",
        "“{name}”已是变量或参数的名称，请为列表中的值另取名称。",
    ),
    "interval_empty": ("No value lies between {low} and {high}.", "{low} 与 {high} 之间没有任何值。"),
    "cell_needs_input": (
        "? stands for the input of a table column and has no meaning here.",
        "? 代表决策表的输入列，在此处没有意义。",
    ),
}
