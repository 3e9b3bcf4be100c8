"""What the pages of this app share: records are read-only, and a form's save is a call of a service."""

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from django import forms
from django.contrib import messages
from django.contrib.admin import ShowFacets
from django.db.models import Model
from django.http import HttpRequest
from django.utils.functional import Promise
from unfold.admin import ModelAdmin
from unfold.decorators import display

from audit.admin.error_words import known_words
from audit.admin.paging import BoundedPaginator
from audit.models import User
from riskengine.errors import RiskEngineError

Method = TypeVar("Method", bound=Callable[..., tuple[str, str]])


def staff(request: HttpRequest) -> User:
    """Who is at the screen; the admin lets nobody else through."""
    if not isinstance(request.user, User):
        raise TypeError("The admin is for staff.")
    return request.user


def labelled(
    description: Promise, colours: Mapping[str, str], ordering: str | None = None
) -> Callable[[Method], Method]:
    """A column of coloured labels: the method returns (name, words), and `colours` gives the theme's by name."""
    return display(description=description, label=dict(colours), ordering=ordering)  # type: ignore[arg-type]  # takes lazy text


class RecordAdmin(ModelAdmin):
    """A record to look at: whoever may view sees, nobody adds, changes or deletes it here."""

    paginator = BoundedPaginator
    show_full_result_count = False
    # A count beside every choice of a filter reads a table of millions once for each.
    show_facets = ShowFacets.NEVER
    list_per_page = 50
    # What `@admin.action(permissions=["manage"])` asks for: a page that stays read-only can still act.
    manage_permission = ""

    def render_change_form(self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any) -> Any:
        """Without Django's "History": what happens to records is in the audit log."""
        return super().render_change_form(request, {**context, "show_history": False}, *args, **kwargs)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_manage_permission(self, request: HttpRequest) -> bool:
        """Whether this person may use the page's actions."""
        return bool(self.manage_permission) and request.user.has_perm(self.manage_permission)


class ServiceAdmin(ModelAdmin):
    """A form whose save is a service: `saved` calls it and returns the row; nothing is deleted here."""

    def saved(self, request: HttpRequest, form: forms.ModelForm, *, is_new: bool) -> Model:
        """Make the change through its service. A RiskEngineError is shown and nothing is saved."""
        raise NotImplementedError

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def save_form(self, request: HttpRequest, form: forms.ModelForm, change: bool) -> Any:
        return form.instance  # the service writes, not the form

    def save_model(self, request: HttpRequest, obj: Model, form: Any, change: bool) -> None:
        row = self.saved(request, form, is_new=not change)
        obj.pk = row.pk
        obj._state.adding = False

    def save_related(self, request: HttpRequest, form: forms.ModelForm, formsets: Any, change: bool) -> None:
        """The service has written what belongs to it."""

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> Any:
        """A refusal of the service leads back to the form, with its words."""
        try:
            return super().changeform_view(request, object_id, form_url, extra_context)
        except RiskEngineError as error:
            self.message_user(request, refusal_words(error), messages.ERROR)
            request.method = "GET"
            return super().changeform_view(request, object_id, form_url, extra_context)


def refusal_words(error: RiskEngineError) -> str:
    """What a refusal says to the person at the screen: its registered words, else its own English."""
    problems, said = error.facts.get("problems"), known_words(error.code) or error.message
    return " ".join([said, *map(str, problems)] if isinstance(problems, list) else [said])
