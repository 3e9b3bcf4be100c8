"""The pages of an emergency stop: declared by one, decided by another, told wherever the rule set is shown."""

from riskengine.roles import roles_ensure
from rules.models import EmergencyStop
from tests.admin.conftest import PASSWORD

LIST = "/admin/rules/emergencystop/"


def declare(client, live):
    return client.post(f"{LIST}declare/{live.rule_set_id}/", {"reason": "Wrong rates"})


def test_one_person_stops_and_everybody_sees_it(live, as_role):
    client, _ = as_role("reviewer")
    page = client.get(f"/admin/rules/ruleset/{live.rule_set_id}/change/")
    assert b"Emergency stop" in page.content
    assert declare(client, live).status_code == 302
    for address in (f"/admin/rules/ruleset/{live.rule_set_id}/change/", "/admin/", LIST):
        assert b"Wrong rates" in client.get(address).content or b"goes to a person" in client.get(address).content


def test_its_author_is_told_that_somebody_else_decides(live, as_role):
    client, person = as_role("maker")
    person.groups.add(roles_ensure()["checker"])
    declare(client, live)
    stop = EmergencyStop.objects.get()
    assert b"somebody else must decide" in client.get(f"{LIST}{stop.pk}/change/").content
    given = {"decision": "reject", "comment": "mine", "password": PASSWORD, "content_hash": stop.content_hash}
    client.post(f"{LIST}{stop.pk}/decide/", given)
    stop.refresh_from_db()
    assert stop.lifted_at is None


def test_a_checker_confirms_then_two_persons_lift_it(live, as_role):
    maker, _ = as_role("maker")
    declare(maker, live)
    stop = EmergencyStop.objects.get()
    given = {"password": PASSWORD, "content_hash": stop.content_hash, "comment": ""}
    checker, _ = as_role("checker")
    assert b"Is the stop right?" in checker.get(f"{LIST}{stop.pk}/change/").content
    checker.post(f"{LIST}{stop.pk}/decide/", {**given, "decision": "approve"})
    maker, _ = as_role("maker")
    maker.post(f"{LIST}{stop.pk}/lift/", {"comment": "Corrected in version 2"})
    checker, _ = as_role("checker")
    wrong = checker.post(f"{LIST}{stop.pk}/decide/", {**given, "password": "no", "decision": "approve"})
    assert b"This is not your password" in wrong.content
    checker.post(f"{LIST}{stop.pk}/decide/", {**given, "decision": "approve"})
    stop.refresh_from_db()
    assert stop.lifted_at is not None
    assert b"Lifted" in checker.get(f"{LIST}{stop.pk}/change/").content


def test_a_stop_without_a_reason_is_asked_for_one(live, as_role):
    client, _ = as_role("maker")
    page = client.post(f"{LIST}declare/{live.rule_set_id}/", {"reason": ""})
    assert page.status_code == 200
    assert not EmergencyStop.objects.exists()
