"""What can be wrong with a builder's tree, in both languages. Pure."""

from typing import Any, Final

from riskengine.errors import InvalidInput
from rules.language.problems import Problem, problems_json

MESSAGES: Final[dict[str, tuple[str, str]]] = {
    "tree_not_a_group": ("This is not a group of conditions.", "这不是条件组。"),
    "tree_not_a_rule": ("This is not a condition.", "这不是条件。"),
    "tree_combinator_unknown": ("Conditions are joined by “and” or by “or”.", "条件之间只能用“且”或“或”连接。"),
    "tree_group_empty": ("Add a condition to this group, or remove the group.", "请在该组中添加条件，或删除该组。"),
    "tree_too_deep": (
        "Groups are nested more than {limit} levels deep. Use derived variables for their parts.",
        "条件组嵌套超过 {limit} 层。请把其中的部分写成派生变量。",
    ),
    "tree_too_large": (
        "There are more than {limit} conditions. Use derived variables for their parts.",
        "条件超过 {limit} 个。请把其中的部分写成派生变量。",
    ),
    "tree_field_missing": ("Choose what to compare.", "请选择要比较的变量。"),
    "tree_field_invalid": ("This is not the name of a variable.", "这不是变量名。"),
    "tree_operator_unknown": ("Choose how to compare.", "请选择比较方式。"),
    "tree_value_missing": ("Give a value to compare with.", "请填写要比较的值。"),
    "tree_value_invalid": ("This value cannot be compared with.", "不能与这个值比较。"),
}


class TreeInvalid(InvalidInput):
    """A builder's tree is not a whole condition yet, or none at all; `problems` says what and where in the tree."""

    code = "condition_tree_invalid"

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__(problems[0].message_en, problems=problems_json(problems))
        self.problems = problems


def tree_problem(code: str, path: str, /, **facts: Any) -> Problem:
    """The problem `code` at `path` of the tree ("rules/0/value"; "" is the root)."""
    english, chinese = MESSAGES[code]
    return Problem(code, english.format(**facts), chinese.format(**facts), path)
