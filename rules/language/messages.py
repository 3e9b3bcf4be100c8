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
    "interval_empty": ("No value lies between {low} and {high}.", "{low} 与 {high} 之间没有任何值。"),
    "cell_needs_input": (
        "? stands for the input of a table column and has no meaning here.",
        "? 代表决策表的输入列，在此处没有意义。",
    ),
}
