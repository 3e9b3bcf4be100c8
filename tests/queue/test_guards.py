"""What the database itself refuses: a resolution above an authority, an emptied table of models or catalogues."""

import pytest
from django.db import IntegrityError, connection, transaction

from rules.models import ReferralResolution
from tests.factories import decisions as make
from tests.factories.referrals import authorised, reviewer


def written(referral, person, amount_minor):
    """A resolution as somebody with a shell would write it."""
    return ReferralResolution.objects.create(
        decision=referral.decision, outcome="APPROVE", amount_minor=amount_minor, annual_rate=0.1, term_months=12,
        note=b"", needs_second=False, decided_by=person, proposed_at=make.now(), resolved_at=make.now(),
        content_hash="0" * 64,
    )  # fmt: skip


def test_no_path_resolves_a_referral_above_the_person_s_authority(referrer):
    referral, nobody, somebody = referrer(), reviewer(), authorised(reviewer(), 300_000)
    for person, amount_minor in ((nobody, 1), (somebody, 300_001)):
        with pytest.raises(IntegrityError, match="above what this person may decide"), transaction.atomic():
            written(referral, person, amount_minor)
    assert written(referral, somebody, 300_000).pk


@pytest.mark.parametrize("table", ["scoring_modelpackage", "scoring_catalogueversion"])
def test_what_decisions_name_is_not_emptied(db, table):
    with pytest.raises(IntegrityError, match="TRUNCATE refused"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL riskengine.refuse_truncate = 'on'")
        cursor.execute(f"TRUNCATE {table} CASCADE")
