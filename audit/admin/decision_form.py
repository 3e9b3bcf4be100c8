"""The form in which a checker decides, on the page of whatever is decided on."""

from typing import Any

from django import forms
from django.contrib.auth import authenticate
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy


class DecisionForm(forms.Form):
    """The checker's word; the password shows that it is the checker who sits there."""

    comment = forms.CharField(
        label=gettext_lazy("Comment"),
        required=False,
        max_length=4000,
        widget=forms.Textarea(attrs={"class": "rk-textarea", "rows": 3}),
    )
    password = forms.CharField(
        label=gettext_lazy("Your password"),
        strip=False,
        widget=forms.PasswordInput(attrs={"class": "rk-input", "autocomplete": "current-password"}),
    )
    content_hash = forms.CharField(widget=forms.HiddenInput)

    def __init__(self, request: HttpRequest, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.request = request

    def clean_password(self) -> str:
        password = str(self.cleaned_data["password"])
        username = self.request.user.get_username()
        # Through the backends, so that wrong tries are counted and stopped as at the login.
        if authenticate(self.request, username=username, password=password) != self.request.user:
            raise forms.ValidationError(_("This is not your password."))
        return password
