"""The governed settings on delinquency, one of each for a product: its buckets, and how its loans are classified."""

import datetime as dt
from dataclasses import dataclass
from typing import Final

import msgspec
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from audit.governed_kinds import Kind
from audit.services.governed_live import governed_live
from lending.models import Product
from lending.product_names import products_named
from monitoring.delinquency.buckets import Bucket, BucketProblem, bucket_problems
from monitoring.delinquency.classification import LoanClassification, classification_problems
from monitoring.delinquency.dpd import NO_HOLIDAYS, Holidays

SATURDAY: Final = 6


class DelinquencyBuckets(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Buckets of days past due, the days on which nothing falls due, and the weekends worked in exchange."""

    buckets: list[Bucket]
    holidays: list[dt.date] = []
    working_weekends: list[dt.date] = []


@dataclass(frozen=True)
class Policies:
    """What is in force for a product on a business date; None: nothing is."""

    buckets: DelinquencyBuckets | None
    classification: LoanClassification | None
    grace_days: int

    @property
    def holidays(self) -> Holidays:
        """Days on which nothing falls due."""
        return frozenset(self.buckets.holidays) if self.buckets else NO_HOLIDAYS


def policies_of(product: Product, on: dt.date) -> Policies:
    """What is in force for a product on a business date."""
    buckets = governed_live(BUCKETS_KIND.code, product.code, on=on)
    classification = governed_live(CLASSIFICATION_KIND.code, product.code, on=on)
    return Policies(
        buckets.value if buckets else None, classification.value if classification else None, product.grace_days
    )


def _bucket_words(problem: BucketProblem) -> str:
    names = {"first": problem.first, "second": problem.second}
    return {
        "none": _("There is no bucket."),
        "starts_late": _("The first bucket begins at 0 days."),
        "gap": _("Between the buckets %(first)s and %(second)s there is a gap."),
        "overlap": _("The buckets %(first)s and %(second)s overlap."),
        "backwards": _("The bucket %(first)s ends before it begins."),
        "goes_on": _("The bucket %(first)s goes on without end, so %(second)s overlaps it."),
        "ends": _("The last bucket, %(first)s, goes on without end: leave its last day empty."),
        "twice": _("The code %(first)s is there twice."),
    }[problem.code] % names


def _buckets_check(document: DelinquencyBuckets, name: str) -> list[str]:
    found = [_bucket_words(problem) for problem in bucket_problems(document.buckets)]
    for day in document.working_weekends:
        if day.isoweekday() < SATURDAY:
            found.append(_("%(day)s is no Saturday or Sunday: it is worked anyway.") % {"day": day})
        elif day in document.holidays:
            found.append(_("%(day)s is both a holiday and a weekend that is worked.") % {"day": day})
    return found + _product_problem(name)


def _classification_check(document: LoanClassification, name: str) -> list[str]:
    words = {
        "none": _("There is no category."),
        "twice": _("The code %(code)s is there twice."),
        "too_many": _("There are too many categories."),
        "first_not_zero": _("The best category begins at 0 days."),
        "not_rising": _("The category %(code)s must begin at more days than the one before it."),
        "unknown_code": _("There is no category %(code)s."),
    }
    found = [words[problem] % {"code": code} for problem, code in classification_problems(document)]
    if not (document.citation.en.strip() and document.citation.zh.strip()):
        found.append(_("Say in both languages where it comes from."))
    return found + _product_problem(name)


def _product_problem(name: str) -> list[str]:
    return [] if Product.objects.filter(code=name).exists() else [_("There is no product of this code.")]


BUCKETS_KIND = Kind(
    "delinquency_buckets",
    DelinquencyBuckets,
    title=gettext_lazy("Buckets of days past due"),
    help=gettext_lazy("Every number of days from 0 on is in exactly one bucket. One for each product."),
    check=_buckets_check,
    name_choices=products_named,
    labels={
        "buckets": gettext_lazy("Buckets"),
        "buckets.code": gettext_lazy("Code"),
        "buckets.from_days": gettext_lazy("From days past due"),
        "buckets.to_days": gettext_lazy("To days past due (empty: without end)"),
        "buckets.name": gettext_lazy("What it is called"),
        "holidays": gettext_lazy("Public holidays: what is due then is due on the next day, and nobody works"),
        "working_weekends": gettext_lazy("Saturdays and Sundays that are worked in exchange for a holiday"),
    },
)
CLASSIFICATION_KIND = Kind(
    "loan_classification",
    LoanClassification,
    title=gettext_lazy("Classification of loans"),
    help=gettext_lazy(
        "From how many days past due a loan is in a category at least, and what it takes to rise again. A loan falls"
        " at once; a payment alone never raises it. One for each product, dated and with its source."
    ),
    check=_classification_check,
    name_choices=products_named,
    labels={
        "categories": gettext_lazy("Categories, the best first"),
        "categories.code": gettext_lazy("Code"),
        "categories.from_days": gettext_lazy("From days past due"),
        "categories.name": gettext_lazy("What it is called"),
        "citation": gettext_lazy("Where it comes from"),
        "impaired_from": gettext_lazy("Impaired from the category"),
        "restructured_at_least": gettext_lazy("Restructured and under observation: at least"),
        "diverted_at_least": gettext_lazy("Diversion confirmed: at least"),
        "refinanced_at_least": gettext_lazy("Arrears refinanced: at least"),
        "technical_days": gettext_lazy("Days a confirmed technical overdue may last"),
        "cure_periods": gettext_lazy("Cure: instalments paid on time after the arrears"),
        "cure_months": gettext_lazy("Cure: months of payment on time after the arrears"),
        "cure_needs": gettext_lazy("Cure: which of them"),
        "cure_needs=longer": gettext_lazy("both, the longer of them"),
        "cure_needs=either": gettext_lazy("either of them"),
        "observation_months": gettext_lazy("Observation after a restructuring: months at least"),
        "observation_periods": gettext_lazy("Observation after a restructuring: instalments at least"),
        "refinancing_days": gettext_lazy("Days between a new loan and cleared arrears that are noticed"),
    },
    is_protective=True,
)
