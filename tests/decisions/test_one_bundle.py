"""One decision, one bundle: under a policy published again and again, none is mixed and none fails."""

import os
from concurrent.futures import ThreadPoolExecutor
from threading import Event

import pytest
from django.db import connections

from rules.models import Decision, RuleSetActivation
from rules.services.decisions.document import document_open
from tests.factories import decisions as make

PUBLISHES = 200 if os.environ.get("RISKENGINE_SOAK") else 10


@pytest.mark.soak
def test_decisions_under_a_publish_loop_use_one_whole_bundle_each(committing_lender, record_property):
    """Versions allow little and much in turn; every outcome fits the limit of the version its record names."""
    done = Event()
    limits_in_turn = [(100_000 if number % 2 else 900_000) + number for number in range(1, PUBLISHES + 1)]
    # Submitted beforehand, so that the loop does nothing but publish.
    waiting = [make.policy_submitted(make.policy(parameters={"largest_minor": limit})) for limit in limits_in_turn]

    def publish():
        try:
            for version in waiting:
                make.policy_approved(version)
        finally:
            done.set()
            connections.close_all()

    def decide(_worker):
        statuses = []
        try:
            while not done.is_set():
                statuses.append(committing_lender.post(make.body(), key=f"k{_worker}-{len(statuses)}").status_code)
        finally:
            connections.close_all()
        return statuses

    with ThreadPoolExecutor(4) as pool:
        publishing = pool.submit(publish)
        answers = [status for statuses in pool.map(decide, range(3)) for status in statuses]
        publishing.result()
    assert set(answers) == {201}
    limits = {
        row.version_id: row.version.document["parameters"][0]["value"]
        for row in RuleSetActivation.objects.select_related("version")
    }
    live_from = {row.version_id: row.from_at for row in RuleSetActivation.objects.all()}
    decisions = list(Decision.objects.all())
    assert len(decisions) == len(answers)
    used, mixed = set(), 0
    for decision in decisions:
        ref = document_open(bytes(decision.document)).bundle
        used.add(ref.rule_set_version_id)
        expected = "APPROVE" if limits[ref.rule_set_version_id] >= make.VARIABLES["amount_minor"] else "DECLINE"
        is_in_time = live_from[ref.rule_set_version_id] <= decision.decided_at
        mixed += not (decision.outcome == expected and is_in_time and ref.bundle_hash == decision.bundle_hash)
    figures = {"publishes": PUBLISHES, "decisions": len(answers), "versions_used": len(used), "mixed": mixed}
    record_property("figures", {"planned": PUBLISHES, "injected": len(limits) - 1, **figures, "failed": 0})
    print(figures)
    assert mixed == 0
    assert len(used) >= 3, "the loop published too fast or too slow to tell anything"


def test_a_new_activation_is_seen_by_the_very_next_decision(lender):
    assert lender.post(make.body()).json()["outcome"] == "APPROVE"
    make.policy_goes_live(make.policy(parameters={"largest_minor": 20_000}))
    assert lender.post(make.body()).json()["outcome"] == "DECLINE"
