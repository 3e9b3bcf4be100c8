"""Canary values go through every flow of a running product; then logs, queues, answers and the disk are searched."""

import http.client
import json
import re
from pathlib import Path

import pytest

from riskengine.stack.places import Places
from tests.factories.decisions import VARIABLES, body
from tests.trust.running import Running, wait_until
from tests.trust.soak_file import IS_SOAK, Campaign
from tests.trust.staff_browser import StaffBrowser

CANARY = "KANARIENVOGEL"
KINDS = ("national_id", "name", "phone", "address", "device_id", "bank_card", "email", "employer")
APPLICANTS = 25 if IS_SOAK else 4  # of eight values each
PASSWORD = "a long password of the tests"
PEOPLE = """
import django; django.setup()
from audit.models import User
from riskengine.roles import roles_ensure
from tests.factories import decisions as make
person = User.objects.create_user("canary-reviewer", password="a long password of the tests", person_id="C1")
person.is_staff = True
person.save()
person.groups.add(roles_ensure()["reviewer"])
print(make.lender("canary-test")[1])
"""
ERASE = """
import django; django.setup()
from lending.models import Customer
from lending.services.customers import customer_erase
from rules.models import Decision
from tests.factories import decisions as make
import sys
decision = Decision.objects.get(pk=sys.argv[1])
customer_erase(customer=decision.application.customer, at=make.now(), actor="system:tests")
"""

LEAK = """
import django; django.setup()
from audit.models import ApiClient
ApiClient.objects.create(code="leak", name="{}")
"""


@pytest.mark.soak
def test_no_canary_leaves_the_sealed_columns(product: Running, campaign: Campaign) -> None:
    campaign.planned = APPLICANTS * len(KINDS)
    api_key = product.python(PEOPLE).splitlines()[-1]
    decisions, told = _asked(product, api_key, campaign)
    shown = _revealed(product, decisions)
    product.python(ERASE, decisions[0])
    product.manage("replay", "--all")
    assert wait_until(lambda: product.waiting() == 0, 60) is not None
    assert sum(CANARY in page for page in shown) == len(shown) > 0, "a reveal shows what was sealed"
    found = {
        "answers": sum(CANARY in text for text in told),
        "logs": sum(_has(line.encode()) for line in list(product.launcher.lines)),
        "rows": sum(_has(text.encode()) for text in _rows(product)),
        "files": [str(path) for path in _files(product.launcher.var) if _has(path.read_bytes())],
    }
    campaign.more |= {"values": campaign.injected, "log_lines": len(product.launcher.lines), "hits": found}
    assert found == {"answers": 0, "logs": 0, "rows": 0, "files": []}


def test_the_search_finds_a_canary_in_each_place(product: Running) -> None:
    """The twin: what is written in clear is found in the rows, on the disk and in the log."""
    word = CANARY[::-1].encode()
    product.python(LEAK.format(word.decode()))
    assert any(word in text.encode() for text in _rows(product))
    assert wait_until(lambda: any(word in path.read_bytes() for path in _files(product.launcher.var)), 30) is not None
    assert any("postgres" in str(path) for path in _files(product.launcher.var))
    assert any(path.parent.name.startswith("append") or "valkey" in str(path) for path in _files(product.launcher.var))
    assert any("/api/v1/decisions" in line for line in list(product.launcher.lines)), "the access log is read too"


def _asked(product: Running, api_key: str, campaign: Campaign) -> tuple[list[str], list[str]]:
    """Decisions made, and the text of every answer, good and bad."""
    decisions, told = [], []
    for number in range(APPLICANTS):
        people = {kind: f"{CANARY}{kind}{campaign.seed}{number:08d}" for kind in KINDS}
        asked = {**body(number), "external_id": f"C-{campaign.seed}-{number}", "applicant": people}
        key = f"c-{campaign.seed}-{number}"
        status, text = _post(product, api_key, key, json.dumps(asked).encode())
        assert status == 201, text
        decisions.append(json.loads(text)["id"])
        campaign.injected += len(KINDS)
        bad = [
            {**asked, "variables": {**VARIABLES, "purpose": CANARY}},
            {**asked, "variables": {**VARIABLES, "amount_minor": CANARY}},
            {**asked, "applicant": {**people, "phone": [CANARY]}},
            {**asked, "as_of": CANARY},
            {**asked, "product": CANARY},
            {**asked, "external_id": f"C-{number}-x", "applicant": {**people, "national_id": "\u0000" + CANARY}},
        ]
        sent = [json.dumps(each).encode() for each in bad] + [json.dumps(asked).encode()[:-9], CANARY.encode()]
        for place, each in enumerate(sent):
            status, refused = _post(product, api_key, f"{key}-{place}", each)
            assert 400 <= status < 500, refused
            told.append(refused)
        told += [text, _post(product, api_key, key, json.dumps({**asked, "external_id": "other"}).encode())[1]]
        told.append(_post(product, f"Api-Key {CANARY}.{CANARY}{CANARY}", key, json.dumps(asked).encode())[1])
    return decisions, told


def _revealed(product: Running, decisions: list[str]) -> list[str]:
    """The pages on which a reviewer was shown a value; looked for, too, in every list that can be searched."""
    staff = StaffBrowser(product.launcher.base)
    staff.sign_in("canary-reviewer", PASSWORD)
    for place in ("rules/decision", "lending/customer", "lending/application", "lending/loan"):
        staff.get(f"/admin/{place}/?q={CANARY}")
    shown = []
    for decision in decisions[:3]:
        page = staff.get(f"/admin/rules/decision/{decision}/change/")
        assert CANARY not in page
        identifier = re.search(r'name="identifier" value="(\d+)"', page)
        assert identifier, page[:2000]
        asked = {"identifier": identifier[1], "purpose": "fraud_check"}
        assert CANARY not in staff.post(f"/admin/rules/decision/{decision}/reveal/", **asked, password="wrong")
        shown.append(staff.post(f"/admin/rules/decision/{decision}/reveal/", **asked, password=PASSWORD))
    return shown


def _post(product: Running, api_key: str, key: str, data: bytes) -> tuple[int, str]:
    headers = {"Authorization": api_key, "Idempotency-Key": key, "Content-Type": "application/json"}
    connection = http.client.HTTPConnection("127.0.0.1", product.launcher.port, timeout=15)
    connection.request("POST", "/api/v1/decisions", data, headers)
    response = connection.getresponse()
    found = response.status, response.read().decode()
    connection.close()
    return found


def _has(data: bytes) -> bool:
    return CANARY.encode() in data or CANARY.lower().encode() in data or CANARY.encode().hex().encode() in data


def _rows(product: Running) -> list[str]:
    """Every row of every table as text, bytes in hex."""
    tables = product.query("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
    return [text for (name,) in tables for (text,) in product.query(f'SELECT t::text FROM "{name}" t')]


def _files(var: Path) -> list[Path]:
    """Every file of the stack: the broker's journal, the database's tables and write-ahead log, exports, keys."""
    home = Places(var).postgres_home(None)
    folders = {var, home / "data"}
    return [path for folder in folders for path in sorted(folder.rglob("*")) if path.is_file()]
