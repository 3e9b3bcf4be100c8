"""Who may decide how much: an administrator asks, a checker who is not concerned approves, any administrator ends."""

from functools import partial
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.auth.models import Group
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from audit.admin.base import staff
from audit.admin.deciding import decided, said
from audit.admin.decision_form import DecisionForm
from audit.admin.error_words import error_words
from audit.admin.page import Crumb, PageAdmin, page_url, require
from audit.admin.widgets import area_widget, select_widget
from audit.models import Approval, User
from lending.models import Product
from riskengine.errors import RiskEngineError
from rules.admin.forms import INPUT
from rules.admin.numbers import NotANumber, number_typed
from rules.models import ReviewAuthority
from rules.services.referrals.authorities import (
    OBJECT_TYPE,
    authority_ask,
    authority_decide,
    authority_end,
    authority_hash,
)
from rules.words import money_words

CHECK = "audit.check_approval"
_WORKS = Q(user_permissions__codename="work_referral") | Q(groups__permissions__codename="work_referral")


class AuthorityForm(forms.Form):
    """Of one person or one role, on one product, up to an amount in its currency."""

    product = forms.ModelChoiceField(
        Product.objects.filter(is_active=True), label=gettext_lazy("Product"),
        widget=select_widget(),
    )  # fmt: skip
    user = forms.ModelChoiceField(
        User.objects.none(), label=gettext_lazy("Person"), required=False,
        widget=select_widget(),
    )  # fmt: skip
    group = forms.ModelChoiceField(
        Group.objects.none(), label=gettext_lazy("or everybody in the role"), required=False,
        widget=select_widget(),
    )  # fmt: skip
    amount = forms.CharField(
        label=gettext_lazy("May decide alone up to"), max_length=40,
        widget=forms.TextInput(attrs={**INPUT, "inputmode": "decimal"}),
        help_text=gettext_lazy("In the currency of the product, such as 10,000.00."),
    )  # fmt: skip
    comment = forms.CharField(label=gettext_lazy("Why"), max_length=4000, widget=area_widget(3))

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        people = User.objects.filter(_WORKS, is_active=True).distinct().order_by("username")
        self.fields["user"].queryset = people  # type: ignore[attr-defined]
        groups = Group.objects.filter(permissions__codename="work_referral").distinct()
        self.fields["group"].queryset = groups  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if bool(cleaned.get("user")) == bool(cleaned.get("group")):
            self.add_error("user", _("Choose one person or one role, not both."))
        product, amount = cleaned.get("product"), cleaned.get("amount", "")
        if product is not None and amount:
            try:
                cleaned["maximum_minor"] = int(number_typed(amount, f"{product.currency} minor units"))
            except NotANumber:
                self.add_error("amount", _("Write a number, such as 1250.50."))
            else:
                if cleaned["maximum_minor"] <= 0:
                    self.add_error("amount", _("The amount must be more than nothing."))
        return cleaned


@admin.register(ReviewAuthority)
class ReviewAuthorityAdmin(PageAdmin):
    """Up to which amount referred applications are decided alone."""

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.end_view)
        return [path("<int:object_id>/end/", view, name="rules_reviewauthority_end"), *super().get_urls()]

    def list_page(self, request: HttpRequest) -> HttpResponse:
        rows = ReviewAuthority.objects.select_related("user", "group", "product", "approval__checker")
        rows = rows.order_by("ended_at", "product__code", "-pk")
        return self.page(
            request,
            "riskengine/authority/list.html",
            title=_("Review authorities"),
            rows=[_row(row) for row in rows],
            can_add=self.has_add_permission(request),
            can_end=request.user.has_perm("rules.change_reviewauthority"),
        )

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        require(self.has_add_permission(request))
        form = AuthorityForm(request.POST or None)
        if request.method == "POST" and form.is_valid():
            data = form.cleaned_data
            try:
                made = authority_ask(
                    maker=request.user,  # type: ignore[arg-type]
                    product=data["product"],
                    user=data["user"],
                    group=data["group"],
                    maximum_minor=data["maximum_minor"],
                    comment=data["comment"],
                    at=timezone.now(),
                )
            except RiskEngineError as error:
                messages.error(request, error_words(error))
            else:
                messages.success(request, _("Asked for. It counts once a checker approves it."))
                return redirect(page_url("rules_reviewauthority_change", made.pk))
        return self.page(
            request, "riskengine/authority/add.html", title=_("Ask for an authority"), crumbs=_crumbs(), form=form
        )

    def row_page(self, request: HttpRequest, number: int) -> HttpResponse:
        """One authority; a checker who is not concerned approves or rejects it here."""
        related = ReviewAuthority.objects.select_related("user", "group", "product")
        authority = get_object_or_404(related, pk=number)
        row = _row(authority)
        approval = row["approval"]
        is_holder = (
            authority.user_id == request.user.pk or request.user.groups.filter(pk=authority.group_id or 0).exists()
        )
        is_own = approval is not None and (is_holder or approval.maker_id == request.user.pk)
        may_check = bool(row["is_waiting"] and request.user.has_perm(CHECK) and not is_own)
        form = DecisionForm(request, request.POST or None, initial={"content_hash": authority_hash(authority)})
        if request.method == "POST":
            require(may_check)
            if self._decided(request, authority, form):
                return redirect(page_url("rules_reviewauthority_change", authority.pk))
        return self.page(
            request,
            "riskengine/authority/page.html",
            title=row["whose"],
            crumbs=_crumbs(),
            row=row,
            form=form if may_check else None,
            is_own=is_own and row["is_waiting"] and request.user.has_perm(CHECK),
        )

    def end_view(self, request: HttpRequest, object_id: int) -> HttpResponse:
        """Take an authority away (POST)."""
        require(request.method == "POST" and request.user.has_perm("rules.change_reviewauthority"))
        authority = get_object_or_404(ReviewAuthority, pk=object_id)
        end = partial(authority_end, authority=authority, actor=staff(request), at=timezone.now())
        said(request, _("Ended: it counts no longer."), end)
        return redirect(page_url("rules_reviewauthority_changelist"))

    def _decided(self, request: HttpRequest, authority: ReviewAuthority, form: DecisionForm) -> bool:
        decide = partial(authority_decide, authority=authority)
        return decided(request, form, decide, _("Approved: it counts from now on."))


def _crumbs() -> list[Crumb]:
    return [Crumb(_("Review authorities"), page_url("rules_reviewauthority_changelist"))]


def _row(authority: ReviewAuthority) -> dict[str, Any]:
    """An authority in words, with its newest request."""
    requests = Approval.objects.filter(object_type=OBJECT_TYPE, object_id=str(authority.pk))
    approval = requests.select_related("maker", "checker").order_by("-pk").first()
    whose = authority.group.name if authority.group else authority.user.get_full_name() or authority.user.username  # type: ignore[union-attr]
    return {
        "authority": authority,
        "whose": whose,
        "amount": money_words(authority.maximum_minor, authority.product.currency),
        "approval": approval,
        "is_waiting": approval is not None and approval.state == Approval.State.PENDING and not authority.ended_at,
        "is_live": authority.approval_id is not None and authority.ended_at is None,
    }
