"""The editor of a draft: all it needs at once, saving the whole document, and checking one that is not saved."""

from typing import Any

import msgspec
from django.http import HttpRequest

from audit.models import AuditEntry, User
from rules.admin.editor.data import editor_data, problems_shown
from rules.admin.editor.endpoints import body_of, endpoint
from rules.admin.versions.view import VersionView
from rules.engine.document import document_read
from rules.services.versions.errors import VersionChanged
from rules.services.versions.life import OBJECT_TYPE, version_edit


class Save(msgspec.Struct, forbid_unknown_fields=True):
    """What POST document/ takes."""

    expected_hash: str
    document: dict[str, Any]


class Check(msgspec.Struct, forbid_unknown_fields=True):
    """What POST check/ takes."""

    document: dict[str, Any]


@endpoint("GET")
def editor(_request: HttpRequest, view: VersionView) -> dict[str, Any]:
    """GET editor/: the document and every name, word and address the editor uses."""
    return editor_data(view)


@endpoint("POST")
def document_save(request: HttpRequest, view: VersionView) -> dict[str, Any]:
    """POST document/: save the draft whole; refused where somebody else saved since `expected_hash`."""
    body = body_of(request, Save)
    try:
        saved = version_edit(
            version=view.version,
            document=body.document,
            editor=view.user,
            at=view.at,
            expected_hash=body.expected_hash,
        )
    except VersionChanged as error:
        raise VersionChanged(error.message, **error.facts, **_last_change(view)) from None
    now = VersionView(saved, view.user, view.at)
    return {
        "hash": saved.content_hash,
        "saved_at": saved.changed_at.isoformat(),
        "problems": problems_shown(now.problems),
    }


@endpoint("POST")
def check(request: HttpRequest, view: VersionView) -> dict[str, Any]:
    """POST check/: every finding on a document that is not stored."""
    document = document_read(body_of(request, Check).document)
    return {"problems": problems_shown(view.problems_of(document))}


def _last_change(view: VersionView) -> dict[str, str]:
    """Who saved this draft last, and when."""
    entry = AuditEntry.objects.filter(
        object_type=OBJECT_TYPE, object_id=str(view.version.pk), kind=f"{OBJECT_TYPE}.edited"
    ).last()
    if entry is None:
        return {"changed_by": "", "changed_at": view.version.changed_at.isoformat()}
    kind, _, key = entry.actor.partition(":")
    person = User.objects.filter(pk=key).first() if kind == "user" and key.isdecimal() else None
    name = (person.get_full_name() or person.get_username()) if person else entry.actor
    return {"changed_by": name, "changed_at": entry.recorded_at.isoformat()}
