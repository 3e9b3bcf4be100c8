"""The form in which a checker decides, on the page of whatever is decided on."""

from typing import Any

from django import forms
from django.contrib.auth import authenticate
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from audit.admin.widgets import area_widget


class DecisionForm(forms.Form):
    """The checker's word; the password shows that it is the checker who sits there."""

    comment = forms.CharField(
        label=gettext_lazy("Comment"),
        required=False,
        max_length=4000,
        widget=area_widget(3),
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
        self.fields["comment"].required = self.is_bound and not self.is_approved

    @property
    def is_approved(self) -> bool:
        """What the button says. Whatever is not an approval rejects, and says why in the comment."""
        return self.data.get("decision") == "approve"

    def word(self) -> dict[str, Any]:
        """Who decides, on what they were shown, why and when: what a service of four eyes takes. Of a valid form."""
        given = {name: self.cleaned_data[name] for name in ("content_hash", "comment")}
        return {"checker": self.request.user, "at": timezone.now(), **given}

    def clean_password(self) -> str:
        password = str(self.cleaned_data["password"])
        username = self.request.user.get_username()
        # Through the backends, so that wrong tries are counted and stopped as at the login.
        if authenticate(self.request, username=username, password=password) != self.request.user:
            raise forms.ValidationError(_("This is not your password."))
        return password
