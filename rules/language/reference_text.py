"""What the language reference says beside the functions: tables of (what is written, English, Chinese)."""

Row = tuple[str, str, str]

TYPES: tuple[Row, ...] = (
    ("`12`, `0.5`, `1e6`", "number: a double; infinite or not a number is unknown", "数字：双精度；无穷或非数视为未知"),
    ('`"A11"`', r"text; `\"`, `\\`, `\n`, `\t`, `\u4FE1` inside", r"文本；可含 `\"`、`\\`、`\n`、`\t`、`\u4FE1`"),
    ("`true`, `false`", "truth value", "真假值"),
    ("`null`", "unknown", "未知（空值）"),
    (
        '`date("2026-01-31")`, `@"2026-01-31"`',
        "date of the calendar, years 1 to 9999; in data an ISO text",
        "日历日期，公元 1 至 9999 年；数据中为 ISO 文本",
    ),
    (
        '`duration("P1Y6M")`, `@"P3M"`',
        "duration of years and months: a whole number of months",
        "年月时长：整月数",
    ),
    (
        '`duration("P10DT2H")`, `@"-PT30M"`',
        "duration of days and time: seconds; does not compare with months",
        "天时时长：秒数；不能与月数时长比较",
    ),
    (
        "`[1, 2, income]`",
        "list of values of one type, known when the rules are compiled; never in another list, never a result itself",
        "同类型值的列表，编译时即确定；不可嵌套，本身不能作为结果",
    ),
)

OPERATORS: tuple[Row, ...] = (
    ("`x.year`", "component of a date or duration", "日期或时长的组成部分"),
    (
        "`-x`",
        "negative; binds tighter than `**`: `-2 ** 2` is 4, as in DMN",
        "取负；优先于 `**`：`-2 ** 2` 为 4，与 DMN 相同",
    ),
    ("`**`", "power, from the left: `2 ** 3 ** 2` is 64", "乘方，从左到右：`2 ** 3 ** 2` 为 64"),
    ("`*` `/`", "times, divided by; division by zero is unknown", "乘、除；除以零则未知"),
    ("`+` `-`", "plus, minus", "加、减"),
    (
        "`=` `!=` `<` `<=` `>` `>=`",
        "comparison of two values of one type; a comparison with null is unknown",
        "同类型值的比较；与 null 比较则未知",
    ),
    ("`x between a and b`", "from a to b, both included", "介于 a 与 b 之间，含两端"),
    ("`x in [a, b]`, `x in fees`", "one of the values, or in a list", "为其中之一，或在列表中"),
    (
        "`x in [a..b[`",
        "in an interval; `]a` or `(a`, `b[` or `b)` leave the end out",
        "在区间内；`]a` 或 `(a`、`b[` 或 `b)` 不含端点",
    ),
    ("`x in (< 5, > 10)`", "meets one of the tests", "满足其中一个条件"),
    ("`not x`", "negation", "否定"),
    ("`a and b`", "both", "且"),
    ("`a or b`", "at least one", "或"),
    ("`if c then a else b`", "a choice; unknown where c is", "条件取值；c 未知则结果未知"),
    (
        "`some x in list satisfies c`, `every x in list satisfies c`",
        "for at least one, for all; of an empty list false, true; `some x in l, y in m satisfies …` for several",
        "至少有一个满足、全部满足；空列表分别为假、真；多个列表写 `some x in l, y in m satisfies …`",
    ),
)

ARITHMETIC_NOTES: tuple[Row, ...] = (
    (
        "date ± days",
        "counted from midnight; the day that is reached",
        "自零点起算，取到达的日期",
    ),
    (
        "date ± months",
        "the same day of the month, or its last where it is shorter: 31 January and a month is 28 or 29 February",
        "同一日；当月不足则取月末：1 月 31 日加一个月为 2 月 28 或 29 日",
    ),
    ("date − date", "a duration of days; `.days` is its number", "天数时长，用 `.days` 取天数"),
    ("duration ± duration", "of one kind", "须为同一种时长"),
    ("duration × number, ÷ number", "of months: what is less than a month is dropped", "月数时长：不足一月舍去"),
    ("duration ÷ duration", "a number; of one kind", "得数字；须为同一种时长"),
)

COMPONENT_NOTES: tuple[Row, ...] = (
    (
        "date",
        "`.year`, `.month`, `.day`, `.weekday` (1 is Monday)",
        "`.year`、`.month`、`.day`、`.weekday`（1 为周一）",
    ),
    (
        "duration of days",
        "`.days`, `.hours` (0 to 23), `.minutes`, `.seconds` (0 to 59), all with the duration's sign",
        "`.days`、`.hours`（0–23）、`.minutes`、`.seconds`（0–59），符号同时长",
    ),
    (
        "duration of months",
        "`.years`, `.months` (0 to 11), with the duration's sign",
        "`.years`、`.months`（0–11），符号同时长",
    ),
)

CELLS: tuple[Row, ...] = (
    ("`-`", "any value, unknown too", "任意值，含未知"),
    ('`"A11"`, `5`, `"A", "B"`', "equal to it, or to one of them", "等于该值或其中之一"),
    ("`< 5`, `>= limit`", "a test", "条件"),
    ("`[1..5[`", "an interval", "区间"),
    ('`not("A", "B")`', "none of them", "均不满足"),
    ('`contains(?, "x")`, `? > 2 * limit`', "a condition in which ? is the value of the column", "以 ? 代表该列的条件"),
)

SEMANTICS: tuple[tuple[str, str], ...] = (
    (
        "Numbers are doubles (IEEE 754), so 0.1 + 0.2 = 0.3 is false: compare amounts in whole minor units.",
        "数字为双精度（IEEE 754），因此 0.1 + 0.2 = 0.3 为假：金额请用最小货币单位的整数比较。",
    ),
    (
        "Nothing is converted by itself: a number is no text, a text no date.",
        "不做隐式转换：数字不是文本，文本不是日期。",
    ),
    (
        "What cannot be told is null: a missing value, a division by zero, a date outside the calendar, a result that "
        "is no finite number. Ask for it with is defined(…) and coalesce(…); comparing with null is refused.",
        "无法得知的值为 null：缺失值、除以零、超出日历的日期、非有限的结果。"
        "请用 is defined(…) 与 coalesce(…) 判断；与 null 比较会被拒绝。",
    ),
    (
        "Differs from DMN: if with an unknown condition is unknown, not its else; texts are not joined by +; "
        "sum of an empty list is unknown; a list holds values of one type.",
        "与 DMN 的不同：条件未知时 if 结果未知而非 else；文本不能用 + 连接；空列表之和未知；列表的值须同类型。",
    ),
    (
        "Patterns of matches are RE2's: no look-ahead and no back references; their time grows with the text alone.",
        "matches 的模式按 RE2：无前瞻、无反向引用，耗时只随文本长度增长。",
    ),
    (
        "Names have letters A–Z, digits and _; name.part is an output of a table or a component of a date. "
        "business_date is the business date of the decision.",
        "名称由英文字母、数字和 _ 组成；name.part 为决策表的输出或日期的组成部分。business_date 为决策的业务日期。",
    ),
)
