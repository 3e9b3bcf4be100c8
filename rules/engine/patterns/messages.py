"""The wording of what can be wrong with a pattern, English and Chinese."""

from typing import Final

from rules.language.problems import Position, Problem

MESSAGES: Final[dict[str, tuple[str, str]]] = {
    "pattern_step_count": (
        "A pattern has {low} to {high} steps, not {found}.",
        "模式应有 {low} 到 {high} 个步骤，而不是 {found} 个。",
    ),
    "pattern_within_invalid": (
        "“{found}” is not a span of time. Write it as P7D, PT12H or P2W, up to {limit} days.",
        "“{found}”不是有效的时间跨度。请写成 P7D、PT12H 或 P2W，最多 {limit} 天。",
    ),
    "pattern_alias_invalid": (
        "“{found}” cannot name a step: use a letter, then letters, digits or _.",
        "“{found}”不能作为步骤名：须以字母开头，后接字母、数字或 _。",
    ),
    "pattern_alias_repeated": ("Two steps are named “{found}”.", "有两个步骤都叫“{found}”。"),
    "pattern_event_unknown": (
        "“{found}” is not a kind of event. Kinds: {known}.",
        "“{found}”不是事件类型。可用类型：{known}。",
    ),
    "pattern_first_absent": (
        "A pattern begins with something that happens: the first step cannot be “not followed by”.",
        "模式须以发生的事件开始：第一步不能是“其后未发生”。",
    ),
    "pattern_absent_read": (
        "“{found}” belongs to an event that must not happen, so it has no value to compare with.",
        "“{found}”属于不应发生的事件，没有可供比较的值。",
    ),
    "pattern_condition_count": (
        "A step has at most {limit} conditions, not {found}.",
        "一个步骤最多 {limit} 个条件，而不是 {found} 个。",
    ),
    "pattern_condition_unsupported": (
        "A condition between steps compares fields (step.field) with each other or with a constant, joined by “and”.",
        "步骤之间的条件只能用字段（步骤.字段）互相比较或与常量比较，并用 and 连接。",
    ),
    "pattern_step_unknown": (
        "“{found}” is neither this step nor an earlier one.",
        "“{found}”既不是本步骤，也不是之前的步骤。",
    ),
    "pattern_field_unknown": (
        "“{found}” is not a field of an event. Fields: {known}.",
        "“{found}”不是事件的字段。可用字段：{known}。",
    ),
    "pattern_own_field_missing": (
        "The condition does not read this step's own event.",
        "该条件没有读取本步骤自己的事件。",
    ),
    "pattern_types_differ": ("“{left}” cannot be compared with {right}.", "“{left}”不能与 {right} 比较。"),
    "pattern_order_of_texts": (
        "“{left}” is equal or not; it has no order. Use = or !=.",
        "“{left}”只有相等与不等之分，没有大小。请用 = 或 !=。",
    ),
    "pattern_time_with_constant": (
        "“at” is compared with the “at” of another step only; use `within` for spans of time.",
        "“at”只能与其他步骤的“at”比较；时间跨度请用 within。",
    ),
    "pattern_constant_invalid": (
        "{right} is not a whole number or a text of at most {limit} characters.",
        "{right} 不是整数，也不是不超过 {limit} 个字符的文本。",
    ),
}


def problem(code: str, path: str, position: Position | None = None, **facts: object) -> Problem:
    """The problem `code` at `path` with its wording filled in."""
    english, chinese = MESSAGES[code]
    return Problem(
        code=code,
        message_en=english.format(**facts),
        message_zh=chinese.format(**facts),
        path=path,
        position=position,
    )
