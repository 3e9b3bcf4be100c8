"""What regions do to repayment is for marketing and concentration: nothing that decides on a person can read it."""

import ast
import json
from pathlib import Path

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from lending.models import CustomerStanding
from monitoring.models import ProductMonth, RegionFigure, RegionInfluence
from monitoring.region_policy import KIND, RegionFeature, RegionPolicy
from tests.factories import decisions as make
from tests.factories.api_fixtures import Lender

ROOT = Path(__file__).parents[2]
TABLES = [model._meta.db_table for model in (ProductMonth, RegionInfluence, RegionFigure)]
OURS = ("regions", "region_", "region.py")
WORDS = (
    "monitoring.regions",
    "monitoring.services.regions",
    "RegionFigure",
    "RegionInfluence",
    "yxtz",
    "Yxtz",
    *TABLES,
)
OUTSIDE = (
    "adjustment_policy",
    "admin/__init__",
    "models/__init__",
    "apps.py",
    "tasks.py",
    "migrations",
    "load_lending_club",
)


def deciding_files():
    """Every file of the rooms that decide and of the reviews, with pages, drafts and figures of regions left out."""
    for room in ("rules", "scoring", "lending", "monitoring"):
        for path in (ROOT / room).rglob("*.py"):
            place = path.relative_to(ROOT / room).as_posix()
            if room == "monitoring" and any(word in place for word in (*OURS, *OUTSIDE)):
                continue
            yield path


def reads(text):
    """What of the figures of regions a source names, as an import, a name or a text."""
    found = set()
    if not any(word in text for word in WORDS):
        return found
    for node in ast.walk(ast.parse(text)):
        names = []
        if isinstance(node, ast.ImportFrom):
            names = [f"{node.module}.{alias.name}" for alias in node.names]
        elif isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.Name):
            names = [node.id]
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            names = [node.value]
        found |= {word for name in names for word in WORDS if word in name}
    return found


def test_no_source_of_a_decision_review_or_coefficient_names_them():
    named = {path.as_posix(): reads(path.read_text()) for path in deciding_files()}
    assert len(named) > 300
    # The dashboard shows the map; it decides nothing.
    assert {path: words for path, words in named.items() if words and "/dashboard/" not in path} == {}


@pytest.mark.parametrize(
    "source",
    [
        "from monitoring.models import RegionFigure",
        "import monitoring.services.regions.placements",
        "SQL = 'SELECT yxtz FROM monitoring_regionfigure'",
    ],
)
def test_a_source_that_did_would_be_found(source):
    """The twin."""
    assert reads(source)


def test_no_catalogued_variable_reads_them():
    catalogue = json.loads((ROOT / "data" / "catalogue.json").read_text())
    text = json.dumps(catalogue).lower()
    assert not [word for word in ("yxtz", "regioninfluence", "region_influence", *TABLES) if word in text]


def test_what_post_loan_tells_pre_loan_has_no_place_for_them():
    names = {field.name for field in CustomerStanding._meta.get_fields()}
    assert not [name for name in names if "region" in name or "yxtz" in name]


@pytest.mark.django_db
def test_a_decision_reads_none_of_their_tables():
    make.catalogue_goes_live()
    make.policy_goes_live()
    lender = Lender()
    with CaptureQueriesContext(connection) as queries:
        assert lender.post(make.body()).status_code == 201
    statements = [query["sql"] for query in queries]
    assert statements
    assert not [sql for sql in statements for table in TABLES if table in sql]


@pytest.mark.django_db
def test_a_share_of_a_protected_group_can_be_no_feature():
    policy = RegionPolicy(features=(RegionFeature("x", "protected_minority"),))
    assert KIND.check(policy, "")
    assert not KIND.check(RegionPolicy(), "")
