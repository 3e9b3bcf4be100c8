"""A case as its page shows it: why, how it went, what is proposed, what this person may do now, and what happened."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any, Final

from django.utils.translation import ngettext

from audit.models import User
from audit.moments import moment_words
from audit.services.approvals import CHECK_PERMISSION, approval_pending
from lending.business_dates import business_date_of
from lending.models import RiskEvent
from monitoring.admin.cases.charts import trend
from monitoring.admin.cases.found import found_in
from monitoring.admin.cases.rows import loss_words
from monitoring.admin.cases.words import hits_words
from monitoring.measure_rules import is_risky
from monitoring.models import DelinquencyState, ProposedMeasure, ReviewResult, WarningCase, WarningHit, WarningSnooze
from monitoring.services.cases.closing import OBJECT_TYPE as CLOSING
from monitoring.services.cases.closing import closing_hash, closing_needs_second
from monitoring.services.cases.snoozes import snooze_of
from monitoring.services.cases.work import TAKE_OVER_AFTER
from monitoring.services.cases.writing import topics_of, words_read
from monitoring.warning_policy import WarningPolicy, warning_policy_of
from rules.admin.queue import days_overdue
from rules.words import money_words

REVIEWS_SHOWN: Final = 24
EVENTS_SHOWN: Final = 12
State = WarningCase.State
TONES: Final = {State.OPEN: "info", State.CLAIMED: "warn", State.CLOSING: "warn", State.CLOSED: "good"}
MEASURE_TONES: Final = {"PROPOSED": "info", "WAITING": "warn", "ACCEPTED": "warn", "DONE": "good", "DECLINED": "plain"}


@dataclass
class CaseView:
    """One case as one person may handle it at one moment."""

    case: WarningCase
    user: User
    at: datetime

    @property
    def tone(self) -> str:
        """Colour of the state's badge."""
        return TONES[State(self.case.state)]

    @property
    def hits(self) -> str:
        """How often reviews hit."""
        return hits_words(self.case.hits)

    @property
    def days_overdue(self) -> int:
        """Begun days past due."""
        return (
            0
            if self.case.state == State.CLOSED
            else days_overdue(self.case.due_at, self.at, self.case.product.timezone)
        )

    @property
    def loss(self) -> str:
        """Expected loss in words."""
        return loss_words(self.case)

    @property
    def owed(self) -> str:
        """What is owed, in words."""
        return money_words(self.case.exposure_minor, self.case.product.currency)

    @property
    def owed_first(self) -> str:
        """What was owed when it was opened, in words; empty where it is owed still."""
        minor = self.case.opened_minor
        return "" if minor in (None, self.case.exposure_minor) else money_words(minor, self.case.product.currency)

    @cached_property
    def found_in(self) -> list[tuple[str, str, str]]:
        """What a case without a warning was found in: (what, words, address)."""
        return found_in(self.case)

    @cached_property
    def policy(self) -> WarningPolicy:
        """The policy in force."""
        return warning_policy_of(self.case.product.code, on=business_date_of(self.at, self.case.product.timezone))

    @cached_property
    def snooze(self) -> WarningSnooze | None:
        """The snooze that runs or waits."""
        return snooze_of(self.case, self.at)

    @property
    def snooze_reason(self) -> str:
        """Why it was asked for."""
        return words_read(self.case, self.snooze.reason) if self.snooze else ""

    @cached_property
    def results(self) -> list[ReviewResult]:
        """Reviews of the loan, the newest first; none where it is about no loan."""
        if self.case.about_loan is None:
            return []
        found = ReviewResult.objects.filter(loan=self.case.about_loan).defer("portrait")
        return list(found.select_related("run__product").order_by("-run__as_of", "-run_id")[:REVIEWS_SHOWN])

    @cached_property
    def trend(self) -> dict[str, Any] | None:
        """PD and level over the reviews; None without any."""
        points = [(f"{one.run.as_of_day:%Y-%m-%d}", one.pd, one.level) for one in reversed(self.results)]
        return trend(points) if points else None

    @cached_property
    def quiet_hits(self) -> list[WarningHit]:
        """Hits on this warning that stayed unheard, the newest first."""
        if self.case.warning is None:
            return []
        return list(self.case.warning.quiet_hits.select_related("run__product").order_by("-at")[:REVIEWS_SHOWN])

    @cached_property
    def events(self) -> list[RiskEvent]:
        """What happened to the customer lately, as known now."""
        if self.case.about_customer is None:
            return []
        known = RiskEvent.objects.filter(customer=self.case.about_customer, known_at__lte=self.at)
        return list(known.order_by("-event_at", "-pk")[:EVENTS_SHOWN])

    @property
    def late(self) -> str:
        """Days past due by the last review that counted them, or months late by the last review."""
        state = DelinquencyState.objects.filter(loan=self.case.about_loan).order_by("-as_of", "-pk").first()
        if state is not None:
            return f"{state.dpd}"
        if not self.results:
            return "–"
        late = self.results[0].months_late
        return ngettext("%(count)s month late", "%(count)s months late", late) % {"count": late}

    @property
    def risk(self) -> str:
        """How GRx stands against DS: risky, calm, none (not assessed), or empty before anybody looked."""
        if self.case.assessed_at is None or self.case.ds is None:
            return ""
        return {True: "risky", False: "calm", None: "none"}[is_risky(self.case.grx, self.case.ds)]

    @cached_property
    def measures(self) -> list[dict[str, Any]]:
        """Proposed measures, those that still ask for something first."""
        rows = self.case.measures.select_related("decided_by", "done_by")
        order = list(MEASURE_TONES)
        found = sorted(rows, key=lambda row: (order.index(row.state), row.pk))
        is_mine = self.may["work"]
        return [
            {
                "row": row,
                "tone": MEASURE_TONES[row.state],
                "may_decide": is_mine and row.state == ProposedMeasure.State.PROPOSED,
                "may_finish": is_mine and row.state == ProposedMeasure.State.ACCEPTED,
                "has_letter": bool(row.notice_en),
            }
            for row in found
        ]

    @property
    def level_rose(self) -> bool:
        """Whether the level is another than the one measures were last proposed at."""
        if self.case.assessed_at is None:
            return True
        last = self.case.measures.order_by("-pk").first()
        return last is not None and last.level != self.case.level

    @cached_property
    def may(self) -> dict[str, bool]:
        """What this person may do now."""
        case, state = self.case, State(self.case.state)
        works, is_mine = case.topic in topics_of(self.user), case.claimed_by_id == self.user.pk
        is_stale = case.claimed_at is not None and case.claimed_at <= self.at - TAKE_OVER_AFTER
        return {
            "note": works,
            "claim": works and state == State.OPEN,
            "work": works and state == State.CLAIMED and is_mine,
            "take_over": works and state == State.CLAIMED and not is_mine and is_stale,
            "wait": works and state == State.CLAIMED and not is_mine and not is_stale,
            "reopen": works and state == State.CLOSED,
            "second": state == State.CLOSING and case.closed_by_id != self.user.pk and self._checks,
        }

    @property
    def _checks(self) -> bool:
        return self.user.has_perm(CHECK_PERMISSION)

    @property
    def needs_second(self) -> bool:
        """Whether letting it go takes a second person."""
        return closing_needs_second(self.case.level, "FALSE_ALARM")

    @property
    def content_hash(self) -> str:
        """What a second person would agree to."""
        pending = approval_pending(object_type=CLOSING, object_id=str(self.case.pk))
        return closing_hash(self.case) if pending else ""

    @cached_property
    def steps(self) -> list[dict[str, Any]]:
        """What happened, the newest first."""
        steps = self.case.steps.select_related("by").order_by("-at", "-pk")
        return [
            {"step": step, "words": words_read(self.case, step.note), "about": _about(step.facts)} for step in steps
        ]

    @property
    def snooze_most(self) -> str:
        """The last day that can be chosen."""
        return f"{self.at + timedelta(days=self.policy.snooze_days_most - 1):%Y-%m-%d}"

    @property
    def snooze_least(self) -> str:
        """The first day that can be chosen."""
        return f"{self.at + timedelta(days=1):%Y-%m-%d}"


def _about(facts: dict[str, Any]) -> str:
    if facts.get("measure"):
        return str(ProposedMeasure.Measure(facts["measure"]).label)
    if facts.get("outcome") in WarningCase.Outcome.values:
        return str(WarningCase.Outcome(facts["outcome"]).label)
    return moment_words(datetime.fromisoformat(facts["until"])) if facts.get("until") else ""
