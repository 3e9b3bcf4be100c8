"""A model on its way to a role: what it is beside the champion, who asks for it, and another person's decision."""

from time import perf_counter
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _

from audit.admin.base import staff
from audit.admin.deciding import refusal_tell
from audit.admin.error_words import error_words
from audit.admin.page import Crumb, page_render, page_url
from audit.models import Approval
from audit.services.approvals import CHECK_PERMISSION, approval_pending
from riskengine.errors import RiskEngineError
from scoring.admin.fairness_card import fairness_card, variable_label, variables_live
from scoring.admin.frozen import FrozenAdmin, in_language
from scoring.admin.keeping_card import keeping_address, keeping_facts, keeping_today, today_of
from scoring.admin.model_forms import ROLE_WORDS, ModelDecisionForm, RetireForm, SubmitForm
from scoring.admin.words import kind_word, metric_rows, product_word
from scoring.models import ModelPackage
from scoring.services.fairness.gate import fairness_shown
from scoring.services.models.life import (
    OBJECT_TYPE,
    model_approve,
    model_champion,
    model_load,
    model_reject,
    model_retire,
    model_submit,
    model_withdraw,
)
from scoring.services.models.roles import ROLES_OF, approval_role

SUBMIT = "scoring.change_modelpackage"
RETIRABLE = (ModelPackage.State.CANDIDATE, ModelPackage.State.APPROVED, ModelPackage.State.CHALLENGER)
# Figures to compare, and whether more is better.
COMPARED = {"auc": True, "ks": True, "ece": False, "brier": False}


def approval_page(page: FrozenAdmin, request: HttpRequest, model_id: int, **forms_sent: Any) -> HttpResponse:
    """What the model is, beside the champion's figures, and the next step for who may take it."""
    model = _model(model_id)
    approval = approval_pending(object_type=OBJECT_TYPE, object_id=str(model.pk))
    champion = model_champion(model.product, model.purpose)
    rival = champion if champion is not None and champion.pk != model.pk else None
    user, roles = staff(request), ROLES_OF[ModelPackage.State(model.state)]
    role = approval_role(approval) if approval is not None else ""
    is_own = approval is not None and approval.maker_id == user.pk
    checks = approval is not None and user.has_perm(CHECK_PERMISSION)
    golden, keeping = _golden(model), keeping_today(model)
    history = Approval.objects.filter(object_type=OBJECT_TYPE, object_id=str(model.pk), decided_at__isnull=False)
    context = {
        "model": model,
        "facts": _facts(model),
        "champion": rival,
        "figures": _figures(model.card, rival.card if rival else None),
        "features": _features(model.card, rival.card if rival else None),
        "golden": golden,
        "keeping": {
            "facts": keeping_facts(keeping, today_of(model)),
            "is_missing": bool(keeping.missing),
            "is_overdue": keeping.is_overdue(today_of(model)),
            "address": keeping_address(request, model, keeping),
        },
        "fairness": fairness_card(fairness_shown(model, timezone.now().date()), model.product.code, model.content_hash),
        "approval": approval,
        "is_outdated": approval is not None
        and approval.evidence.get("compared_with", "") != (rival.content_hash if rival else ""),
        "history": history.select_related("maker", "checker").order_by("-pk"),
        "is_rollback": model.state == ModelPackage.State.RETIRED and any(row.state == "APPROVED" for row in history),
        "role": role,
        "role_words": ROLE_WORDS.get(role, ""),
        "may_submit": approval is None and bool(roles) and user.has_perm(SUBMIT),
        "may_retire": model.state in RETIRABLE and user.has_perm(SUBMIT),
        "may_withdraw": is_own,
        "may_check": checks and not is_own,
        "check_forbidden": checks and is_own,
        "submit_form": SubmitForm(model),
        "retire_form": RetireForm(),
        "decision_form": ModelDecisionForm(request, initial={"content_hash": model.content_hash, "role": role}),
    }
    crumbs = [
        Crumb(_("Models"), page_url("scoring_modelpackage_changelist")),
        Crumb(model.name, page_url("scoring_modelpackage_change", model.pk)),
    ]
    return page_render(
        page.admin_site,
        request,
        "riskengine/model/approval.html",
        title=_("Approval of the model"),
        crumbs=crumbs,
        page_timezone=model.product.timezone,
        **{**context, **forms_sent},
    )


def submit(page: FrozenAdmin, request: HttpRequest, model_id: int) -> HttpResponse:
    """Ask for the model to become what was chosen."""
    _require(request, SUBMIT)
    model = _model(model_id)
    form = SubmitForm(model, request.POST)
    if not form.is_valid():
        return approval_page(page, request, model_id, submit_form=form)
    try:
        model_submit(model=model, maker=staff(request), at=timezone.now(), **form.cleaned_data)
        messages.success(request, _("Sent for approval. Somebody else decides now; until then nothing changes."))
    except RiskEngineError as error:
        refusal_tell(request, error)
    return _back(model_id)


def decide(page: FrozenAdmin, request: HttpRequest, model_id: int) -> HttpResponse:
    """Approve or reject, as the button says, with the password."""
    _require(request, CHECK_PERMISSION)
    form = ModelDecisionForm(request, request.POST)
    if not form.is_valid():
        return approval_page(page, request, model_id, decision_form=form)
    try:
        if form.is_approved:
            role = form.cleaned_data["role"]
            model_approve(model=_model(model_id), role=role, **form.word())
            messages.success(request, _approved_words(role))
        else:
            model_reject(model=_model(model_id), **form.word())
            messages.success(request, _("Rejected. Nothing changes."))
    except RiskEngineError as error:
        refusal_tell(request, error)
    return _back(model_id)


def withdraw(_page: FrozenAdmin, request: HttpRequest, model_id: int) -> HttpResponse:
    """Take one's own request back."""
    _require(request, SUBMIT)
    try:
        model_withdraw(model=_model(model_id), maker=staff(request), at=timezone.now())
        messages.success(request, _("Taken back. Nothing changes."))
    except RiskEngineError as error:
        refusal_tell(request, error)
    return _back(model_id)


def retire(page: FrozenAdmin, request: HttpRequest, model_id: int) -> HttpResponse:
    """Take a model that decides nothing out of use."""
    _require(request, SUBMIT)
    form = RetireForm(request.POST)
    if not form.is_valid():
        return approval_page(page, request, model_id, retire_form=form)
    try:
        model_retire(model=_model(model_id), actor=staff(request), at=timezone.now(), **form.cleaned_data)
        messages.success(request, _("Retired. It returns only by a new approval."))
    except RiskEngineError as error:
        refusal_tell(request, error)
    return _back(model_id)


def _approved_words(role: str) -> str:
    if role == ModelPackage.State.CHAMPION:
        return _("Approved. It scores from the next decision on.")
    return _("Approved. The champion goes on scoring.")


def _model(model_id: int) -> ModelPackage:
    return get_object_or_404(ModelPackage.objects.select_related("product"), pk=model_id)


def _require(request: HttpRequest, permission: str) -> None:
    if not request.user.has_perm(permission):
        raise PermissionDenied


def _back(model_id: int) -> HttpResponse:
    return redirect(page_url("scoring_modelpackage_approval", model_id))


def _facts(model: ModelPackage) -> list[tuple[str, str]]:
    card = model.card
    return [
        (_("Product"), product_word(card["product"])),
        (_("Horizon of the PD"), in_language(**card["pd_horizon"])),
        (_("Bad means"), in_language(card["bad_definition"], card["bad_definition_zh"])),
        (_("Sample"), in_language(**card["sample"])),
        (_("Kind"), kind_word(model.kind)),
    ]


def _figures(card: dict[str, Any], before: dict[str, Any] | None) -> list[dict[str, str]]:
    rows = []
    for name, more_is_better in COMPARED.items():
        if name not in card["metrics"]:
            continue
        value, earlier = card["metrics"][name], before["metrics"].get(name) if before else None
        title, shown, says = metric_rows({name: value})[0]
        row = {"title": title, "says": says, "value": shown, "before": "–", "tone": "", "verdict": ""}
        if earlier is not None:
            row["before"] = f"{earlier:.4f}"
            is_same, is_better = row["before"] == shown, (value > earlier) == more_is_better
            row["tone"] = "" if is_same else "good" if is_better else "warn"
            row["verdict"] = _("the same") if is_same else _("better") if is_better else _("worse")
        rows.append(row)
    return rows


def _features(card: dict[str, Any], before: dict[str, Any] | None) -> dict[str, list[tuple[str, str]]]:
    """Which variables it reads, by label and name: added, removed and kept against the champion's."""
    now = [feature["name"] for feature in card["features"]]
    then = [feature["name"] for feature in before["features"]] if before else []
    found = {
        "added": [name for name in now if name not in then] if before else [],
        "removed": [name for name in then if name not in now],
        "kept": [name for name in now if name in then or not before],
    }
    variables = variables_live(card["product"])
    return {part: [(variable_label(name, variables), name) for name in names] for part, names in found.items()}


def _golden(model: ModelPackage) -> dict[str, Any]:
    """The package loaded here and now: its bytes against its hash, and its golden rows bit for bit."""
    started = perf_counter()
    try:
        model_load(model)
    except RiskEngineError as error:
        return {"is_sound": False, "words": error_words(error)}
    return {"is_sound": True, "milliseconds": round(1000 * (perf_counter() - started))}
