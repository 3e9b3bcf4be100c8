"""The letter an applicant is owed: what was decided, the principal reasons, the data used, and their rights.

It is a view of the decision's own document, and of what a person decided since; nothing is stored. It names the
application by its number alone: no name, no identifier, no score. Wordings are those of the decision's catalogue.
"""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any, ClassVar
from uuid import UUID

import msgspec
from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from lending.business_dates import business_date_of
from riskengine.errors import Conflict, RiskEngineError
from rules.engine.principal import DECLINED_CODE, NEUTRAL_CODE
from rules.models import Decision, ReferralResolution
from rules.services.bundles.loading import Bundle
from rules.services.bundles.model_choice import features_read
from rules.services.decisions.answer import NEUTRAL
from rules.services.decisions.document import DecisionDocument, Sealed
from rules.services.decisions.errors import DecisionNotFound
from rules.services.decisions.reading import decision_record
from rules.services.decisions.replay import bundle_of, inputs_of
from rules.services.letters.letter import LANGUAGES, Letter
from rules.services.reasons.counterfactuals import ChangedValue, counterfactual_of
from rules.variable_words import variable_words
from rules.words import Language, money_words, pick, value_words
from scoring.catalogue import Reason

DECLINED, REFERRED, COUNTER_OFFER = "declined", "referred", "counter_offer"
SOURCES: dict[str, str | Promise] = {
    "application": _("what was stated in your application and the papers that came with it"),
    "bureau": _("a report from a credit bureau"),
    "loan": _("our own record of your accounts and loans with us"),
    "standing": _("our own record of your accounts and loans with us"),
    "velocity": _("our own record of recent applications and events"),
    "list": _("lists that we keep after confirmed fraud or for verification"),
    "model": _("a model of ours that weighs the amount asked"),
    "fact": _("facts recorded about you earlier, by you or with your consent"),
}


class LetterNotOwed(Conflict):
    """The application was approved as asked for: nothing adverse was decided that a letter would explain."""

    code = "letter_not_owed"


class Offer(msgspec.Struct, frozen=True):
    """What is offered instead, in words."""

    amount: str
    rate: str
    term: str


class DecisionLetter(Letter, frozen=True, kw_only=True):
    """Everything a letter says of a decision; dated when it was decided."""

    template: ClassVar[str] = "riskengine/letter/decision.html"
    kind: str
    """declined, referred or counter_offer."""
    is_by_person: bool
    has_model: bool
    """Whether a statistical model was asked."""
    application: str
    reasons: list[str]
    """At most four; wordings for applicants only."""
    sources: list[str]
    offer: Offer | None
    alternatives: list[list[tuple[str, str, str]]]
    """Label, value it would have taken, value it had; what would have been approved by itself."""


def letter_of_client(*, client_id: int, decision_id: UUID, language: Language) -> DecisionLetter:
    """The letter of a client's own decision. Raises DecisionNotFound, for others' too, and LetterNotOwed."""
    decision = _decisions().filter(pk=decision_id, application__client_id=client_id).first()
    if decision is None:
        raise DecisionNotFound("There is no such decision of yours.")
    return letter_of(decision, language)


def letter_of(decision: Decision, language: Language) -> DecisionLetter:
    """The letter of a decision; of a referral that a person has decided since, of their decision.

    Raises LetterNotOwed. An erased customer's letter still says what was decided and why; offers and values are gone.
    """
    record = decision_record(decision)
    document, sealed = record.document, record.sealed
    resolution = ReferralResolution.objects.filter(decision=decision).first()
    kind = _kind(document, resolution)
    bundle = _bundle(document)
    is_machine = resolution is None
    with override(LANGUAGES[language]):
        return DecisionLetter(
            language=language,
            kind=kind,
            is_by_person=not is_machine,
            has_model=document.pd is not None,
            creditor=settings.CREDITOR_NAME,
            contact=settings.CREDITOR_CONTACT,
            product=pick((decision.product.name_en, decision.product.name_zh), language),
            application=decision.application.external_id,
            dated=_decided_on(decision, resolution),
            reasons=_reasons(document, bundle, language) if resolution is None else _told(resolution.reasons, language),
            sources=_sources(bundle),
            offer=_offer(decision, sealed, resolution, language) if kind == COUNTER_OFFER else None,
            alternatives=_alternatives(document, sealed, bundle, language) if is_machine and kind != REFERRED else [],
        )


def is_letter_owed(decision: Decision, document: DecisionDocument) -> bool:
    """Whether `letter_of` gives one."""
    try:
        _kind(document, ReferralResolution.objects.filter(decision=decision).first())
    except LetterNotOwed:
        return False
    return True


def _decisions() -> Any:
    return Decision.objects.select_related("application__customer", "product")


def _kind(document: DecisionDocument, resolution: ReferralResolution | None) -> str:
    outcome = document.outcome if resolution is None else resolution.outcome
    is_counter_offer = document.is_counter_offer if resolution is None else resolution.is_counter_offer
    if outcome == "DECLINE":
        return DECLINED
    if outcome == "REFER":
        return REFERRED
    if is_counter_offer:
        return COUNTER_OFFER
    raise LetterNotOwed("The application was approved as asked for.", decision=document.id)


def _bundle(document: DecisionDocument) -> Bundle | None:
    try:
        return bundle_of(document)
    except RiskEngineError:
        return None


def _decided_on(decision: Decision, resolution: ReferralResolution | None) -> date:
    at: datetime = decision.decided_at if resolution is None else resolution.resolved_at
    return business_date_of(at, decision.product.timezone)


def _reasons(document: DecisionDocument, bundle: Bundle | None, language: Language) -> list[str]:
    """What the caller was told, as far as an applicant may read it; at least the neutral reason."""
    wordings: Mapping[str, Reason] = bundle.wordings if bundle else {}
    neutral = wordings.get(DECLINED_CODE if document.outcome == "DECLINE" else NEUTRAL_CODE, NEUTRAL)
    told = [
        reason if (reason := wordings.get(code)) is not None and reason.audience == "applicant" else neutral
        for code in document.answer_reasons
    ]
    return list(dict.fromkeys(pick((reason.en, reason.zh), language) for reason in told or [neutral]))


def _told(reasons: Iterable[Mapping[str, str]], language: Language) -> list[str]:
    return [reason[language] for reason in reasons]


def _sources(bundle: Bundle | None) -> list[str]:
    """Where the variables came from that the policy and the model read."""
    if bundle is None or bundle.catalogue is None:
        return []
    read = features_read(bundle)
    variables = bundle.catalogue.of_product(bundle.product_code)
    used = [variables[name].source for name in variables if name in read]
    return list(dict.fromkeys(str(SOURCES.get(source, source)) for source in used))


def _offer(
    decision: Decision, sealed: Sealed | None, resolution: ReferralResolution | None, language: Language
) -> Offer | None:
    if resolution is not None and resolution.amount_minor is not None:
        amount, rate, term = resolution.amount_minor, resolution.annual_rate, resolution.term_months
    elif sealed is not None and sealed.offer:
        names = ("amount_offered_minor", "annual_rate", "term_months")
        amount, rate, term = (sealed.offer[name] for name in names)
    else:
        return None
    return Offer(
        money_words(amount, decision.product.currency),
        value_words(rate, "share", language),
        value_words(term, "months", language),
    )


def _alternatives(
    document: DecisionDocument, sealed: Sealed | None, bundle: Bundle | None, language: Language
) -> list[list[tuple[str, str, str]]]:
    """None where a reason was kept back: what would have passed could tell it."""
    if sealed is None or bundle is None or document.answer_reasons != document.reasons:
        return []
    found = counterfactual_of(inputs_of(document, sealed, bundle), bundle)
    return [changes_words(changes, bundle, language) for changes in found.alternatives] if found else []


def changes_words(changes: Iterable[ChangedValue], bundle: Bundle, language: Language) -> list[tuple[str, str, str]]:
    """Changed values as label, new value and old value in words."""
    variables = bundle.catalogue.of_product(bundle.product_code) if bundle.catalogue else {}
    return [
        (
            pick((variables[change.variable].en, variables[change.variable].zh), language),
            variable_words(variables[change.variable], change.after, language),
            variable_words(variables[change.variable], change.before, language),
        )
        for change in changes
    ]
