"""Governed settings: the list, and each document as it stands."""

from django.contrib import admin

from audit.admin.base import RecordAdmin
from audit.models import GovernedDocument


@admin.register(GovernedDocument)
class GovernedDocumentAdmin(RecordAdmin):
    """Small policies that need four eyes."""
