"""The notice to a customer about a measure, in the words of the scheme; nothing is stored and nobody is named."""

from typing import ClassVar

from django.conf import settings
from django.utils.translation import override

from lending.business_dates import business_date_of
from monitoring.models import ProposedMeasure
from monitoring.services.cases.errors import NothingWaits
from rules.localised import localised
from rules.services.letters.letter import LANGUAGES, Letter
from rules.words import Language


class Notice(Letter, frozen=True, kw_only=True):
    """Everything a notice says of a measure; dated when it was accepted, or proposed until then."""

    template: ClassVar[str] = "monitoring/case/letter.html"
    loan: str
    measure: str
    notice: str
    basis: str
    clause: str
    reasons: list[str]
    is_adverse: bool
    is_draft: bool
    """Not accepted: it must not be sent."""


def notice_of(measure: ProposedMeasure, language: Language) -> Notice:
    """The notice of a measure with a wording. Raises NothingWaits where the scheme has none, or it was declined."""
    words = {"en": measure.notice_en, "zh": measure.notice_zh}[language]
    if not words or measure.state == ProposedMeasure.State.DECLINED:
        raise NothingWaits("This measure has no notice.", measure=measure.pk)
    product = measure.case.product
    with override(LANGUAGES[language]):
        return Notice(
            language=language,
            creditor=settings.CREDITOR_NAME,
            contact=settings.CREDITOR_CONTACT,
            product=localised(product, "name"),
            loan=measure.case.about_loan.external_id if measure.case.about_loan else "",
            measure=str(measure.get_measure_display()),
            dated=business_date_of(measure.decided_at or measure.proposed_at, product.timezone),
            notice=words,
            basis={"en": measure.basis_en, "zh": measure.basis_zh}[language],
            clause=measure.clause,
            reasons=[localised(reason) for reason in measure.case.causes],
            is_adverse=measure.is_adverse,
            is_draft=measure.state in (ProposedMeasure.State.PROPOSED, ProposedMeasure.State.WAITING),
        )
