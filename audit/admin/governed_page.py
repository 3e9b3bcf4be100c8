"""One governed document as it stands: what it says, what it would change, what became of it, and what to do next."""

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from audit.admin.base import staff
from audit.admin.decision_form import DecisionForm
from audit.admin.evidence import evidence_table
from audit.admin.governed_panels import panel_of
from audit.admin.page import Crumb, PageAdmin, page_url
from audit.admin.widgets import area_widget
from audit.event_words import actors_named, event_words
from audit.governed_kinds import ADD, is_kind, kind_of
from audit.governed_words import Change, document_changes, document_said, governed_words, kind_title
from audit.models import Approval, AuditEntry, GovernedDocument
from audit.services.approvals import CHECK_PERMISSION, approval_pending
from audit.services.governed import (
    OBJECT_TYPE,
    Live,
    governed_live,
    governed_live_for,
    governed_problems,
    governed_was_written_by,
    is_protective,
)
from riskengine.errors import RiskEngineError

State = GovernedDocument.State
OTHERS_SHOWN = 20
OWN_EVIDENCE = ("compared_with",)
CHANGE = "audit.change_governeddocument"
REFERENCED = ("author", "approval__maker", "approval__checker")
TONES = {"DRAFT": "plain", "SUBMITTED": "warn", "APPROVED": "good", "REJECTED": "bad", "ENDED": "plain"}


class CommentForm(forms.Form):
    """What the maker tells the checker."""

    comment = forms.CharField(
        label=gettext_lazy("What changes and why"),
        max_length=4000,
        widget=area_widget(3),
        help_text=gettext_lazy("The checker reads this first; it stays on record."),
    )


class EndForm(forms.Form):
    """Why something ends."""

    reason = forms.CharField(label=gettext_lazy("Why"), max_length=4000, widget=area_widget(2))


def may_write(request: HttpRequest, code: str) -> bool:
    """Whether this person writes documents of a kind."""
    return request.user.has_perm(kind_of(code).permission if is_kind(code) else ADD)


def document_page(page: PageAdmin, request: HttpRequest, governed: GovernedDocument, **more: Any) -> HttpResponse:
    """What it says, beside what is in force, its history, and the next step for who may take it."""
    known = is_kind(governed.kind)
    rival = _rival(governed) if known else None
    approval = approval_pending(object_type=OBJECT_TYPE, object_id=str(governed.pk))
    context = {
        "governed": governed,
        "kind": kind_of(governed.kind) if known else None,
        "kind_name": kind_title(governed.kind),
        "said": document_said(kind_of(governed.kind), governed.document, governed.name) if known else [],
        "problems": _problems(governed) if known and governed.state in (State.DRAFT, State.SUBMITTED) else [],
        "tone": TONES[governed.state],
        "is_live": known and _is_live(governed),
        "rival": rival,
        "changes": _changes(governed, rival) if rival else [],
        "approval": approval or governed.approval,
        "history": _history(governed),
        "others": GovernedDocument.objects.filter(kind=governed.kind, name=governed.name)
        .exclude(pk=governed.pk)
        .select_related("author")
        .order_by("-number")[:OTHERS_SHOWN],
        "may": _may(request, governed, approval),
        "panel": panel_of(governed),
        "submit_form": CommentForm(),
        "end_form": EndForm(),
    }
    return page.page(
        request,
        "riskengine/governed/page.html",
        title=governed_words(governed),
        crumbs=[Crumb(_("Governed settings"), page_url("audit_governeddocument_changelist"))],
        **{**context, **more},
    )


def decide_page(page: PageAdmin, request: HttpRequest, governed: GovernedDocument, form: DecisionForm) -> HttpResponse:
    """The checker's page: what changes against what is in force, the whole content, the evidence, the decision."""
    kind, rival = kind_of(governed.kind), _rival(governed)
    approval = approval_pending(object_type=OBJECT_TYPE, object_id=str(governed.pk))
    evidence = approval.evidence if approval else {}
    return page.page(
        request,
        "riskengine/governed/decide.html",
        title=_("Approve or reject"),
        crumbs=[
            Crumb(_("Governed settings"), page_url("audit_governeddocument_changelist")),
            Crumb(governed_words(governed), page_url("audit_governeddocument_change", governed.pk)),
        ],
        governed=governed,
        words=governed_words(governed),
        kind=kind,
        said=document_said(kind, governed.document, governed.name),
        problems=_problems(governed),
        rival=rival,
        rival_hash=rival.content_hash if rival else "",
        changes=_changes(governed, rival) if rival else [],
        approval=approval,
        evidence=evidence_table({name: value for name, value in evidence.items() if name not in OWN_EVIDENCE}),
        panel=panel_of(governed),
        is_own=governed_was_written_by(governed, staff(request)),
        form=form,
    )


def _may(request: HttpRequest, governed: GovernedDocument, approval: Approval | None) -> dict[str, bool]:
    user, state = staff(request), governed.state
    writes = user.has_perm(CHANGE) and may_write(request, governed.kind)
    checks = user.has_perm(CHECK_PERMISSION)
    is_own = governed_was_written_by(governed, user)
    return {
        "edit": writes and state == State.DRAFT and is_kind(governed.kind),
        "submit": writes and state == State.DRAFT and is_kind(governed.kind),
        "withdraw": writes and approval is not None and approval.maker_id == user.pk,
        "decide": checks and approval is not None and not is_own and is_kind(governed.kind),
        "check_forbidden": checks and approval is not None and is_own,
        "discard": writes and state == State.DRAFT,
        "end": (writes or checks) and state == State.APPROVED and not is_protective(governed),
        "replace": (writes or checks) and state == State.APPROVED and is_protective(governed),
        "copy": may_write(request, governed.kind) and state != State.DRAFT and is_kind(governed.kind),
    }


def _rival(governed: GovernedDocument) -> GovernedDocument | None:
    """What it would take the place of, or took no notice of: nothing for one that is in force or over itself."""
    if governed.state not in (State.DRAFT, State.SUBMITTED):
        return None
    live = governed_live_for(governed, on=timezone.now().date())
    return GovernedDocument.objects.get(pk=live.id) if live else None


def _is_live(governed: GovernedDocument) -> bool:
    live: Live | None = governed_live(governed.kind, governed.name, on=timezone.now().date())
    return live is not None and live.id == governed.pk


def _changes(governed: GovernedDocument, rival: GovernedDocument) -> list[Change]:
    changes = document_changes(kind_of(governed.kind), rival.document, governed.document, governed.name)
    for label, before, after in (
        (_("Valid from"), rival.valid_from, governed.valid_from),
        (_("Valid until"), rival.valid_until, governed.valid_until),
    ):
        if before != after:
            changes.append(Change(label, [_day(before)], [_day(after)]))
    return changes


def _day(day: Any) -> str:
    return day.isoformat() if day else _("no end")


def _problems(governed: GovernedDocument) -> list[str]:
    try:
        return governed_problems(governed)
    except RiskEngineError as error:
        problems = error.facts.get("problems")
        return [str(problem) for problem in problems] if isinstance(problems, list) else [error.message]


def _history(governed: GovernedDocument) -> list[dict[str, Any]]:
    found = AuditEntry.objects.filter(object_type=OBJECT_TYPE, object_id=str(governed.pk), kind__startswith="governed.")
    entries = list(found.order_by("-id"))
    people = actors_named([entry.actor for entry in entries], linked=False)
    return [
        {"at": entry.recorded_at, "what": event_words(entry.kind), "who": people[entry.actor].words}
        for entry in entries
    ]
