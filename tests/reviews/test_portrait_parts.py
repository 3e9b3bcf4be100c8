"""What reviews read beside the loan: account months and the loan's previous review, as known then."""

from datetime import UTC, date, datetime

import msgspec
import pytest

from lending.models import CustomerMonth
from monitoring.models import ReviewResult, ReviewRun
from monitoring.services.earlier_runs import EarlierRuns
from monitoring.services.portraits.reading import Extent, portraits_read
from rules.engine.document import document_read
from rules.engine.parsed import document_parse
from scoring.catalogue import Catalogue, Variable, catalogue_problems
from scoring.variables import VariableSchema
from tests.factories.monitoring import AT, DAY, POLICY, card, loans, months

pytestmark = pytest.mark.django_db


def variable(name, source, field, kind, **fields):
    words = {"en": name, "zh": name, "type": kind, "products": ["card"], "purpose": "creditworthiness"}
    return Variable(name=name, source=source, field=field, missing="skip", **words, **fields)


INCOME = [variable(f"income_m{lag}", "customer_month", "income_minor", "integer", lag_months=lag) for lag in (0, 1)]
BEFORE = [
    variable("pd_before", "previous_review", "pd", "number"),
    variable("level_before", "previous_review", "level", "string"),
]


def read(variables, day=DAY, as_of=AT, earlier=None):
    extent = Extent(product_id=card().pk, as_of=as_of, business_date=day, earlier=earlier)
    return portraits_read(extent, variables).select(item.name for item in variables).rows()


def month_of(loan, month, income, known_at):
    CustomerMonth.objects.create(customer=loan.customer, month=month, known_at=known_at, income_minor=income)


def test_the_last_month_that_is_over_is_lag_0():
    known, unknown = loans(months(0), months(0))
    month_of(known, date(2005, 9, 1), 900, datetime(2005, 9, 30, tzinfo=UTC))
    month_of(known, date(2005, 8, 1), 800, datetime(2005, 9, 1, tzinfo=UTC))
    assert read(INCOME) == [(900, 800), (None, None)]
    assert read(INCOME, day=date(2005, 9, 29))[0] == (800, None)
    assert read(INCOME, day=date(2005, 10, 1))[0] == (900, 800)
    assert unknown.customer_id != known.customer_id


def test_a_month_counts_as_it_was_known():
    (loan,) = loans(months(0))
    month_of(loan, date(2005, 9, 1), 900, datetime(2005, 9, 20, tzinfo=UTC))
    month_of(loan, date(2005, 9, 1), 950, datetime(2005, 9, 25, tzinfo=UTC))
    assert read(INCOME[:1]) == [(950,)]
    assert read(INCOME[:1], as_of=datetime(2005, 9, 24, tzinfo=UTC)) == [(900,)]
    assert read(INCOME[:1], as_of=datetime(2005, 9, 19, tzinfo=UTC)) == [(None,)]


def test_the_previous_review_is_the_latest_that_had_the_loan():
    first, second = loans(months(0), months(0))
    runs = [
        ReviewRun.objects.create(product=card(), as_of=AT, bundle_hash=str(number), bundle={}, started_at=AT)
        for number in range(2)
    ]
    for run, loan, pd, level in ((0, first, 0.1, "NONE"), (0, second, 0.2, "BLUE"), (1, first, 0.3, "RED")):
        ReviewResult.objects.create(run=runs[run], loan=loan, pd=pd, level=level)
    both, first_alone = (EarlierRuns(runs[1], AT, 0, tuple(run.pk for run in named)) for named in (runs, runs[:1]))
    assert read(BEFORE, earlier=both) == [(0.3, "RED"), (0.2, "BLUE")]
    assert read(BEFORE, earlier=first_alone) == [(0.1, "NONE"), (0.2, "BLUE")]
    assert read(BEFORE) == [(None, None), (None, None)]


def test_no_decision_before_the_loan_reads_them():
    catalogue = Catalogue([*INCOME, *BEFORE], [])
    assert not catalogue_problems(catalogue)
    assert VariableSchema(catalogue, "card").read({}).values == {}
    rule = {**POLICY["rules"][0], "when": "income_m0 = 0"}
    reviewing = document_read({**POLICY, "rules": [rule]})
    assert not document_parse(reviewing, catalogue, product="card").problems
    deciding = msgspec.structs.replace(reviewing, stage="PRE_LOAN")
    assert document_parse(deciding, catalogue, product="card").problems


@pytest.mark.parametrize(
    ("changed", "problem"),
    [
        ({"field": "wealth"}, "must name a field of customer_month"),
        ({"type": "number"}, "its type must be integer"),
        ({"source": "previous_review", "field": "pd"}, "its type must be number"),
        ({"source": "previous_review", "field": "pd", "type": "number", "lag_months": 1}, "has a lag"),
        ({"source": "application"}, "names a field, but its source has none"),
        ({"missing": "reject"}, "its absence cannot refuse one"),
    ],
)
def test_a_variable_that_names_no_such_field_is_refused(changed, problem):
    catalogue = Catalogue([msgspec.structs.replace(INCOME[0], **changed)], [])
    assert any(problem in found for found in catalogue_problems(catalogue))
