"""Lending systems that call the API."""

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import Q
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from audit.admin.base import ServiceAdmin, staff
from audit.models import ApiClient
from audit.services.api_clients import client_change, client_create
from audit.services.log import actor_user


@admin.register(ApiClient)
class ApiClientAdmin(ServiceAdmin):
    """A client and how many keys of it work."""

    list_display = ["name", "code", "is_active", "keys_in_use", "created_at"]
    list_filter = ["is_active"]
    search_fields = ["name", "code"]
    ordering = ["name"]

    def get_fields(self, request: HttpRequest, obj: ApiClient | None = None) -> list[Any]:
        return ["code", "name"] if obj is None else ["code", "name", "is_active", "created_at"]

    def get_readonly_fields(self, request: HttpRequest, obj: ApiClient | None = None) -> list[str]:
        return [] if obj is None else ["code", "created_at"]

    @admin.display(description=_("keys in use"))
    def keys_in_use(self, client: ApiClient) -> int:
        now = timezone.now()
        return client.keys.filter(Q(expires_at=None) | Q(expires_at__gt=now), revoked_at=None).count()

    def saved(self, request: HttpRequest, form: forms.ModelForm, *, is_new: bool) -> ApiClient:
        data, now, actor = form.cleaned_data, timezone.now(), actor_user(staff(request))
        if is_new:
            return client_create(code=data["code"], name=data["name"], at=now, actor=actor)
        return client_change(client=form.instance, name=data["name"], is_active=data["is_active"], at=now, actor=actor)
