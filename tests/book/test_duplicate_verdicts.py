"""What a person says of two customers who may be one: once, with a name, and never asked again."""

from datetime import timedelta

import pytest
from django.conf import settings as project
from django.db import IntegrityError, transaction
from django.test import Client

from audit.models import AuditEntry
from lending.models import BookImport, Customer, CustomerLink, SuspectedDuplicate
from lending.services.book_imports.verdicts import DuplicateDecided, VerdictInvalid, duplicate_decide
from tests.admin.conftest import member
from tests.book.importing import AT, imported, mapping_of
from tests.factories.audit import user

pytestmark = pytest.mark.django_db
COLUMNS = {"national_id": "id", "name": "name", "phone": "phone", "address": "address"}
WANG = {"id": "1", "name": "Wang Xiaoming", "phone": "13800000001", "address": "12 Long Example Street, Shanghai"}


@pytest.fixture
def found() -> BookImport:
    return imported(mapping_of("customers", COLUMNS), [WANG, {**WANG, "id": "3", "name": "Wang Xiao Ming"}])


def test_one_person_is_linked_both_ways_and_stays_two_rows(found: BookImport) -> None:
    pair, by = found.suspected.get(), user()
    duplicate_decide(pair=pair, verdict="SAME", by=by, at=AT)
    pair.refresh_from_db()
    assert (pair.verdict, pair.decided_by, pair.decided_at) == ("SAME", by, AT)
    links = CustomerLink.objects.values_list("customer_id", "other_id", "kind", "is_liable")
    assert set(links) == {
        (pair.customer_id, pair.other_id, "SAME_PERSON", False),
        (pair.other_id, pair.customer_id, "SAME_PERSON", False),
    }
    assert Customer.objects.count() == 2


def test_one_person_is_taken_back_with_a_reason_and_the_links_end(found: BookImport) -> None:
    pair, later = found.suspected.get(), AT + timedelta(days=3)
    duplicate_decide(pair=pair, verdict="SAME", by=user(), at=AT)
    for reason in ("", "because"):
        with pytest.raises(VerdictInvalid):
            duplicate_decide(pair=pair, verdict="DIFFERENT", by=user(), at=later, reason=reason)
    duplicate_decide(pair=pair, verdict="DIFFERENT", by=user(), at=later, reason="MISTAKEN")
    pair.refresh_from_db()
    assert (pair.verdict, pair.decided_at) == ("DIFFERENT", later)
    ends = CustomerLink.objects.filter(known_at=later).values_list("customer_id", "since", "until")
    assert set(ends) == {(one, AT.date(), later.date()) for one in (pair.customer_id, pair.other_id)}
    assert AuditEntry.objects.filter(kind="suspected_duplicate.decided", payload__withdrawn="MISTAKEN").exists()
    with pytest.raises(DuplicateDecided):
        duplicate_decide(pair=pair, verdict="SAME", by=user(), at=later)


def test_two_persons_are_never_suspected_again(found: BookImport) -> None:
    duplicate_decide(pair=found.suspected.get(), verdict="DIFFERENT", by=user(), at=AT)
    imported(mapping_of("customers", COLUMNS), [WANG, {**WANG, "id": "3", "name": "Wang Xiaoming"}])
    assert SuspectedDuplicate.objects.get().verdict == "DIFFERENT"
    assert not CustomerLink.objects.exists()


def test_it_is_said_once_and_by_somebody(found: BookImport) -> None:
    pair = found.suspected.get()
    with pytest.raises(VerdictInvalid):
        duplicate_decide(pair=pair, verdict="PERHAPS", by=user(), at=AT)
    duplicate_decide(pair=pair, verdict="SAME", by=user(), at=AT)
    with pytest.raises(DuplicateDecided):
        duplicate_decide(pair=pair, verdict="SAME", by=user(), at=AT)
    with pytest.raises(IntegrityError), transaction.atomic():
        SuspectedDuplicate.objects.update(decided_by=None)


def test_on_the_page_of_the_import_it_is_counted_and_said(found: BookImport) -> None:
    path, client = f"/admin/lending/bookimport/{found.pk}/", Client()
    told = {"pair": found.suspected.get().pk, "verdict": "DIFFERENT"}
    client.force_login(member("auditor"), backend=project.AUTHENTICATION_BACKENDS[-1])
    assert "1 open" in client.get(f"{path}change/").content.decode()
    assert client.post(f"{path}duplicates/", told).status_code == 403
    client.force_login(member("reviewer"), backend=project.AUTHENTICATION_BACKENDS[-1])
    assert "1 pair of customers may be one person" in client.get("/admin/lending/bookimport/").content.decode()
    answer = client.post(f"{path}duplicates/", told, follow=True).content.decode()
    assert "Two persons" in answer and "1 open" not in answer


def test_on_the_page_one_person_is_taken_back(found: BookImport) -> None:
    path, client, pair = f"/admin/lending/bookimport/{found.pk}/", Client(), found.suspected.get()
    client.force_login(member("reviewer"), backend=project.AUTHENTICATION_BACKENDS[-1])
    shown = client.post(f"{path}duplicates/", {"pair": pair.pk, "verdict": "SAME"}, follow=True).content.decode()
    assert "Said by mistake" in shown
    told = {"pair": pair.pk, "verdict": "DIFFERENT", "reason": "MISTAKEN"}
    assert "Said by mistake" not in client.post(f"{path}duplicates/", told, follow=True).content.decode()
    assert CustomerLink.objects.exclude(until=None).count() == 2
