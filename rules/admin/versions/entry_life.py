"""The life of one rule, threshold or table across the versions of its rule set that were ever live."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import F
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext as _

from audit.admin.page import Crumb, PageAdmin, page_url
from audit.models import User
from rules.admin.versions.view import VersionView
from rules.diff.words import KEYS, SECTIONS, subject_words
from rules.localised import language, localised
from rules.models import RuleSet, RuleSetActivation

NOT_FOLLOWED = ("cases",)


def lives_view(page: PageAdmin, request: HttpRequest, rule_set_id: int) -> HttpResponse:
    """Every entry that was ever live, by section, with the versions that changed it."""
    rule_set = _rule_set(page, request, rule_set_id)
    activations = _activations(rule_set)
    return page.page(
        request,
        "riskengine/entry_lives.html",
        title=_("Life of the rules"),
        crumbs=_crumbs(rule_set),
        rule_set=rule_set,
        sections=_sections(activations),
        versions=len(activations),
        page_timezone=rule_set.product.timezone,
    )


def life_view(page: PageAdmin, request: HttpRequest, rule_set_id: int, section: str, key: str) -> HttpResponse:
    """What happened to one entry, newest first: in which version, live from when, by whom, in words."""
    rule_set = _rule_set(page, request, rule_set_id)
    activations = _activations(rule_set)
    if section not in KEYS or not any(_entry(row, section, key) for row in activations):
        raise Http404
    entry = next(found for row in reversed(activations) if (found := _entry(row, section, key)))
    return page.page(
        request,
        "riskengine/entry_life.html",
        title=subject_words(SECTIONS[section], entry, language()),
        crumbs=[*_crumbs(rule_set), Crumb(_("Life of the rules"), page_url("rules_ruleset_lives", rule_set.pk))],
        rule_set=rule_set,
        key=key,
        is_gone=_entry(activations[-1], section, key) is None,
        events=_events(activations, section, key, request.user, timezone.now())[::-1],  # type: ignore[arg-type]
        page_timezone=rule_set.product.timezone,
    )


def _rule_set(page: PageAdmin, request: HttpRequest, rule_set_id: int) -> RuleSet:
    rule_set = get_object_or_404(RuleSet.objects.select_related("product"), pk=rule_set_id)
    if not page.has_view_permission(request, rule_set):
        raise PermissionDenied
    return rule_set


def _activations(rule_set: RuleSet) -> list[RuleSetActivation]:
    """Oldest first; a start that was called off was never live."""
    activations = RuleSetActivation.objects.filter(rule_set=rule_set).exclude(until_at=F("from_at"))
    related = ("version__rule_set__product", "version__author", "approval__checker")
    return list(activations.select_related(*related).order_by("from_at"))


def _events(
    activations: list[RuleSetActivation], section: str, key: str, user: User, at: datetime
) -> list[dict[str, Any]]:
    """Per version that changed the entry: its activation, and the changes in words (none for its first)."""
    events = []
    before: RuleSetActivation | None = None
    for row in activations:
        entry, was = _entry(row, section, key), _entry(before, section, key) if before else None
        if entry != was:
            view = VersionView(row.version, user, at)
            changes = view.changes_from(before.version) if before else []
            mine = [change for change in changes if (change.section, change.subject) == (section, key)]
            events.append({"activation": row, "changes": mine, "is_first": before is None})
        before = row
    return events


def _sections(activations: list[RuleSetActivation]) -> list[dict[str, Any]]:
    found: dict[str, dict[str, dict[str, Any]]] = defaultdict(dict)
    before: dict[tuple[str, str], Any] = {}
    for row in activations:
        now = dict(_entries(row))
        for (section, key), entry in {**before, **now}.items():
            if before.get((section, key)) == now.get((section, key)):
                continue
            life = found[section].setdefault(key, {"key": key, "count": 0})
            life |= {
                "label": subject_words(SECTIONS[section], entry, language()),
                "count": life["count"] + 1,
                "last": row,
                "is_gone": (section, key) not in now,
            }
            found[section][key] = life
        before = now
    return [
        {"name": name, "heading": SECTIONS[name].heading(language()), "lives": list(found[name].values())}
        for name in SECTIONS
        if name in found
    ]


def _entries(row: RuleSetActivation) -> Iterable[tuple[tuple[str, str], Any]]:
    document = row.version.document
    for section, name in KEYS.items():
        if section not in NOT_FOLLOWED:
            for entry in document.get(section, []):
                yield (section, str(entry[name])), entry


def _entry(row: RuleSetActivation, section: str, key: str) -> dict[str, Any] | None:
    entries = row.version.document.get(section, [])
    return next((entry for entry in entries if str(entry[KEYS[section]]) == key), None)


def _crumbs(rule_set: RuleSet) -> list[Crumb]:
    return [
        Crumb(_("Rule sets"), page_url("rules_ruleset_changelist")),
        Crumb(localised(rule_set, "name"), page_url("rules_ruleset_change", rule_set.pk)),
    ]
