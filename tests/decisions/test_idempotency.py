"""Same Idempotency-Key, same answer, once: also at the same instant, after a kill, and under another policy."""

import subprocess
import sys
import textwrap
from concurrent.futures import ThreadPoolExecutor
from copy import copy

from django.db import connection, connections

from rules.models import Decision, IdempotencyKey
from rules.services.decisions import sql as decision_sql
from tests.factories import decisions as make
from tests.factories.api_fixtures import Lender


def test_a_repeat_gets_the_same_status_and_bytes(lender):
    asked = make.body()
    first, second = lender.post(asked, key="k"), lender.post(asked, key="k")
    assert (first.status_code, first.content) == (second.status_code, second.content) == (201, first.content)
    assert "Idempotent-Replayed" not in first
    assert second["Idempotent-Replayed"] == "true"
    assert Decision.objects.count() == 1


def test_a_repeat_in_another_order_and_spacing_is_the_same_body(lender):
    asked = make.body()
    first = lender.post(asked, key="k")
    reversed_body = dict(reversed(asked.items()))
    assert lender.post(reversed_body, key="k").content == first.content


def test_another_body_under_the_key_is_422_and_decides_nothing(lender):
    asked = make.body()
    lender.post(asked, key="k")
    answer = lender.post({**asked, "external_id": "other"}, key="k")
    assert (answer.status_code, answer.json()["code"]) == (422, "idempotency_key_reused")
    assert Decision.objects.count() == 1


def test_another_client_may_use_the_same_key(lender):
    asked = make.body()
    first, second = lender.post(asked, key="k"), Lender().post(asked, key="k")
    assert first.json()["id"] != second.json()["id"]


def test_the_answer_stays_after_the_policy_changed(lender):
    asked = make.body()
    first = lender.post(asked, key="k")
    make.policy_goes_live(make.policy(parameters={"largest_minor": 20_000}))
    assert lender.post(asked, key="k").content == first.content
    assert lender.post(asked, key="k2").json()["outcome"] == "DECLINE"


def _post_apart(lender, asked, key):
    """Post from a thread of its own, with a database connection of its own."""
    try:
        answer = lender.post(asked, key=key)
        return answer.status_code, answer.content
    finally:
        connections.close_all()


def test_concurrent_duplicates_wait_and_get_the_first_answer(committing_lender):
    lender, keys, copies = committing_lender, 6, 10
    bodies = {f"key-{number}": make.body() for number in range(keys)}
    with ThreadPoolExecutor(8) as pool:
        asked = [(key, bodies[key]) for _ in range(copies) for key in bodies]
        answers = list(pool.map(lambda one: (one[0], *_post_apart(lender, one[1], one[0])), asked))
    assert {status for _, status, _ in answers} == {201}
    for key in bodies:
        assert len({content for name, _, content in answers if name == key}) == 1
    assert Decision.objects.count() == IdempotencyKey.objects.count() == keys


def test_switched_off_the_unique_key_duplicates_decide_twice(lender, monkeypatch):
    """The twin: with an insert that nothing can conflict with, the repeat is decided again."""
    lender.post(make.body())  # the statements are prepared now
    twin = copy(decision_sql.CLAIM)
    twin.prepare = twin.prepare.replace("ON CONFLICT (client_id, key) DO NOTHING", "")
    twin.prepare, twin.execute = (text.replace("decision_claim", "claim_twin") for text in (twin.prepare, twin.execute))
    monkeypatch.setattr(decision_sql, "CLAIM", twin)
    with connection.cursor() as cursor:  # all of it is rolled back with the test
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE rules_idempotencykey DROP CONSTRAINT idempotency_key_once_per_client")
        cursor.execute(twin.prepare)
    try:
        asked = make.body()
        first, second = lender.post(asked, key="k"), lender.post(asked, key="k")
    finally:
        with connection.cursor() as cursor:
            cursor.execute("DEALLOCATE claim_twin")
    assert (first.status_code, second.status_code) == (201, 201)
    assert first.json()["id"] != second.json()["id"]
    assert IdempotencyKey.objects.filter(key="k").count() == 2


def test_different_applications_of_one_person_at_once_make_one_customer(committing_lender):
    from lending.models import Customer

    lender, person = committing_lender, make.body()["applicant"]
    bodies = [{**make.body(), "applicant": person} for _ in range(8)]
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda one: _post_apart(lender, one[1], f"k{one[0]}"), enumerate(bodies)))
    assert [status for status, _ in answers] == [201] * 8
    assert Customer.objects.count() == 1


KILLED = """
    import os, signal
    import django
    django.setup()
    from django.conf import settings
    settings.DATABASES["default"]["NAME"] = {database!r}
    from rules.services.decisions import making as decisions
    from rules.services.decisions.request import request_read
    import json
    def die(*args): os.kill(os.getpid(), signal.SIGKILL)
    {arrange}
    made = decisions.decision_make(client_id={client}, actor="client:test", idempotency_key="k",
                                   request=request_read(json.loads({body!r})))
    die()
"""
BEFORE_COMMIT = """
    from rules.services.decisions.transaction import DecisionTransaction
    def write_and_die(self, statement, values):
        self.execute(statement, values)
        die()
    DecisionTransaction.commit_with = write_and_die
"""


def _killed(lender, asked, arrange="pass"):
    import json

    code = textwrap.dedent(KILLED).format(
        database=connection.settings_dict["NAME"], client=lender.client.pk, body=json.dumps(asked),
        arrange=textwrap.dedent(arrange).strip(),
    )  # fmt: skip
    ended = subprocess.run([sys.executable, "-c", code], check=False, timeout=60)
    assert ended.returncode == -9


def test_killed_between_commit_and_reply_the_repeat_gets_the_recorded_answer(committing_lender):
    asked = make.body()
    _killed(committing_lender, asked)
    decision = Decision.objects.get()
    answer = committing_lender.post(asked, key="k")
    assert (answer.status_code, answer.json()["id"]) == (201, str(decision.pk))
    assert Decision.objects.count() == 1


def test_killed_before_commit_nothing_is_left_and_the_repeat_decides(committing_lender):
    asked = make.body()
    _killed(committing_lender, asked, BEFORE_COMMIT)
    assert not Decision.objects.exists()
    assert committing_lender.post(asked, key="k").status_code == 201
    assert Decision.objects.count() == 1
