"""`customer_page`: how long a customer's page takes with 1,000 transactions, in the database of DATABASE_URL.

Everything it writes is rolled back.
"""

import os
import statistics
import time
from datetime import UTC, datetime, timedelta

import django

from benchmarks.harness import Row

ROUNDS = 20
LIMIT_MS = 500.0
REFERENCE = "the limit of half a second"


def customer_page() -> Row:
    """Median milliseconds of ROUNDS openings; prints the worst."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "riskengine.settings")
    django.setup()
    from django.db import transaction
    from django.test import Client
    from django.urls import reverse

    from audit.models import User
    from lending.models import BankAccount, Customer
    from lending.services.book.accounts import accounts_record, transactions_record
    from lending.services.book.inputs import AccountInput, TransactionInput
    from lending.vault import key_new

    now = datetime.now(UTC)
    call = {"source": "benchmark", "at": now, "actor": "system:benchmark"}
    with transaction.atomic():
        customer = Customer.objects.create(wrapped_key=key_new()[1], created_at=now)
        account = AccountInput(customer_id=customer.pk, external_id="benchmark-account", currency="CNY")
        accounts_record(items=[account], **call)
        account_id = BankAccount.objects.get(external_id="benchmark-account").pk
        items = [
            TransactionInput(
                account_id=account_id,
                external_id=f"T-{number}",
                event_at=now - timedelta(hours=6 * number + 6),
                known_at=now - timedelta(hours=6 * number + 5),
                amount_minor=-100 - number,
                text="超市",
            )
            for number in range(1000)
        ]
        began = time.perf_counter()
        transactions_record(items=items, **call)
        print(f"1,000 transactions recorded in {time.perf_counter() - began:.2f} s")
        person = User.objects.create(
            username="benchmark-page", person_id="benchmark-page", is_staff=True, is_superuser=True
        )
        client = Client(SERVER_NAME="127.0.0.1")
        client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
        url = reverse("admin:lending_customer_change", args=[customer.pk])
        assert client.get(url).status_code == 200
        took = []
        for _ in range(ROUNDS):
            began = time.perf_counter()
            client.get(url)
            took.append(1000 * (time.perf_counter() - began))
        transaction.set_rollback(True)
    middle = statistics.median(took)
    print(f"customer page: median {middle:.0f} ms, worst {max(took):.0f} ms of {ROUNDS}")
    return Row("customer_page", middle, "ms", REFERENCE, middle / LIMIT_MS, LIMIT_MS)
