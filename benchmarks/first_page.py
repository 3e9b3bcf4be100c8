"""`first_page`: the admin's first page and every list that its numbers open, on the book of DATABASE_URL as it is.

`python -m benchmarks first_page` asks through Django's whole stack, as a person who sees everything; nothing stays
written. The book should have been reviewed: a page without numbers is no measurement.
"""

import os
import re
import statistics
from html import unescape
from time import perf_counter
from typing import Any

import django

from benchmarks.harness import Row

ROUNDS = 20
LIMIT_MS = 1_000.0
PAGE = "/admin/"
REFERENCE = "the limit of one second"
_LISTS = re.compile(r'href="([^"]*(?:portfoliofigure/(?:loans|applications)|reviewrun/\d+/loans)/[^"]*)"')


def first_page() -> list[Row]:
    """Median milliseconds of the page, and of the slowest of the lists; prints the worst of each."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "riskengine.settings")
    django.setup()
    from django.db import transaction

    from monitoring.models import ReviewResult

    with transaction.atomic():
        client = _client()
        text = client.get(PAGE).content.decode()
        lists = sorted({unescape(url) for url in _LISTS.findall(text)})
        if not lists:
            raise RuntimeError("no number on the page opens a list: review the book first")
        page = _times(client, PAGE)
        by_list = {url: _times(client, url, rounds=3) for url in lists}
        transaction.set_rollback(True)
    slowest = max(by_list.values(), key=statistics.median)
    every = [took for times in by_list.values() for took in times]
    print(f"{ReviewResult.objects.count():,} results of reviews; {len(lists)} lists open from the page")
    print(f"first page: median {statistics.median(page):.0f} ms, worst {max(page):.0f} ms of {ROUNDS}")
    print(f"its lists: median {statistics.median(every):.0f} ms, worst {max(every):.0f} ms of {len(every)}")
    return [_row("first_page", statistics.median(page)), _row("first_page_list", statistics.median(slowest))]


def _client() -> Any:
    from django.test import Client

    from audit.models import User

    name = "benchmark-first-page"
    person = User.objects.create(username=name, person_id=name, is_staff=True, is_superuser=True)
    client = Client(SERVER_NAME="127.0.0.1")
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    return client


def _times(client: Any, url: str, rounds: int = ROUNDS) -> list[float]:
    """Milliseconds of each opening. Raises RuntimeError where it does not open."""
    found = []
    for _ in range(rounds):
        began = perf_counter()
        answer = client.get(url)
        found.append(1000 * (perf_counter() - began))
        if answer.status_code != 200:
            raise RuntimeError(f"{url} answered {answer.status_code}")
    return found


def _row(name: str, took: float) -> Row:
    return Row(name=name, value=took, unit="ms", reference=REFERENCE, ratio=took / LIMIT_MS, reference_value=LIMIT_MS)
