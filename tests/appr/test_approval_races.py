"""Two at once: of every kind of change that takes two people, one decision is made, once, on a real server.

The kinds are those of the matrix (test_own_change), which a new kind cannot be left out of.
"""

import threading
import time

import pytest
from django.db import connections, transaction
from django.utils import timezone

from audit.models import Approval, AuditEntry
from audit.services import approvals
from monitoring.models import CategoryUpgrade
from monitoring.services import category_upgrades as upgrades
from monitoring.services.category_upgrades import upgrade_ask
from riskengine.errors import RiskEngineError
from tests.appr.test_own_change import asked, every, waiting
from tests.delinquency.waiting import DAY, _upgrade_approve
from tests.delinquency.world import as_of, cured, settings_in_force
from tests.factories.audit import user
from tests.trust.soak_file import IS_SOAK, campaign_of

pytestmark = [pytest.mark.django_db(transaction=True)]
ROUNDS = 20 if IS_SOAK else 1
TOGETHER = 3


def at_once(*works, rng=None):
    """What each did when all began together: None, or the error it met."""
    barrier, found = threading.Barrier(len(works)), [None] * len(works)
    delays = [0.0 if rng is None else rng.uniform(0, 0.01) for _ in works]

    def one(place):
        try:
            barrier.wait(30)
            time.sleep(delays[place])
            works[place]()
        except Exception as error:
            found[place] = error
        finally:
            connections.close_all()

    threads = [threading.Thread(target=one, args=(place,)) for place in range(len(works))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return found


def decided(governed, thing):
    return AuditEntry.objects.filter(
        kind="approval.approved", object_type=governed.object_type, object_id=str(thing.pk)
    ).count()


@every
@pytest.mark.soak
def test_of_several_checkers_at_once_one_decides(live, governed, record_property):
    campaign = campaign_of(f"approval races: {governed.object_type}")
    campaign.planned = 1
    thing, request = asked(governed, live, user())
    checkers = [user(is_checker=True) for _ in range(TOGETHER)]
    works = [lambda one=one: governed.approve(thing, one, request.content_hash) for one in checkers]
    found = at_once(*works, rng=campaign.rng)
    campaign.injected += 1
    record_property("campaign", campaign.figures())
    assert [error for error in found if error is not None and not isinstance(error, RiskEngineError)] == []
    assert found.count(None) == 1, campaign.told()
    final = waiting(governed, thing)
    assert (final.state, final.checker_id) == ("APPROVED", checkers[found.index(None)].pk)
    assert decided(governed, thing) == 1


@every
def test_an_approval_and_its_taking_back_at_once_leave_one_of_both(live, governed):
    campaign = campaign_of("approval against taking back")
    thing, request = asked(governed, live, user())
    checker = user(is_checker=True)

    def take_back():
        approvals.approval_void(
            object_type=governed.object_type, object_id=str(thing.pk), at=timezone.now(), reason="withdrawn"
        )

    found = at_once(lambda: governed.approve(thing, checker, request.content_hash), take_back, rng=campaign.rng)
    assert [error for error in found if error is not None and not isinstance(error, RiskEngineError)] == []
    state = waiting(governed, thing).state
    assert state == ("APPROVED" if found[0] is None else "VOID"), campaign.told()
    assert decided(governed, thing) == (state == "APPROVED")


def lapse(upgrade):
    """As a review does, in the transaction of its part."""
    with transaction.atomic():
        upgrades._lapse(upgrade, as_of(DAY))


def upgrade_asked():
    settings_in_force()
    _loan, upgrade = cured()
    return upgrade_ask(upgrade=upgrade, maker=user(), at=as_of(DAY))


@pytest.mark.soak
def test_an_upgrade_approved_while_a_review_lets_it_lapse_is_one_of_both(live, record_property):
    campaign = campaign_of("category upgrades: approved and lapsing")
    campaign.planned = ROUNDS
    ends = {"APPROVED": 0, "LAPSED": 0}
    for _ in range(ROUNDS):
        upgrade, checker = upgrade_asked(), user(is_checker=True)
        read = CategoryUpgrade.objects.get(pk=upgrade.pk)  # as the review read it
        found = at_once(
            lambda one=upgrade, who=checker: _upgrade_approve(one, who, one.content_hash),
            lambda one=read: lapse(one),
            rng=campaign.rng,
        )
        campaign.injected += 1
        assert found[1] is None, "a review does not fail because somebody decided meanwhile"
        assert found[0] is None or isinstance(found[0], RiskEngineError)
        upgrade.refresh_from_db()
        approval = Approval.objects.get(object_type="category_upgrade", object_id=str(upgrade.pk))
        assert (upgrade.state, approval.state) in {("APPROVED", "APPROVED"), ("LAPSED", "VOID")}
        ends[upgrade.state] += 1
    campaign.more |= ends
    record_property("campaign", campaign.figures())
    print(campaign.told())


def test_an_upgrade_decided_since_a_review_read_it_stays_decided(live):
    """What the race above finds by luck, found each time."""
    upgrade = upgrade_asked()
    read = CategoryUpgrade.objects.get(pk=upgrade.pk)
    _upgrade_approve(upgrade, user(is_checker=True), upgrade.content_hash)
    lapse(read)
    upgrade.refresh_from_db()
    assert upgrade.state == "APPROVED"


def test_the_twin_without_the_locks_two_checkers_decide_at_once(live, monkeypatch):
    """Nothing held and nothing looked at again: both believe that they decided."""
    from tests.appr.test_own_change import OBJECTS

    (governed,) = [one for one in OBJECTS if one.object_type == "health_override"]
    _thing, request = asked(governed, live, user())
    checkers = [user(is_checker=True) for _ in range(2)]
    barrier = threading.Barrier(2)

    def unlocked(state, approval, checker, content_hash, at, comment):
        approval = Approval.objects.get(pk=approval.pk)
        approvals._refuse_decided(approval)
        barrier.wait(10)

    monkeypatch.setattr(approvals, "_decide", unlocked)
    found = at_once(*[
        lambda one=one: approvals.approval_approve(
            approval=request, checker=one, content_hash=request.content_hash, at=timezone.now()
        )
        for one in checkers
    ])  # fmt: skip
    assert found == [None, None]
