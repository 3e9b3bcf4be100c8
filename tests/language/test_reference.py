"""docs/language.md says what the language does."""

from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command

from rules.language.functions import FUNCTIONS
from rules.language.reference import reference

PAGE = Path(__file__).parents[2] / "docs" / "language.md"


def test_the_reference_is_not_out_of_date():
    assert PAGE.read_text(encoding="utf-8") == reference(), "run manage.py language_reference"


def test_the_twin_a_page_that_lacks_a_function_is_told(settings, tmp_path):
    settings.BASE_DIR = tmp_path
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs" / "language.md").write_text(reference().replace("### abs", ""), encoding="utf-8")
    told = StringIO()
    with pytest.raises(SystemExit):
        call_command("language_reference", check=True, stderr=told)
    assert "out of date" in told.getvalue()
    call_command("language_reference", stdout=StringIO())
    call_command("language_reference", check=True)


def test_every_function_is_shown_with_its_signature_help_and_examples():
    for function in FUNCTIONS.values():
        shown = (f"`{function.signature('en')}`", f"`{function.signature('zh')}`", function.en, function.zh)
        assert all(part in reference() for part in shown)
        assert all(text in reference() for text, _ in function.examples)
