"""No personal data outside sealed columns: canary values go through every flow and are looked for everywhere else."""

import json
import logging

import pytest
from django.db import connection

from riskengine.logs import JsonFormatter
from tests.factories import decisions as make

CANARY = "CANARY"


class Lines(logging.Handler):
    """Keeps log lines as the product writes them."""

    def __init__(self):
        super().__init__()
        self.setFormatter(JsonFormatter())
        self.lines = []

    def emit(self, record):
        self.lines.append(self.format(record))


@pytest.fixture
def lines():
    handler = Lines()
    logging.getLogger().addHandler(handler)
    yield handler.lines
    logging.getLogger().removeHandler(handler)


def canary(number):
    kinds = ("national_id", "name", "phone", "address", "device_id", "bank_card", "email", "employer")
    return {kind: f"{CANARY}{kind.upper()}{number}{'0' * 8}1" for kind in kinds}


def dump():
    """Every row of every table as text, bytes in hex and decoded."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        tables = [name for (name,) in cursor.fetchall()]
        for table in tables:
            cursor.execute(f'SELECT t::text FROM "{table}" t')
            for (text,) in cursor.fetchall():
                yield table, text


def test_no_canary_is_found_outside_sealed_columns(lender, lines, monkeypatch):
    answers = []
    for number in range(12):
        asked = make.body(applicant=canary(number))
        answers.append(lender.post(asked))
        bad = [
            {**asked, "variables": {**make.VARIABLES, f"{CANARY}_name": 1}},
            {**asked, "variables": {**make.VARIABLES, "purpose": f"{CANARY}_purpose"}},
            {**asked, "applicant": {**canary(number), "phone": [f"{CANARY}1"]}},
            {**asked, "as_of": f"{CANARY}_as_of"},
            {**asked, "product": f"{CANARY}_product"},
        ]
        answers += [lender.post(one) for one in bad]
        answers.append(lender.post(json.dumps(asked).encode()[:-9]))
        answers.append(lender.post(json.dumps(asked).encode() + b'"' + CANARY.encode()))

    def breaks(*_args, **_kwargs):
        raise ValueError(f"{CANARY} in an exception")

    with monkeypatch.context() as broken:
        broken.setattr("rules.services.decisions.making.document_of", breaks)
        answers.append(lender.post(make.body(applicant=canary(99))))
    answers.append(lender.get(f"/api/v1/decisions/{CANARY}"))
    assert sum(answer.status_code == 201 for answer in answers) == 12
    # A name the caller made up is told back to them, as the field that is wrong, and to nobody else.
    told = [answer.content.decode() for answer in answers]
    assert not [text for text in told if CANARY in text.replace(f"variables.{CANARY}_name", "")]
    assert not [line for line in lines if CANARY in line.replace(f"/api/v1/decisions/{CANARY}", "")]
    hexed = CANARY.encode().hex()
    assert not [(table, text[:200]) for table, text in dump() if CANARY in text or hexed in text]


def test_switched_off_the_dump_would_show_a_canary(lender):
    from audit.models import ApiClient

    ApiClient.objects.create(code="leak", name=f"{CANARY} in clear")
    assert [table for table, text in dump() if CANARY in text] == ["audit_apiclient"]
