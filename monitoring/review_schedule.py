"""The governed schedule of reviews, one for each product: who is looked at how often."""

from typing import Annotated, Final

import msgspec
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from audit.governed_kinds import Kind
from lending.models import CustomerStanding, Product
from lending.product_names import products_named
from riskengine.errors import RiskEngineError
from rules.language import Held, Scope, Type, check, held, parse
from rules.language.problems import ExpressionInvalid
from rules.localised import localised
from scoring.catalogue import Catalogue
from scoring.services.catalogues.life import catalogue_live

KIND_CODE: Final = "review_schedule"
STANDARD: Final = "standard"
"""The segment of loans for which no condition holds."""
Days = Annotated[int, msgspec.Meta(ge=1, le=400)]


class ScheduleSegment(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Loans for which `when` holds are due again `days` after a review; the first segment that holds counts."""

    code: Annotated[str, msgspec.Meta(pattern="^[a-z][a-z0-9_]{0,39}$")]
    en: Annotated[str, msgspec.Meta(min_length=1, max_length=120)]
    zh: Annotated[str, msgspec.Meta(min_length=1, max_length=120)]
    when: Annotated[str, msgspec.Meta(min_length=1, max_length=2_000)]
    days: Days


class ReviewSchedule(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Segments in their order; all other loans are due again after `days`. `stale_days`: how late is too late."""

    segments: Annotated[list[ScheduleSegment], msgspec.Meta(max_length=50)] = []
    days: Days = 30
    stale_days: Days = 3


def schedule_scope(catalogue: Catalogue, product: str) -> Scope:
    """What a condition may read: the portrait's variables, and what the review found (`pd`, `level`, `months_late`)."""
    names: dict[str, Held] = {
        name: held(item.type, [code.code for code in item.codes])
        for name, item in catalogue.of_product(product).items()
        if not item.is_prohibited_basis and not item.is_alternative
    }
    found = {"pd": Held(Type.NUMBER), "level": held("string", list(CustomerStanding.Level)), "grade": held("string")}
    return Scope(names | found | {"months_late": Held(Type.NUMBER)})


def _check(schedule: ReviewSchedule, name: str) -> list[str]:
    codes = [segment.code for segment in schedule.segments]
    found = []
    if len(set(codes)) < len(codes) or STANDARD in codes:
        found.append(_("Each segment needs a code of its own, and “standard” is everybody else's."))
    if not Product.objects.filter(code=name).exists():
        return [*found, _("There is no product of this code.")]
    try:
        scope = schedule_scope(catalogue_live(), name)
    except RiskEngineError:
        return [*found, _("No variable catalogue is live.")]
    return [*found, *(words for segment in schedule.segments for words in _problems(segment, scope))]


def _problems(segment: ScheduleSegment, scope: Scope) -> list[str]:
    try:
        problems = check(parse(segment.when), scope, expected=Type.BOOLEAN)
    except ExpressionInvalid as error:
        problems = error.problems
    return [f"{segment.code}: {localised(problem, 'message')}" for problem in problems]


KIND = Kind(
    KIND_CODE,
    ReviewSchedule,
    title=gettext_lazy("Review schedule"),
    help=gettext_lazy(
        "How often the loans of a product are reviewed, by segment. Without one every loan is reviewed every day. News"
        " of a customer bring their loans up within minutes, whatever the schedule says."
    ),
    check=_check,
    name_choices=products_named,
    labels={
        "segments": gettext_lazy("Segments, the first that holds counts"),
        "segments.code": gettext_lazy("Code"),
        "segments.en": gettext_lazy("Name (English)"),
        "segments.zh": gettext_lazy("Name (Chinese)"),
        "segments.when": gettext_lazy("Condition on the portrait, pd, level, grade or months_late"),
        "segments.days": gettext_lazy("Days until the next review"),
        "days": gettext_lazy("Days until the next review of all others"),
        "stale_days": gettext_lazy("Days overdue from which a loan counts as stale"),
    },
)
