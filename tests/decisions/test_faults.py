"""Our own failures refer to a person, with the cause recorded; what is down says so at once; nothing answers 500."""

import json
import time
from contextlib import contextmanager
from threading import Thread

import pytest
from django.db import connection, connections

from audit.canonical import content_hash
from riskengine.logs import JsonFormatter
from rules.models import Decision, RuleSetVersion
from rules.services.bundles import loading as bundles
from rules.services.decisions import store as decision_store
from rules.services.decisions.reading import decision_record
from rules.services.decisions.replay import decisions_replay
from tests.factories import decisions as make
from tests.factories.triggers import unguarded


def causes():
    document = decision_record(Decision.objects.latest("decided_at")).document
    return {cause.stage: cause.code for cause in document.causes}


def refers_with(lender, stage):
    answer = lender.post(make.body())
    assert answer.status_code == 201, answer.content
    assert answer.json()["outcome"] == "REFER"
    assert [reason["code"] for reason in answer.json()["reasons"]] == ["PERSON_REVIEW"]
    assert stage in causes()
    return answer.json()


def breaks(*_args, **_kwargs):
    raise ValueError("13800000000 must not be repeated")


@contextmanager
def tampered(table):
    """Direct SQL by somebody who can switch triggers off, met by processes that start afterwards."""
    with unguarded(table) as cursor:
        yield cursor
    bundles.bundles_forget()


def test_a_rule_that_cannot_be_evaluated_refers(lender, monkeypatch):
    monkeypatch.setattr(bundles.Program, "evaluate", breaks)
    refers_with(lender, "rules")
    assert Decision.objects.get().reason_codes == ["RULE_NOT_EVALUABLE"]


def test_a_pattern_engine_that_fails_refers(lender, monkeypatch):
    first = make.body()
    lender.post(first)
    one = property(lambda _program: 1, lambda _program, _value: None)
    monkeypatch.setattr(bundles.PatternProgram, "least_facts", one, raising=False)
    monkeypatch.setattr(bundles.PatternProgram, "match", breaks)
    refers_with(lender, "patterns")


def test_a_record_that_cannot_be_written_as_it_came_out_is_written_as_referred(lender, monkeypatch):
    write, calls = decision_store.record_write, []

    def fail_once(work, record):
        calls.append(record)
        if len(calls) == 1:
            work.query("SELECT 1 / 0")
        write(work, record)

    monkeypatch.setattr(decision_store, "record_write", fail_once)
    refers_with(lender, "decision")


def test_a_rule_set_edited_by_sql_is_refused_and_refers(lender):
    with tampered("rules_rulesetversion") as cursor:
        cursor.execute('UPDATE rules_rulesetversion SET document = document || \'{"default_outcome": "DECLINE"}\'')
    refers_with(lender, "rule_set")
    assert causes()["rule_set"] == "content_changed"


def test_a_rule_set_whose_hash_was_edited_with_it_is_refused(lender):
    document = {**RuleSetVersion.objects.get().document, "default_outcome": "DECLINE"}
    edited = [json.dumps(document), content_hash(document)]
    with tampered("rules_rulesetversion") as cursor:
        cursor.execute("UPDATE rules_rulesetversion SET document = %s::jsonb, content_hash = %s", edited)
    refers_with(lender, "rule_set")
    assert causes()["rule_set"] == "not_approved"


def test_a_catalogue_edited_by_sql_is_refused_and_refers(lender):
    with tampered("scoring_catalogueversion") as cursor:
        cursor.execute('UPDATE scoring_catalogueversion SET document = \'{"variables": [], "reasons": []}\'')
    refers_with(lender, "catalogue")


def test_a_broken_bundle_is_tried_again_after_a_while(lender, monkeypatch):
    with monkeypatch.context() as broken:
        broken.setattr(bundles, "compile_program", breaks)
        bundles.bundles_forget()
        refers_with(lender, "rule_set")
    later = time.monotonic() + 60
    monkeypatch.setattr(bundles.time, "monotonic", lambda: later)
    assert lender.post(make.body()).json()["outcome"] == "APPROVE"


def test_referred_for_a_fault_it_replays_the_same(lender, monkeypatch):
    with monkeypatch.context() as broken:
        broken.setattr(bundles.Program, "evaluate", breaks)
        refers_with(lender, "rules")
    lender.post(make.body())
    report = decisions_replay()
    assert (report.total, report.same) == (2, 2)


def test_no_message_of_an_exception_reaches_log_or_answer(lender, monkeypatch, caplog):
    monkeypatch.setattr(bundles.Program, "evaluate", breaks)
    answer = refers_with(lender, "rules")
    logged = "\n".join(JsonFormatter().format(record) for record in caplog.records)
    assert "13800000000" not in logged + str(answer)
    assert "decision_stage_failed" in logged


def test_a_lock_held_too_long_is_503_with_retry_after(committing_lender):
    asked = make.body()
    first = committing_lender.post(asked, key="first")
    assert first.status_code == 201
    with connection.cursor() as cursor:
        cursor.execute("SHOW lock_timeout")
        assert cursor.fetchone()[0] in ("1500ms",)

    def hold():
        from django.db import transaction

        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("LOCK TABLE rules_idempotencykey IN ACCESS EXCLUSIVE MODE")
            time.sleep(3)
        connections.close_all()

    holder = Thread(target=hold)
    holder.start()
    time.sleep(0.3)
    began = time.monotonic()
    answer = committing_lender.post(asked, key="second")
    took = time.monotonic() - began
    holder.join()
    assert (answer.status_code, answer.json()["code"]) == (503, "database_unavailable")
    assert int(answer["Retry-After"]) >= 1
    assert took < 2.3
    assert committing_lender.post(asked, key="second").status_code == 201


@pytest.fixture
def database_gone(committing_lender):
    """Connections to a port where nothing listens."""
    committing_lender.post(make.body())
    settings = connection.settings_dict
    before = settings["PORT"]
    connection.close()
    settings["PORT"] = "1"
    yield committing_lender
    connection.close()
    settings["PORT"] = before


def test_the_database_gone_is_503_at_once_and_heals_alone(database_gone):
    for path_is_known in (True, False):
        began = time.monotonic()
        answer = database_gone.post(make.body())
        assert (answer.status_code, answer.json()["code"]) == (503, "database_unavailable")
        assert answer["Retry-After"]
        assert time.monotonic() - began < 2
        if path_is_known:
            make.forget()
    assert database_gone.get("/healthz").status_code == 200
    assert database_gone.get("/readyz").status_code == 503


def test_a_connection_killed_in_between_heals_by_the_next_request(committing_lender):
    assert committing_lender.post(make.body()).status_code == 201
    connection.connection.close()
    statuses = [committing_lender.post(make.body()).status_code for _ in range(2)]
    assert statuses[1] == 201
    assert set(statuses) <= {201, 503}


def test_with_the_broker_gone_it_decides_and_never_calls_it(lender, settings, monkeypatch):
    import socket

    settings.CELERY_BROKER_URL = "redis://127.0.0.1:1/0"
    calls = []
    connect = socket.socket.connect
    monkeypatch.setattr(socket.socket, "connect", lambda *args: calls.append(args[1]) or connect(*args))
    assert lender.post(make.body()).status_code == 201
    assert calls == []
    ready = lender.get("/readyz")
    assert (ready.status_code, ready.json()["checks"]["broker"]) == (200, "down")


def test_readyz_names_the_bundle_that_does_not_load(lender, monkeypatch):
    assert lender.get("/readyz").json()["checks"]["bundles"] == {"instalment": "ok"}
    monkeypatch.setattr(bundles, "compile_program", breaks)
    bundles.bundles_forget()
    answer = lender.get("/readyz")
    assert (answer.status_code, answer.json()["checks"]["bundles"]) == (503, {"instalment": "bundle_broken"})


def test_readyz_asks_nothing_of_products_that_decide_nothing(lender, monkeypatch):
    monkeypatch.setattr(bundles, "compile_program", breaks)
    bundles.bundles_forget()
    make.product().__class__.objects.update(is_active=False)
    answer = lender.get("/readyz")
    assert (answer.status_code, answer.json()["checks"]["bundles"]) == (200, {})
