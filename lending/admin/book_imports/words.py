"""What the pages of imports say in words."""

from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from lending.book_imports.kinds import ATTRIBUTE, KINDS
from lending.services.book_imports.variable_side import loan_attributes_of

TONES = {"DONE": "good", "FAILED": "bad", "CANCELLED": "plain", "READING": "info", "RUNNING": "info"}
ERRORS = {
    "source_unreadable": gettext_lazy("The source is no table, or too large."),
    "source_unavailable": gettext_lazy("The source does not answer, or refuses us."),
    "source_refused": gettext_lazy("The source may not be read."),
    "book_import_part_fails": gettext_lazy("A part of the rows failed three times."),
    "invalid_mapping": gettext_lazy("The mapping does not fit."),
}
MAPPING_PROBLEMS = {
    "missing": gettext_lazy("%(field)s needs a column or a constant."),
    "column_or_constant": gettext_lazy("%(field)s has both a column and a constant."),
    "unknown_timezone": gettext_lazy("There is no such time zone."),
    "not_imputable": gettext_lazy("%(field)s cannot be filled in."),
    "unknown_variable": gettext_lazy("%(field)s is no variable that the catalogue reads of such a loan."),
}
PERSONAL = frozenset(
    {"national_id", "other_national_id", "name", "phone", "address", "email", "bank_card", "account_number",
     "counterparty", "counterparty_account", "text"}
)  # fmt: skip
"""Fields that a preview masks: whoever makes a mapping need not read them."""


def is_chinese() -> bool:
    """Whether the reader's language is Chinese."""
    return (get_language() or "").startswith("zh")


def kind_words(code: str) -> str:
    """A kind of rows in the reader's language."""
    kind = KINDS.get(code)
    return code if kind is None else (kind.zh if is_chinese() else kind.en)


def field_words(kind: str, name: str) -> str:
    """A field in the reader's language; a catalogued variable by its label."""
    if name.startswith(ATTRIBUTE):
        known = {one.name: one for one in loan_attributes_of("")}
        variable = known.get(name.removeprefix(ATTRIBUTE))
        if variable is not None:
            return variable.zh if is_chinese() else variable.en
    field = KINDS[kind].field(name) if kind in KINDS else None
    return name if field is None else (field.zh if is_chinese() else field.en)


def mapping_problem_words(kind: str, problem: str) -> str:
    """One problem of a mapping: `missing:loan`."""
    code, _colon, name = problem.partition(":")
    if code in MAPPING_PROBLEMS:
        return str(MAPPING_PROBLEMS[code]) % {"field": field_words(kind, name)}
    return _("The mapping is not right: %(problem)s") % {"problem": problem}
