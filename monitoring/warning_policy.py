"""The governed policy on warnings, one for each product: capacity of officers, how fast levels fall, what stays quiet
for how long, when work is due, and when facts about many or about others tell of trouble."""

from datetime import date
from typing import Annotated, Final

import msgspec
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop

from audit.governed_kinds import Kind
from audit.services.governed_live import governed_live
from lending.models import CustomerStanding, Product
from lending.product_names import products_named
from monitoring.levels import NONE, level_rank
from monitoring.triggers.events import SHIPPED, CaseLevel, EventThresholds

KIND_CODE: Final = "warning_policy"
Days = Annotated[int, msgspec.Meta(ge=0, le=366)]
WorkingDays = Annotated[int, msgspec.Meta(ge=1, le=60)]
_INDICATOR_HELP: Final = gettext_noop("The code it is imported under, such as unemployment. A rise must be bad news.")
_RISE_HELP: Final = gettext_noop("In the unit of the indicator: 2 where it is in percent, 0.02 where it is a share.")


class WarningPolicy(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How warnings live, and how much work there can be of them.

    A warning worse than `case_from` opens a case; one of this level does if its PD is at least `case_pd` or not known.
    All others are recorded and watched: the next review may open their case.
    """

    capacity_per_day: Annotated[int, msgspec.Meta(ge=1, le=100_000)] = 40
    work_days: Annotated[int, msgspec.Meta(ge=1, le=60)] = 10
    case_from: CaseLevel = "BLUE"
    case_pd: Annotated[float, msgspec.Meta(ge=0.0, le=1.0)] = 0.0
    fall_reviews: Annotated[int, msgspec.Meta(ge=1, le=12)] = 2
    cooldown_days: Days = 14
    snooze_days: Days = 7
    snooze_days_most: Annotated[int, msgspec.Meta(ge=1, le=366)] = 90
    false_alarm_days: Annotated[int, msgspec.Meta(ge=1, le=1_096)] = 180
    loss_given_default: Annotated[float, msgspec.Meta(ge=0.0, le=1.0)] = 0.5
    due_days_blue: WorkingDays = 10
    due_days_yellow: WorkingDays = 5
    due_days_orange: WorkingDays = 2
    due_days_red: WorkingDays = 1
    # What the events of triggers were told by before this policy said it; documents of then are read by these.
    employer_stopped_least: Annotated[int, msgspec.Meta(ge=2, le=1_000)] = SHIPPED.employer_stopped_least
    employer_stopped_share: Annotated[float, msgspec.Meta(ge=0.0, le=1.0)] = SHIPPED.employer_stopped_share
    region_indicator: Annotated[str, msgspec.Meta(pattern="^[a-z][a-z0-9_]{0,39}$", description=_INDICATOR_HELP)] = (
        SHIPPED.region_indicator
    )
    region_months: Annotated[int, msgspec.Meta(ge=1, le=12)] = SHIPPED.region_months
    region_rise: Annotated[float, msgspec.Meta(ge=0.0001, le=10_000.0, description=_RISE_HELP)] = SHIPPED.region_rise
    linked_level: CaseLevel = SHIPPED.linked_level
    linked_months_late: Annotated[int, msgspec.Meta(ge=1, le=12)] = SHIPPED.linked_months_late

    @property
    def events(self) -> EventThresholds:
        """From where on facts about many, or about others, are events of one customer."""
        return EventThresholds(**{name: getattr(self, name) for name in EventThresholds.__struct_fields__})

    @property
    def case_rank(self) -> int:
        """Rank of `case_from`, 1 (BLUE) to 4."""
        return level_rank(self.case_from)

    @property
    def due_days(self) -> tuple[int, int, int, int]:
        """Working days by level, BLUE to RED."""
        return self.due_days_blue, self.due_days_yellow, self.due_days_orange, self.due_days_red


LEVEL_WORDS: Final = {level.value: level.label for level in CustomerStanding.Level if level.value != NONE}
ABSENT: Final = WarningPolicy(cooldown_days=0, snooze_days=0)
"""Where no policy is in force nothing stays quiet on one person's word."""


def warning_policy_of(product_code: str, *, on: date) -> WarningPolicy:
    """The policy in force on a day; ABSENT where there is none."""
    live = governed_live(KIND_CODE, product_code, on=on)
    return ABSENT if live is None else live.value  # type: ignore[no-any-return]


def _check(policy: WarningPolicy, name: str) -> list[str]:
    due = policy.due_days
    checks = {
        _("A snooze without approval cannot be longer than the longest."): policy.snooze_days > policy.snooze_days_most,
        _("A more severe warning cannot be due later than a milder one."): list(due) != sorted(due, reverse=True),
        _("There is no product of this code."): not Product.objects.filter(code=name).exists(),
    }
    return [words for words, is_wrong in checks.items() if is_wrong]


KIND = Kind(
    KIND_CODE,
    WarningPolicy,
    title=gettext_lazy("Policy on early warnings"),
    help=gettext_lazy(
        "How many cases officers can work, how fast a level falls, what stays quiet after a closing or a snooze, when a"
        " case is due, and when an employer, a region or a linked customer counts as in trouble. A worse level is never"
        " kept quiet."
    ),
    check=_check,
    name_choices=products_named,
    labels={
        "capacity_per_day": gettext_lazy("Cases that officers can work in a day"),
        "work_days": gettext_lazy("Working days in which the cases of one review are to be worked off"),
        "case_from": gettext_lazy("Level from which a warning opens a case; a milder one is only watched"),
        **{f"case_from={level}": words for level, words in LEVEL_WORDS.items()},
        "case_pd": gettext_lazy("PD from which a warning of this very level opens a case"),
        "fall_reviews": gettext_lazy("Days in a row on which reviews must find less before a level falls"),
        "cooldown_days": gettext_lazy("Days after a closing in which the same or a milder level stays quiet"),
        "snooze_days": gettext_lazy("Days that one person may snooze a warning"),
        "snooze_days_most": gettext_lazy("Longest snooze in days, with a second person"),
        "false_alarm_days": gettext_lazy("Days in which a default makes a false alarm wrong"),
        "loss_given_default": gettext_lazy("Loss given default, for the order of the queue"),
        "due_days_blue": gettext_lazy("Working days until a blue case is due"),
        "due_days_yellow": gettext_lazy("Working days until a yellow case is due"),
        "due_days_orange": gettext_lazy("Working days until an orange case is due"),
        "due_days_red": gettext_lazy("Working days until a red case is due"),
        "employer_stopped_least": gettext_lazy("Employer in shock: customers of it whose income stopped, at least"),
        "employer_stopped_share": gettext_lazy("Employer in shock: their share of its customers with a usual income"),
        "region_indicator": gettext_lazy("Region in shock: indicator"),
        "region_months": gettext_lazy("Region in shock: months within which it rose"),
        "region_rise": gettext_lazy("Region in shock: rise from which it is one"),
        "linked_level": gettext_lazy("Guarantor or linked customer in trouble: from this level of warning"),
        **{f"linked_level={level}": words for level, words in LEVEL_WORDS.items()},
        "linked_months_late": gettext_lazy("Guarantor or linked customer in trouble: months late, with no warning"),
    },
)
