"""Health codes of the demo: a policy, a key, recipients, and made-up shares, a dispute and an override to look at."""

from datetime import datetime, timedelta

from django.db import transaction

from audit.models import User
from monitoring.health.colour import HealthPolicy
from monitoring.health.policy import KIND_CODE
from monitoring.models import HealthCode, HealthRecipient
from monitoring.services.health.disputes import dispute_open
from monitoring.services.health.keys import keys_rotate
from monitoring.services.health.links import link_hand_over, link_open
from monitoring.services.health.overrides import override_ask, override_decide, override_hash
from monitoring.services.health.recipients import recipient_register
from monitoring.services.health.shares import share_start
from monitoring.services.health.verification import share_check, share_verify
from riskengine.demo.governed import governed_ensure

NOTE = "As shipped with the demo, whose book ends in 2005: its data would otherwise be far too old for any colour."
STALE_DAYS = 10_000
BANK, ADVICE = "example-bank", "debt-advice"


def health_policy_ensure(*, maker: User, checker: User, at: datetime) -> bool:
    """Take the health policy live unless one is; whether it did."""
    policy = HealthPolicy(stale_days=STALE_DAYS)
    return governed_ensure(kind=KIND_CODE, name="", document=policy, note=NOTE, maker=maker, checker=checker, at=at)


@transaction.atomic
def health_story_ensure(*, staff: dict[str, User], at: datetime) -> int:
    """A key, two recipients, and what happened around a few codes, once; how many codes there are, 0 if done before."""
    if HealthRecipient.objects.exists():
        return 0
    keys_rotate(at=at)
    keeper = staff["administrator"]
    _bank, secret = recipient_register(
        code=BANK, name="Example Bank", purposes=["credit_application", "refinancing"], actor=keeper, at=at
    )
    recipient_register(code=ADVICE, name="Example Debt Advice", purposes=["debt_advice"], actor=keeper, at=at)
    for colour in ("AMBER", "RED", "GREEN"):
        _story(colour, secret, staff, at)
    return HealthCode.objects.filter(is_current=True).count()


def _story(colour: str, secret: str, staff: dict[str, User], at: datetime) -> None:
    code = HealthCode.objects.filter(is_current=True, colour=colour).select_related("customer").order_by("pk").first()
    if code is None:
        return
    who = code.customer
    link, secret_of_link = link_hand_over(customer=who, staff=staff["reviewer"], identity="ID_CARD", at=at)
    link_open(secret=secret_of_link, at=at)
    _share, shown = share_start(link=link, recipient_code=BANK, purpose="credit_application", at=at)
    share_verify(code=shown, access_code=secret, channel="PAGE", at=at)
    _share, waits = share_start(link=link, recipient_code=ADVICE, purpose="debt_advice", at=at)
    share_check(code=waits, channel="API", at=at)
    if colour == "AMBER":
        override = override_ask(
            customer=code.customer,
            colour="GREEN",
            reason="Made up for the demo: the arrears were an error of our own bookkeeping.",
            until=at + timedelta(days=30),
            maker=staff["reviewer"],
            at=at,
        )
        override_decide(
            override=override,
            checker=staff["checker"],
            content_hash=override_hash(override),
            is_approved=True,
            comment="Seen in the books.",
            at=at,
        )
    if colour == "RED":
        text = "Made up for the demo: I paid the last two instalments in time."
        dispute_open(
            customer=code.customer,
            kind="APPEAL",
            subject="DELINQUENCY",
            text=text,
            channel="PAGE",
            actor="holder",
            at=at,
        )
