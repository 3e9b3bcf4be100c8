"""The admin site: the look of django-unfold, and a second factor at the door where it is required."""

from typing import Any

from django import forms
from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext_lazy as _
from django_otp import devices_for_user
from django_otp.forms import OTPAuthenticationFormMixin
from django_otp.models import Device
from unfold.forms import AuthenticationForm
from unfold.sites import UnfoldAdminSite
from unfold.widgets import UnfoldAdminTextInputWidget


class StaffLoginForm(OTPAuthenticationFormMixin, AuthenticationForm):  # type: ignore[misc]
    """Name, password and, where `IS_OTP_REQUIRED`, the one-time password of the person's device."""

    otp_error_messages = {
        **OTPAuthenticationFormMixin.otp_error_messages,
        "token_required": _("Enter the one-time password of your device."),
        "invalid_token": _("This one-time password is wrong or used up. Wait for the next one."),
        "device_required": _("No device is enrolled for you. Ask an administrator to enrol one."),
    }
    otp_token = forms.CharField(
        label=_("One-time password"),
        required=False,
        widget=UnfoldAdminTextInputWidget(attrs={"autocomplete": "one-time-code", "inputmode": "numeric"}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not settings.IS_OTP_REQUIRED:
            del self.fields["otp_token"]

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean()
        if settings.IS_OTP_REQUIRED:
            self.clean_otp(self.get_user())  # type: ignore[no-untyped-call]
        return cleaned

    def _chosen_device(self, user: AbstractBaseUser) -> Device | None:
        # One device a person: nobody is asked to choose.
        return next(iter(devices_for_user(user, for_verify=True)), None)

    def _update_form(self, user: AbstractBaseUser) -> None:
        """Nothing to offer; and the password is not sent back."""


class StaffSite(UnfoldAdminSite):  # type: ignore[misc]
    """The admin, closed to a session without its second factor."""

    login_form = StaffLoginForm
    login_template = "admin/staff_login.html"

    def has_permission(self, request: HttpRequest) -> bool:
        is_verified = not settings.IS_OTP_REQUIRED or getattr(request.user, "is_verified", bool)()
        return bool(super().has_permission(request) and is_verified)

    def get_app_list(self, request: HttpRequest, app_label: str | None = None) -> Any:
        """Worked out where a page shows it, which ours do not: the sidebar has a menu of its own."""
        return SimpleLazyObject(lambda: super(StaffSite, self).get_app_list(request, app_label))
