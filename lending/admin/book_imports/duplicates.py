"""Suspected duplicates, as the page of the import that found them decides them."""

from functools import partial

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _

from audit.admin.base import staff
from audit.admin.deciding import said
from audit.admin.page import page_url
from lending.models import BookImport
from lending.services.book_imports.verdicts import duplicate_decide

DECIDE = "lending.change_suspectedduplicate"


def duplicate_step(request: HttpRequest, pk: int) -> HttpResponse:
    """Say of a pair whether they are one person."""
    if not request.user.has_perm(DECIDE):
        raise PermissionDenied
    row = get_object_or_404(BookImport.objects.defer("upload"), pk=pk)
    if request.method == "POST":
        number = request.POST.get("pair", "")
        pair = get_object_or_404(row.suspected, pk=number if number.isdecimal() else 0)
        told = {"verdict": request.POST.get("verdict", ""), "reason": request.POST.get("reason", "")}
        decide = partial(duplicate_decide, pair=pair, by=staff(request), at=timezone.now(), **told)
        said(request, _("Kept, with your name."), decide)
    return redirect(f"{page_url('lending_bookimport_change', pk)}#duplicates")
