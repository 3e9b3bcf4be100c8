"""Accounts: created for a person, given roles by somebody else."""

from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.auth import admin as _replaced  # noqa: F401  # its page of groups must be there to be replaced
from django.contrib.auth.models import Group
from django.contrib.auth.password_validation import validate_password
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminCheckboxSelectMultipleWidget, UnfoldAdminPasswordWidget

from audit.admin.base import RecordAdmin, ServiceAdmin, staff
from audit.models import User
from audit.role_words import role_name, role_words
from audit.services.log import actor_user
from audit.services.users import ConflictingRolesError, roles_check, user_change, user_create, user_password_set

admin.site.unregister(Group)
PERSON = (None, {"fields": ["username", "person_id", "first_name", "last_name", "email"]})


class RolesField(forms.ModelMultipleChoiceField):
    """Roles by what they are for."""

    def label_from_instance(self, obj: Any) -> str:
        return role_words(obj.name)


class UserForm(forms.ModelForm):
    """An account with, on demand, a new password."""

    groups = RolesField(
        label=_("Roles"),
        required=False,
        queryset=Group.objects.order_by("name"),
        widget=UnfoldAdminCheckboxSelectMultipleWidget,
    )
    new_password = forms.CharField(
        label=_("New password"),
        required=False,
        strip=False,
        widget=UnfoldAdminPasswordWidget(attrs={"autocomplete": "new-password"}),
        help_text=_("At least 12 characters; empty leaves it as it is. Hand it over in person."),
    )

    class Meta:
        model = User
        fields = ["username", "person_id", "first_name", "last_name", "email", "groups", "is_active"]

    def clean_person_id(self) -> str:
        person_id: str = self.cleaned_data["person_id"]
        if User.objects.filter(person_id__iexact=person_id).exclude(pk=self.instance.pk).exists():
            raise forms.ValidationError(_("This person has an account already: one person, one account."))
        return person_id

    def clean_groups(self) -> Any:
        groups = self.cleaned_data["groups"]
        try:
            if not self.instance.is_superuser:
                roles_check(groups)
        except ConflictingRolesError as error:
            raise forms.ValidationError(error.message) from error
        return groups

    def clean_new_password(self) -> str:
        password: str = self.cleaned_data["new_password"]
        if password:
            validate_password(password, self.instance)
        return password


@admin.register(User)
class UserAdmin(ServiceAdmin):
    """Members of staff. Roles are groups; single permissions and superusers are not given here."""

    form = UserForm
    list_display = ["username", "person_id", "first_name", "last_name", "roles", "is_active", "last_login"]
    list_filter = ["is_active", "groups"]
    search_fields = ["username", "person_id", "first_name", "last_name"]
    ordering = ["username"]

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> list[Any]:
        """A new account is active and has no past."""
        if obj is None:
            return [PERSON, (_("Access"), {"fields": ["groups", "new_password"]})]
        access = (_("Access"), {"fields": ["groups", "is_active", "new_password"]})
        return [PERSON, access, (_("Record"), {"fields": ["last_login", "date_joined"]})]

    def get_readonly_fields(self, request: HttpRequest, obj: User | None = None) -> list[str]:
        """An account stays with its name and its person."""
        fixed = ["last_login", "date_joined"]
        return fixed if obj is None else ["username", "person_id", *fixed]

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).prefetch_related("groups")

    @admin.display(description=_("roles"))
    def roles(self, user: User) -> str:
        return ", ".join(sorted(role_name(group.name) for group in user.groups.all()))

    def saved(self, request: HttpRequest, form: forms.ModelForm, *, is_new: bool) -> User:
        data, now, editor = form.cleaned_data, timezone.now(), staff(request)
        names = {field: data[field] for field in ("first_name", "last_name", "email", "groups")}
        password = data["new_password"] or None
        if is_new:
            return user_create(
                username=data["username"],
                person_id=data["person_id"],
                password=password,
                at=now,
                actor=actor_user(editor),
                **names,
            )
        user = user_change(user=form.instance, editor=editor, at=now, is_active=data["is_active"], **names)
        if password:
            user_password_set(user=user, password=password, editor=editor, at=now)
        return user


@admin.register(Group)
class GroupAdmin(RecordAdmin):
    """Roles and what they may do: fixed by the release, shown to whoever asks."""

    list_display = ["role", "name", "people"]
    list_display_links = ["role"]
    fields = ["role", "name", "permissions"]
    readonly_fields = ["role"]
    ordering = ["name"]

    @admin.display(description=_("role"), ordering="name")
    def role(self, group: Group) -> str:
        return role_words(group.name)

    @admin.display(description=_("people"))
    def people(self, group: Group) -> int:
        return group.user_set.filter(is_active=True).count()
