"""The setting in which a method is chosen says what each finds, as was measured last."""

import re
from pathlib import Path

import pytest
from django.conf import settings

from monitoring.loan_use_policy import KIND

_ROW = re.compile(r"^\| (?:generated|Czech), (haircut|FIFO) \|(.*)\|$", re.MULTILINE)
PARTIAL = 5
"""Its column, after single, split, two hops, delayed and circular."""


def _measured(method: str) -> tuple[list[int], int]:
    """Percent of whole diversions found, and the least of partial ones, by the table of docs/diversion.md."""
    text = (Path(settings.BASE_DIR) / "docs/diversion.md").read_text(encoding="utf-8")
    rows = [cells.split("|") for name, cells in _ROW.findall(text) if name == method]
    found = [[round(100 * float(cell)) for cell in row[: PARTIAL + 1]] for row in rows]
    return [share for row in found for share in row[:PARTIAL]], min(row[PARTIAL] for row in found)


@pytest.mark.parametrize(("code", "name"), [("HAIRCUT", "haircut"), ("FIFO", "FIFO")])
def test_the_words_of_a_method_hold_the_figures_of_the_last_measurement(code: str, name: str) -> None:
    whole, partial = _measured(name)
    words = str(KIND.labels[f"method={code}"]).replace(" in 100", "")
    said = [int(figure) for figure in re.findall(r"\d+", words)]
    assert said == [*sorted({min(whole), max(whole)}), partial]
    assert "synthetic" in str(KIND.help)
