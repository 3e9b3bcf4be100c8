"""Keys of API clients: the clear text is on one page, once."""

from datetime import timedelta
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from unfold.widgets import UnfoldAdminCheckboxSelectMultipleWidget

from audit.admin.base import ServiceAdmin, labelled, refusal_words, staff
from audit.models import ApiKey, Scope
from audit.services.api_keys import api_key_issue, api_key_revoke, api_key_rotate
from audit.services.log import actor_user
from riskengine.errors import RiskEngineError

OVERLAP = timedelta(days=7)
STATES = {
    "valid": _("valid"),
    "expired": _("expired"),
    "revoked": _("revoked"),
    "switched_off": _("client switched off"),
}


COLOURS = {"valid": "success", "expired": "warning", "revoked": "danger"}


class ApiKeyForm(forms.ModelForm):
    """What a new key may do."""

    scopes = forms.MultipleChoiceField(
        label=_("Scopes"), choices=Scope.choices, widget=UnfoldAdminCheckboxSelectMultipleWidget
    )

    class Meta:
        model = ApiKey
        fields = ["client", "scopes", "rate_limit_per_second", "expires_at"]


@admin.register(ApiKey)
class ApiKeyAdmin(ServiceAdmin):
    """Issued by the form, then only revoked or rotated."""

    form = ApiKeyForm
    list_display = ["prefix", "client", "scope_names", "state", "created_at", "expires_at", "revoked_at"]
    list_filter = ["client", ("revoked_at", admin.EmptyFieldListFilter)]
    list_select_related = ["client"]
    search_fields = ["prefix", "client__name", "client__code"]
    ordering = ["-created_at"]
    actions = ["revoke", "rotate"]

    def has_change_permission(self, request: HttpRequest, obj: ApiKey | None = None) -> bool:
        return False

    def has_manage_permission(self, request: HttpRequest) -> bool:
        """Revoke and rotate, though no field of a key can be changed."""
        return request.user.has_perm("audit.change_apikey")

    def get_fields(self, request: HttpRequest, obj: ApiKey | None = None) -> list[Any]:
        asked = ["client", "scopes", "rate_limit_per_second", "expires_at"]
        if obj is None:
            return asked
        return ["prefix", "client", "scope_names", *asked[2:], "created_at", "revoked_at"]

    @admin.display(description=_("scopes"))
    def scope_names(self, key: ApiKey) -> str:
        return ", ".join(str(Scope(scope).label) for scope in key.scopes)

    @labelled(_("state"), COLOURS)
    def state(self, key: ApiKey) -> tuple[str, str]:
        now = timezone.now()
        if key.revoked_at is not None:
            name = "revoked"
        elif key.expires_at is not None and key.expires_at <= now:
            name = "expired"
        else:
            name = "valid" if key.client.is_active else "switched_off"
        return name, str(STATES[name])

    def saved(self, request: HttpRequest, form: forms.ModelForm, *, is_new: bool) -> ApiKey:
        key, token = api_key_issue(at=timezone.now(), actor=actor_user(staff(request)), **form.cleaned_data)
        form.instance.prefix = key.prefix
        request.issued_token = token  # type: ignore[attr-defined]  # for the page that answers this request
        return key

    def response_add(self, request: HttpRequest, obj: ApiKey, post_url_continue: str | None = None) -> HttpResponse:
        return self._key_page(request, obj, request.issued_token)  # type: ignore[attr-defined]

    @admin.action(description=_("Revoke the selected keys now"), permissions=["manage"])
    def revoke(self, request: HttpRequest, queryset: QuerySet[ApiKey]) -> None:
        now, count = timezone.now(), 0
        for key in queryset.filter(revoked_at=None):
            api_key_revoke(key=key, at=now, actor=actor_user(staff(request)))
            count += 1
        text = ngettext("%(count)d key revoked.", "%(count)d keys revoked.", count) % {"count": count}
        self.message_user(request, text, messages.SUCCESS)

    @admin.action(description=_("Rotate: a new key now, the old one ends in 7 days"), permissions=["manage"])
    def rotate(self, request: HttpRequest, queryset: QuerySet[ApiKey]) -> HttpResponse | None:
        keys = list(queryset[:2])
        if len(keys) != 1:
            self.message_user(request, _("Rotate one key at a time."), messages.ERROR)
            return None
        try:
            key, token = api_key_rotate(
                key=keys[0], at=timezone.now(), actor=actor_user(staff(request)), overlap=OVERLAP
            )
        except RiskEngineError as error:
            self.message_user(request, refusal_words(error), messages.ERROR)
            return None
        return self._key_page(request, key, token)

    def _key_page(self, request: HttpRequest, key: ApiKey, token: str) -> HttpResponse:
        """The only page that ever shows the key: kept by no cache, message or session."""
        context = {**self.admin_site.each_context(request), "title": _("The new key"), "key": key, "token": token}
        response = TemplateResponse(request, "admin/audit/key_issued.html", context)
        response["Cache-Control"] = "no-store"
        return response
