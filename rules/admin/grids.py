"""Grids of a draft as they are posted: grades and table rows; a row left empty or marked is dropped."""

from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext as _

from rules.admin.numbers import NotANumber, number_typed


class GridError(ValueError):
    """A cell cannot be read; the message says which."""


def grades_typed(present: list[dict[str, Any]], data: QueryDict) -> list[dict[str, Any]]:
    """Grades as typed, in order: name, highest PD in percent, labels."""
    known = {grade["grade"]: grade for grade in present}
    columns = [data.getlist(name) for name in ("grade", "max_pd_percent", "en", "zh")]
    grades = []
    for number, (name, percent, en, zh) in enumerate(zip(*columns, strict=False), 1):
        if not name.strip() and not percent.strip():
            continue
        try:
            highest = round(number_typed(percent, "") / 100, 10)
        except NotANumber:
            raise GridError(
                _("Grade in row %(row)s: write the highest PD as a number in percent.") % {"row": number}
            ) from None
        grades.append({**known.get(name.strip(), {}), "grade": name.strip(), "max_pd": highest, "en": en, "zh": zh})
    return grades


def rows_typed(table: dict[str, Any], data: QueryDict) -> list[dict[str, Any]]:
    """Rows of a table as typed: cells are the texts of the language."""
    inputs, width = len(table["inputs"]), len(table["inputs"]) + len(table["outputs"])
    columns = [data.getlist(f"cell-{column}") for column in range(width)]
    rows = []
    for number, cells in enumerate(zip(*columns, strict=False), 1):
        texts = [cell.strip() for cell in cells]
        if not any(texts):
            continue
        if not all(texts):
            raise GridError(
                _("Row %(row)s has an empty cell. Write - for “any”, or empty the whole row.") % {"row": number}
            )
        rows.append({"when": texts[:inputs], "then": texts[inputs:]})
    if not rows:
        raise GridError(_("A table needs at least one row."))
    return rows
