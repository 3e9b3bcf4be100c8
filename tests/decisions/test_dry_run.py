"""A dry run says what would be decided and leaves nothing behind."""

from django.db import transaction

from audit.models import AuditEntry, OutboxMessage
from lending.models import Application, Customer, Identifier, RiskEvent
from rules.models import Decision, IdempotencyKey
from tests.factories import decisions as make
from tests.factories.api_fixtures import Lender

PATH = "/api/v1/decisions?dry_run=true"
RECORD = (Decision, IdempotencyKey, Application, Customer, Identifier, RiskEvent, OutboxMessage)


def auditor():
    return Lender(scopes=("decide", "dry_run", "as_of"))


def counts():
    return [model.objects.count() for model in RECORD], AuditEntry.objects.filter(kind="decision.made").count()


def test_it_answers_as_a_decision_would_and_says_that_it_is_none(committing_lender):
    asked = make.body()
    answer = auditor().post(asked, key=None, path=PATH)
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/json")
    told = answer.json()
    assert (told.pop("is_dry_run"), told["id"], told["document_hash"]) == (True, None, None)
    assert counts() == ([0] * len(RECORD), 0)
    decided = committing_lender.post(asked).json()
    for field in ("outcome", "reasons", "offer", "pd", "grade", "bundle_hash"):
        assert told[field] == decided[field]


def test_it_leaves_nothing_inside_a_callers_transaction_either(lender):
    with transaction.atomic():
        assert auditor().post(make.body(), path=PATH).status_code == 200
    assert counts() == ([0] * len(RECORD), 0)


def test_it_uses_no_key_up_and_finds_none_used(lender):
    asked, key = make.body(), "k"
    caller = auditor()
    caller.post(asked, key=key, path=PATH)
    decided = caller.post(asked, key=key)
    assert (decided.status_code, "Idempotent-Replayed" in decided) == (201, False)
    assert caller.post(make.body(), key=key, path=PATH).status_code == 200


def test_it_needs_its_scope(lender):
    answer = lender.post(make.body(), path=PATH)
    assert (answer.status_code, answer.json()["code"]) == (403, "dry_run_not_permitted")
    assert answer.json()["field"] == "dry_run"


def test_it_refuses_what_a_decision_refuses(lender):
    answer = auditor().post(make.body(variables={"unheard_of": 1}), path=PATH)
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid_variables")
    late = auditor().post(make.body(as_of="2999-01-01T00:00:00Z"), path=PATH)
    assert (late.status_code, late.json()["code"]) == (422, "as_of_in_future")


def test_a_typing_error_does_not_end_on_the_record(lender):
    for query in ("dry_run=1", "dry_run=", "dry_run=True", "dry_run=true&dry_run=false", "dryrun=true"):
        answer = auditor().post(make.body(), path=f"/api/v1/decisions?{query}")
        assert (answer.status_code, answer.json()["code"]) == (422, "invalid_request")
        assert answer.json()["problems"][0]["field"] == query.split("=")[0]
    assert counts() == ([0] * len(RECORD), 0)
