"""What a trace means under a policy: consistent, suspected, or not to be told. A person alone confirms. Pure."""

from collections import Counter
from dataclasses import dataclass, replace
from datetime import timedelta
from enum import StrEnum
from typing import Final

from lending.transaction_categories import Lexicon
from monitoring.diversion.classify import classes_of
from monitoring.diversion.model import Relation, Stream, Transaction
from monitoring.diversion.policy import ALWAYS_HARMLESS, LoanUsePolicy, Use
from monitoring.diversion.statements import Basis
from monitoring.diversion.trace import Trace, TraceRules, stream_check, trace


class State(StrEnum):
    """Of a finding. CONFIRMED is never given here."""

    CONSISTENT = "CONSISTENT"
    SUSPECTED = "SUSPECTED"
    CONFIRMED = "CONFIRMED"
    UNTRACEABLE = "UNTRACEABLE"


class Cause(StrEnum):
    """What a verdict rests on, or what a person should know beside it."""

    PROHIBITED_USE = "prohibited_use"
    CIRCULAR = "circular"
    OFF_PURPOSE = "off_purpose"
    UNTRACEABLE = "untraceable"
    OPENING_ASSUMED = "opening_assumed"
    PAYEE_NOT_CONTROLLED = "payee_not_controlled"
    PURPOSE_UNKNOWN = "purpose_unknown"
    OWN_MONEY = "own_money"
    """The purpose took enough of the loan, and own money was enough for some of what is prohibited."""


KNOWN_DAYS_LEAST: Final = timedelta(days=30)
"""A habit is not told from less than this, whatever shorter time the statements cover before the payout."""
_NO_SPENDING: Final = (Use.REPAYMENT, Use.OVERDRAFT)
CAUSES_OF_SUSPICION = frozenset({Cause.PROHIBITED_USE, Cause.CIRCULAR, Cause.OFF_PURPOSE})


@dataclass(frozen=True, slots=True)
class Verdict:
    """Shares of the disbursed amount, 0 … 1 (circular may exceed 1), and amounts in minor units."""

    state: State
    causes: tuple[Cause, ...]
    diverted_minor: int
    untraceable_minor: int
    off_purpose_minor: int
    circular_minor: int
    disbursed_minor: int
    prohibited: dict[str, int]
    """What went to each prohibited use beyond the habit."""
    habitual: dict[str, int]
    """What went there as it used to before the loan: not held against the borrower."""

    @property
    def diverted_share(self) -> float:
        """Of the disbursed amount, in prohibited uses."""
        return self.diverted_minor / self.disbursed_minor

    @property
    def untraceable_share(self) -> float:
        """Of the disbursed amount, of which nothing can be said."""
        return self.untraceable_minor / self.disbursed_minor


def rules_of(policy: LoanUsePolicy) -> TraceRules:
    """How the policy has money followed."""
    return TraceRules(policy.method, policy.tracing_days, policy.hops)


def judge(stream: Stream, policy: LoanUsePolicy, lexicon: Lexicon | None = None) -> tuple[Trace, Verdict]:
    """Trace a stream and say what it means. Raises StreamUnusable."""
    found = trace(stream, rules_of(policy), lexicon)
    return found, verdict_of(stream, found, policy, lexicon)


def verdict_of(stream: Stream, found: Trace, policy: LoanUsePolicy, lexicon: Lexicon | None = None) -> Verdict:
    """What the trace means under the policy.

    Prohibited uses count as far as they exceed the habit: what the borrower's own accounts paid for the same use in
    the `habit_days` before the first payout, by days that statements cover. A use that the declared purpose names is
    not held against it unless it is prohibited always. Where enough of the loan was spent as declared, prohibited uses
    count only as far as own money could not have paid them: who paid for the purpose has spent the loan. For a purpose
    without uses of its own that is whatever may be paid, beyond the habit.
    """
    purpose = policy.purpose(stream.disbursement.purpose)
    fitting = set(purpose.uses) if purpose else set[Use]()
    against = policy.against(stream.disbursement.purpose)
    habit, paid = _habit_shares(stream, found, policy, lexicon)
    declared = fitting or ({*Use} - {*against, *policy.not_followed, *_NO_SPENDING} if purpose else set[Use]())
    served = sum(paid[use] * (1 - habit.get(use, 0.0)) for use in declared) / found.disbursed_minor
    is_spared = bool(declared) and policy.own_money_share is not None and served >= policy.own_money_share
    least = _least(stream, found, policy, declared, lexicon) if is_spared else found
    by_own = _paid_by_own(stream, found)
    prohibited, habitual, spared = {}, {}, 0
    for use in against:
        held = found.used.get(use, 0)
        amount = min(held, least.used.get(use, 0))
        spared += held - amount
        usual = int(min(amount, by_own[use]) * habit.get(use, 0.0))
        if held:
            prohibited[str(use)], habitual[str(use)] = amount - usual, usual
    lost = sum(found.lost.values()) + sum(found.used.get(use, 0) for use in policy.not_followed if use not in fitting)
    diverted = sum(prohibited.values())
    off_purpose = _off_purpose(found, fitting, {*against, *policy.not_followed}) if fitting else 0
    is_assumed = any(opening.basis is Basis.LEAST for opening in found.openings)
    if is_assumed and policy.unknown_opening == "untraceable":
        diverted = off_purpose = 0
        lost = found.disbursed_minor - sum(found.remaining.values())
    total = found.disbursed_minor
    checks = {
        Cause.PROHIBITED_USE: diverted >= policy.suspicion_share * total,
        Cause.CIRCULAR: found.circular_minor >= policy.circular_share * total,
        Cause.OFF_PURPOSE: off_purpose >= policy.off_purpose_share * total,
        Cause.UNTRACEABLE: lost >= policy.untraceable_share * total,
        Cause.OPENING_ASSUMED: is_assumed,
        Cause.PAYEE_NOT_CONTROLLED: _is_payee_missed(total, policy),
        Cause.PURPOSE_UNKNOWN: purpose is None,
        Cause.OWN_MONEY: spared > 0,
    }
    causes = tuple(cause for cause, is_there in checks.items() if is_there)
    if CAUSES_OF_SUSPICION & set(causes):
        state = State.SUSPECTED
    else:
        state = State.UNTRACEABLE if Cause.UNTRACEABLE in causes else State.CONSISTENT
    return Verdict(state, causes, diverted, lost, off_purpose, found.circular_minor, total, prohibited, habitual)


def _is_payee_missed(disbursed_minor: int, policy: LoanUsePolicy) -> bool:
    """What is traced reached the borrower's own account, so no payee was paid in the borrower's place."""
    least = policy.payee_controlled_from_minor
    return least is not None and disbursed_minor > least


def _off_purpose(found: Trace, fitting: set[Use], others: set[Use]) -> int:
    harmless = {str(use) for use in fitting | others | ALWAYS_HARMLESS}
    return sum(amount for use, amount in found.used.items() if use not in harmless)


def _habit_shares(
    stream: Stream, found: Trace, policy: LoanUsePolicy, lexicon: Lexicon | None = None
) -> tuple[dict[str, float], Counter[str]]:
    """By use: the share of what own accounts paid in the window that they paid before at the same pace, 0 … 1; and what
    they paid in the window, minor units."""
    start = stream_check(stream)[0]
    classes = classes_of(stream, lexicon)
    own = {account.id for account in stream.accounts if account.relation is Relation.OWN}
    since = start.at - timedelta(days=policy.habit_days)
    first = min(line.at for line in stream.transactions if line.account_id in own or line.id == start.id)
    before, after = Counter[str](), Counter[str]()
    for line in stream.transactions:
        if line.amount_minor < 0 and line.account_id in own and since <= line.at <= found.until:
            counted = before if _is_before(line, start) else after
            counted[classes[line.id].category] -= line.amount_minor
    seen_until = min(found.until, max(line.at for line in stream.transactions))
    known = min(timedelta(days=policy.habit_days), max(start.at - first, KNOWN_DAYS_LEAST))
    pace = (seen_until - start.at) / known if known else 0.0
    return {use: min(1.0, before[use] * pace / amount) for use, amount in after.items()}, after


def _paid_by_own(stream: Stream, found: Trace) -> Counter[str]:
    """The loan's money by use that the borrower's own accounts paid: a habit of theirs says nothing of others'."""
    own = {f"account:{account.id}" for account in stream.accounts if account.relation is Relation.OWN}
    paid = Counter[str]()
    for flow in found.flows:
        if flow.source in own:
            paid[flow.target.removeprefix("use:")] += flow.amount_minor
        elif flow.target in own:
            paid[flow.source.removeprefix("use:")] -= flow.amount_minor
    return paid


def _least(stream: Stream, found: Trace, policy: LoanUsePolicy, declared: set[Use], lexicon: Lexicon | None) -> Trace:
    """The trace in the borrower's favour: the loan's money for the purpose first, own money for everything else."""
    if not any(found.used.get(use) for use in policy.against(stream.disbursement.purpose)):
        return found
    return trace(stream, replace(rules_of(policy), declared=frozenset(map(str, declared))), lexicon)


def _is_before(line: Transaction, start: Transaction) -> bool:
    return (line.at, line.id) < (start.at, start.id)
