"""Nothing that decides reads a health code: no source of a variable, no import, no table's name."""

import ast
from pathlib import Path
from typing import get_args

import pytest
from django.conf import settings

from scoring.catalogue import Source

ROOMS = ("rules", "scoring", "lending", "audit")
MAY = (
    *("health", "admin", "api", "views", "models/", "migrations/", "services/portfolio/"),
    *("apps.py", "tasks.py", "chunk_steps.py", "runs.py", "urls.py", "services/planning.py"),
    *("services/category_upgrades.py", "services/cases/from_the_log.py"),
)
"""Of monitoring: what writes codes, asks for another look or opens a case where one's override ended, what counts them
for the start page, what shows them."""


def names_it(text: str) -> bool:
    """Whether a module imports, names or queries health codes."""
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.ImportFrom | ast.Import):
            names = [getattr(node, "module", "") or "", *(alias.name for alias in node.names)]
            if any("health" in name.lower() and "api.health" not in name for name in names):
                return True
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and "healthcode" in node.value.lower():
            return True
        if isinstance(node, ast.Attribute) and node.attr == "health_codes":
            return True
    return False


def readers(folder: str) -> list[str]:
    root = Path(settings.BASE_DIR)
    modules = [
        path for path in sorted((root / folder).rglob("*.py")) if folder == "monitoring" or "admin" not in path.parts
    ]
    return [str(path.relative_to(root)) for path in modules if names_it(path.read_text())]


@pytest.mark.parametrize("room", ROOMS)
def test_no_room_that_decides_names_a_health_code(room):
    assert readers(room) == []


def test_in_monitoring_only_what_writes_and_shows_codes_names_them():
    assert [path for path in readers("monitoring") if not any(part in path for part in MAY)] == []


def test_the_catalogue_has_no_source_of_it():
    sources = get_args(Source)
    assert sources
    assert not [source for source in sources if "health" in source or "colour" in source]


def test_no_shipped_variable_or_rule_names_it():
    for path in (Path(settings.BASE_DIR) / "data").rglob("*.json"):
        assert "health_code" not in path.read_text().lower(), path


@pytest.mark.parametrize(
    "text",
    [
        "from monitoring.models import HealthCode",
        "from monitoring.services.health.current import code_shown",
        "QUERY = 'SELECT colour FROM monitoring_healthcode'",
        "found = customer.health_codes.all()",
    ],
)
def test_the_twin_a_reader_would_be_noticed(text):
    assert names_it(text)
    assert not names_it("from riskengine.errors import NotFound")
