"""Recipients of health codes and the keys that sign them, in the admin: kept by administrators."""

from django import forms
from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from audit.admin.base import refusal_words, staff
from audit.admin.page import PageAdmin, page_url, require
from monitoring.health.purposes import PURPOSES
from monitoring.models import HealthKey, HealthRecipient
from monitoring.services.health.keys import MANAGE_PERMISSION as MANAGE_KEYS
from monitoring.services.health.keys import key_make, key_revoke, keys_file
from monitoring.services.health.recipients import MANAGE_PERMISSION as MANAGE_RECIPIENTS
from monitoring.services.health.recipients import recipient_code_renew, recipient_end, recipient_register
from riskengine.errors import RiskEngineError

_INPUT = {"class": "rk-input"}


class RecipientForm(forms.Form):
    """Who may be shown a code, and for what."""

    code = forms.SlugField(
        label=gettext_lazy("Code"),
        max_length=40,
        widget=forms.TextInput(attrs=_INPUT),
        help_text=gettext_lazy("Letters, digits and hyphens; it stays. Example: example-bank"),
    )
    name = forms.CharField(
        label=gettext_lazy("Name of the recipient"),
        max_length=120,
        widget=forms.TextInput(attrs=_INPUT),
        help_text=gettext_lazy("As the holder reads it when choosing to whom to show their code."),
    )
    purposes = forms.MultipleChoiceField(
        label=gettext_lazy("For what"),
        choices=[(purpose.code, purpose.title) for purpose in PURPOSES],
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("Employment, housing and travel are not on this list and never will be."),
    )


class _SharingAdmin(PageAdmin):
    """A list with its form on one page."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def row_page(self, request: HttpRequest, number: int) -> HttpResponse:
        """Everything about a row stands in the list."""
        get_object_or_404(self.model, pk=number)
        return redirect(page_url(f"monitoring_{self.opts.model_name}_changelist"))


@admin.register(HealthRecipient)
class HealthRecipientAdmin(_SharingAdmin):
    """Registered recipients."""

    def list_page(self, request: HttpRequest) -> HttpResponse:
        """The recipients; an administrator registers and ends them here."""
        may_manage = request.user.has_perm(MANAGE_RECIPIENTS)
        form, secret = RecipientForm(request.POST if "code" in request.POST else None), ""
        if request.method == "POST":
            require(may_manage)
            try:
                if "end" in request.POST:
                    found = get_object_or_404(HealthRecipient, pk=_number(request.POST["end"]))
                    recipient_end(recipient=found, actor=staff(request), at=timezone.now())
                    messages.success(request, _("Ended: nothing is shown to it any more."))
                    return redirect(page_url("monitoring_healthrecipient_changelist"))
                if "renew" in request.POST:
                    found = get_object_or_404(HealthRecipient, pk=_number(request.POST["renew"]))
                    secret = recipient_code_renew(recipient=found, actor=staff(request), at=timezone.now())
                    messages.success(request, _("The old access code opens nothing any more."))
                elif form.is_valid():
                    made, secret = recipient_register(**form.cleaned_data, actor=staff(request), at=timezone.now())
                    messages.success(request, _("%(name)s is registered.") % {"name": made.name})
                    form = RecipientForm()
            except RiskEngineError as error:
                messages.error(request, refusal_words(error))
        titles = {purpose.code: purpose.title for purpose in PURPOSES}
        rows = HealthRecipient.objects.order_by("ended_at", "name")
        response = self.page(
            request,
            "monitoring/health/admin/recipients.html",
            title=_("Recipients of health codes"),
            rows=[{"recipient": row, "purposes": [titles[code] for code in row.purposes]} for row in rows],
            form=form if may_manage else None,
            secret=secret,
        )
        response["Cache-Control"] = "no-store"
        return response


@admin.register(HealthKey)
class HealthKeyAdmin(_SharingAdmin):
    """Signing keys."""

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.export_view)
        return [path("export/", view, name="monitoring_healthkey_export"), *super().get_urls()]

    def list_page(self, request: HttpRequest) -> HttpResponse:
        """The keys; an administrator makes and revokes them here."""
        may_manage, now = request.user.has_perm(MANAGE_KEYS), timezone.now()
        if request.method == "POST":
            require(may_manage)
            try:
                if "revoke" in request.POST:
                    found = get_object_or_404(HealthKey, pk=_number(request.POST["revoke"]))
                    key_revoke(key=found, actor=staff(request), at=now)
                    messages.success(request, _("Revoked: nothing that it signed is accepted online any more."))
                else:
                    key_make(at=now, actor=staff(request))
                    messages.success(request, _("A new key is made."))
            except RiskEngineError as error:
                messages.error(request, refusal_words(error))
            return redirect(page_url("monitoring_healthkey_changelist"))
        keys = HealthKey.objects.order_by("-valid_from", "-pk")
        signing = keys.filter(revoked_at=None, valid_from__lte=now, valid_until__gt=now).first()
        return self.page(
            request,
            "monitoring/health/admin/keys.html",
            title=_("Keys of health codes"),
            keys=keys,
            signing=signing,
            may_manage=may_manage,
            now=now,
        )

    def export_view(self, request: HttpRequest) -> HttpResponse:
        """The key file for those who verify offline: public halves only."""
        require(self.has_view_permission(request))
        headers = {"Content-Disposition": 'attachment; filename="health_keys.json"'}
        return HttpResponse(keys_file(timezone.now()), content_type="application/json", headers=headers)


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdecimal() else 0
