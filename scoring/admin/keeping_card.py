"""Who answers for a model, by when it is validated anew, when it must go; and the way to say so where nobody has."""

from datetime import date
from urllib.parse import urlencode

from django.http import HttpRequest
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext as _

from audit.admin.page import page_url
from audit.governed_kinds import ADD
from lending.business_dates import business_date_of
from scoring.admin.frozen import in_language
from scoring.models import ModelPackage
from scoring.services.models.keeping import KIND, KIND_CODE, Keeping, keeping_of

Facts = list[tuple[str, str]]


def keeping_today(model: ModelPackage) -> Keeping:
    """What is stated of a model today."""
    return keeping_of(model, today_of(model))


def today_of(model: ModelPackage) -> date:
    """The business date where the model's product is lent."""
    return business_date_of(timezone.now(), model.product.timezone)


def validation_text(keeping: Keeping, on: date) -> str:
    """By when the model must be validated anew; marked where that day has passed."""
    day = str(keeping.next_validation_on or "–")
    if not keeping.is_overdue(on):
        return day
    return format_html('{} <strong class="text-red-600">{}</strong>', day, _("overdue"))


def keeping_facts(keeping: Keeping, on: date) -> Facts:
    """The three facts, and where they stand."""
    rule, unsaid = keeping.exit_rule, _("not stated")
    sources = {True: _("a setting that two people approved"), False: _("the model's card")}
    found = [
        (_("Owner"), keeping.owner or unsaid),
        (_("Next validation by"), validation_text(keeping, on) if keeping.next_validation_on else unsaid),
        (_("Taken out of use when"), in_language(rule.en, rule.zh) if rule else unsaid),
    ]
    return found if keeping.missing else [*found, (_("So says"), sources[keeping.document is not None])]


def keeping_address(request: HttpRequest, model: ModelPackage, keeping: Keeping) -> str:
    """Where this person states it anew, beginning from what is in force; empty for who may not."""
    if not (request.user.has_perm(ADD) and request.user.has_perm(KIND.permission)):
        return ""
    start = {"name": model.content_hash} if keeping.document is None else {"from": keeping.document}
    return f"{page_url('audit_governeddocument_add')}?{urlencode({'kind': KIND_CODE, **start})}"
