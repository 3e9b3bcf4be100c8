"""The page of triggers: empty, full, in both languages, and for those who may see it only."""

import pytest
from django.db import IntegrityError, transaction

from monitoring.admin.trigger_charts import BAR_WIDTH, DAYS_HEIGHT, days_bars, history_chart, share_bar
from monitoring.models import TriggerReport
from monitoring.services.warning_outcomes import outcomes_read
from monitoring.services.warning_reports import warning_report, warning_report_store
from riskengine.roles import roles_ensure
from tests.factories.audit import user
from tests.factories.monitoring import AT, DAY, card, loans, months, post_loan_goes_live

pytestmark = pytest.mark.django_db
PAGE = "/admin/monitoring/triggerreport/"


@pytest.fixture
def seen(client, settings):
    settings.IS_OTP_REQUIRED = False

    def seen(path=PAGE, role="reviewer", language="en", expect=200):
        person = user(is_staff=True)
        person.groups.add(roles_ensure()[role])
        client.force_login(person)
        response = client.get(path, headers={"accept-language": language})
        assert response.status_code == expect
        return response.content.decode()

    return seen


@pytest.fixture
def report(tmp_path):
    post_loan_goes_live()
    found = loans(months(2, 2), months(2, 0), months(0, 0))
    path = tmp_path / "outcomes.csv"
    path.write_text(
        "external_id,default\n" + "".join(f"{loan},{bad}\n" for loan, bad in zip(found, (1, 0, 0), strict=True))
    )
    told = warning_report(
        product=card(), day=DAY, outcomes=outcomes_read(path), defaulted_on=None, progress=lambda line: None
    )
    return warning_report_store(product=card(), report=told, at=AT)


def test_before_the_first_report_it_says_how_one_is_made(seen):
    assert "warning_report --as-of" in seen()


def test_it_shows_each_trigger_with_its_figures_and_names_those_that_never_fired(seen, report):
    page = seen()
    assert "LATE" in page and "50.0%" in page and "<svg" in page
    assert "Deep" in page.split("Never fired")[1]
    assert "LATE" in seen(f"{PAGE}{report.pk}/change/")


def test_it_reads_in_chinese(seen, report):
    page = seen(language="zh-hans")
    assert "预警触发器" in page and "Came true" not in page and "By trigger" not in page


def test_who_may_not_see_monitoring_may_not_see_it(seen, report):
    seen(role="administrator", expect=403)


def test_a_report_is_never_changed(report):
    with pytest.raises(IntegrityError), transaction.atomic():
        TriggerReport.objects.update(accounts=1)


def test_the_pictures_keep_their_scale():
    bar = share_bar(0.5, [0.4, 0.6])
    assert bar is not None and bar["filled"] == BAR_WIDTH / 2
    assert share_bar(None, None) is None
    bars = days_bars([{"days": 31, "accounts": 4}, {"days": 61, "accounts": 2}], [61, 31])
    assert [one["height"] for one in bars] == [DAYS_HEIGHT / 2, DAYS_HEIGHT]
    assert days_bars([], [31]) == []
    chart = history_chart([{"as_of": "2005-08-31", "precision": None, "recall": 0.0}])
    assert chart["precision"]["marks"] == [] and len(chart["recall"]["marks"]) == 1
