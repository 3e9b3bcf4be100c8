"""The table of expected access, and what a real request shows: one word for GET and one for POST.

yes: let through, whatever the empty request then comes to · no: 403 · login: sent to sign in · key: 401 ·
none: 404 · bars: 405 · moved: sent to another address.
"""

import csv
from copy import deepcopy
from pathlib import Path
from typing import Any
from uuid import UUID

from django.contrib import admin
from django.db import connection, transaction
from django.test import Client, RequestFactory

from lending.models import Application, Customer, Loan
from monitoring.models import DiversionFinding, HealthShare, ReviewRun
from tests.trust.addresses import Address, model_of, path_of, registered
from tests.trust.world import KEYS, STAFF, World, sample_of

TABLE = Path(__file__).with_name("access.csv")
COLUMNS = (*STAFF, *KEYS)
WORDS = {401: "key", 403: "no", 404: "none", 405: "bars"}
SIGN_IN = "/admin/login/"
# Signing in and out, the language and one's own password are everybody's to write.
QUIET_TABLES = ("django_session", "axes_", "audit_user")
VERSION_OF = {"approve": "waits", "reject": "waits", "withdraw": "waits", "resubmit": "waits", "retire": "draft"}


def table_read() -> dict[str, dict[str, str]]:
    """Expected access by address and column; "=" repeats what anonymous gets."""
    with TABLE.open(newline="") as file:
        rows = [[cell.strip() for cell in row] for row in csv.reader(file) if row and not row[0].startswith("#")]
    head, *body = rows
    assert tuple(head[1:]) == COLUMNS, "the columns are the roles and scopes of the product"
    assert len({row[0] for row in body}) == len(body), "an address has one row"
    table = {row[0]: dict(zip(COLUMNS, row[1:], strict=True)) for row in body}
    return {
        name: {column: (row["anonymous"] if cell == "=" else cell) for column, cell in row.items()}
        for name, row in table.items()
    }


def path_for(world: World, address: Address) -> str:
    """A path of the address on which the person who may act can act."""
    if address not in world.paths:
        world.paths[address] = _path_made(world, address)
    return world.paths[address]


def _path_made(world: World, address: Address) -> str:
    stem = model_of(address)
    assert world.decision
    values: dict[str, Any] = {
        "decision_id": UUID(str(world.decision.pk)),
        "code": "instalment",
        "section": "parameters",
        "key": "largest_minor",
        "content_type_id": 1,
        "url": "nowhere",
        "(?P<url>.*)$": "nowhere",
    }
    assert world.batch and world.catalogue_draft
    values |= {"batch_id": world.batch.pk, "draft_id": world.catalogue_draft.pk, "kind": "velocity", "place": 0}
    values["catalogue_id"] = world.catalogue_draft.based_on_id
    values["customer_id"] = sample_of(Customer)
    values |= {"share_id": sample_of(HealthShare), "form": "svg", "secret": "nobody's"}
    values |= {"region_code": "R1", "card": "products", "run_id": sample_of(ReviewRun)}
    values["finding_id"] = sample_of(DiversionFinding)
    values["number"] = Application.objects.get(pk=sample_of(Application)).external_id
    values["loan_id"] = sample_of(Loan)
    if stem:
        values |= {"object_id": sample_of(registered()[stem]), "pk": sample_of(registered()[stem])}
        if stem == "audit_governeddocument":
            assert world.setting
            values |= {"object_id": world.setting.pk, "pk": world.setting.pk}
        values["entry_id"] = values["object_id"]
        values["rule_set_id"] = world.versions["draft"].rule_set_id
        values["stop_id"] = values["model_id"] = values["pk"]
    else:
        values["object_id"] = 1
    verb = address.name.rsplit("_", 1)[-1]
    version = world.versions[VERSION_OF.get(verb, "draft")]
    values["version_id"] = version.pk
    if stem == "rules_rulesetversion":
        values["object_id"] = version.pk
    regular = next((str(part) for part in address.parts if "(?P<app_label>" in str(part)), "")
    return path_of(address, {**values, regular: "audit/"})


def asked(client: Client, method: str, path: str, headers: dict[str, str] | None = None) -> tuple[str, list[str]]:
    """The word for the answer, and the statements that wrote; all of it is undone."""
    written: list[str] = []

    def watch(execute: Any, sql: Any, *rest: Any) -> Any:
        text = str(sql).lstrip()
        if text[:6].upper() in ("INSERT", "UPDATE", "DELETE") and not any(name in text for name in QUIET_TABLES):
            written.append(text[:200])
        return execute(sql, *rest)

    cookies = deepcopy(client.cookies)
    with transaction.atomic(), connection.execute_wrapper(watch):
        # A body without a field: nobody is stopped by what they wrote, only by who they are.
        options = (
            {} if method in ("get", "head") else {"data": b"", "content_type": "application/x-www-form-urlencoded"}
        )
        response = getattr(client, method)(path, headers=headers or {}, **options)
        word = _word(method, response)
        transaction.set_rollback(True)
    client.cookies = cookies  # signing out is one of the requests
    return word, written


def _word(method: str, response: Any) -> str:
    status = response.status_code
    if 300 <= status < 400:
        if response["Location"].startswith(SIGN_IN):
            return "login"
        return "yes" if method == "post" else "moved"
    assert status < 500, f"{status} on {response.request['PATH_INFO']}: {response.content[:500]!r}"
    return WORDS.get(status, "yes")


def shown(get: str, post: str) -> str:
    """A cell: the words for GET and POST, or one where they agree."""
    return get if get == post else f"{get}/{post}"


def observed(world: World, address: Address, column: str) -> str:
    """What this role, or a key of this scope, gets at the address."""
    return shown(*(asked_of(world, address, column, method)[0] for method in ("get", "post")))


def asked_of(world: World, address: Address, column: str, method: str) -> tuple[str, list[str]]:
    """The word and the writing statements where this role, or a key of this scope, asks."""
    client = world.clients.get(column, world.clients["anonymous"])
    return asked(client, method, path_for(world, address), world.headers.get(column))


def asked_once(world: World, address: Address, column: str, method: str) -> tuple[str, list[str]]:
    """The same, remembered: each request is undone, so that asking again would show what it showed."""
    key = (address, column, method)
    if key not in world.answers:
        world.answers[key] = asked_of(world, address, column, method)
    return world.answers[key]


def list_actions() -> list[tuple[str, str]]:
    """Every action of every list of the admin: (stem of the model, name)."""
    found = []
    for stem, model in registered().items():
        page = admin.site._registry[model]
        names = [name for _function, name, _words in page._get_base_actions()]
        found += [(stem, name) for name in names]
    return found


def may_act(world: World, stem: str, name: str, column: str) -> bool:
    """Whether the list is open to the role and offers the action (Django runs only what it offers)."""
    request = RequestFactory().get("/")
    request.user = world.people[column]
    page = admin.site._registry[registered()[stem]]
    return page.has_view_permission(request) and name in page.get_actions(request)
