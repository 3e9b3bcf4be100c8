"""The pages of lists: who may do what, what a search leaves behind, and a file from preview to force."""

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from audit.models import AuditEntry
from lending.models import Identifier, ListEntry, ListImport
from lending.services.customers import customer_create
from tests.admin.conftest import PASSWORD, as_role
from tests.decisions.conftest import forget
from tests.factories import decisions as make
from tests.factories.api_fixtures import Lender
from tests.lists.factory import content, effective, proposed

__all__ = ["as_role", "forget"]
pytestmark = pytest.mark.django_db
BASE = "/admin/lending/listentry"
ADD = {"kind": "BLACK", "dimension": "phone", "value": "138 0000 0001", "source": "Police", "reason": "Fraud"}
HEAD = "dimension,value,kind,reason,source,start,expiry\n"


def upload(client, text, encoding="utf-8"):
    data = text if isinstance(text, bytes) else (HEAD + text).encode(encoding)
    return client.post(f"{BASE}/import/", {"file": SimpleUploadedFile("entries.csv", data)}, follow=True)


def test_an_entry_is_proposed_by_one_and_approved_by_another(as_role):
    client, _maker = as_role("maker")
    page = client.post(f"{BASE}/add/", ADD, follow=True)
    entry = ListEntry.objects.get()
    assert page.status_code == 200 and entry.state == "PROPOSED" and b"13800000001" not in page.content
    assert client.get(f"{BASE}/approve/?entry={entry.pk}").status_code == 403
    client, _checker = as_role("checker")
    page = client.get(f"{BASE}/approve/?entry={entry.pk}")
    shown = re.search(r'name="shown" value="([^"]+)"', page.content.decode())[1]
    wrong = {"decision": "approve", "shown": shown, "password": "wrong"}
    assert client.post(f"{BASE}/approve/?entry={entry.pk}", wrong).status_code == 200
    client.post(f"{BASE}/approve/?entry={entry.pk}", {**wrong, "password": PASSWORD})
    entry.refresh_from_db()
    assert entry.state == "EFFECTIVE"


@pytest.mark.parametrize("role", ["checker", "auditor", "reviewer", "modeller"])
def test_others_look_and_propose_nothing(as_role, role):
    entry = effective()
    client, _person = as_role(role)
    assert client.get(f"{BASE}/{entry.pk}/change/").status_code == 200
    assert client.get(f"{BASE}/").status_code == 200
    for address in ("add/", "import/", f"{entry.pk}/end/", f"{entry.pk}/withdraw/"):
        assert client.post(f"{BASE}/{address}", ADD).status_code == 403


def test_a_search_is_posted_and_finds_by_hash(as_role):
    effective("13800000001")
    client, _person = as_role("auditor")
    page = client.post(f"{BASE}/search/", {"value": "+86 138-0000-0001"})
    assert [row["entry"].hint for row in page.context["rows"]] == ["001"]
    assert "13800000001" not in page.content.decode() and "138-0000-0001" not in page.content.decode()
    assert client.post(f"{BASE}/search/", {"value": "13800000002", "dimension": "phone"}).context["rows"] == []
    assert client.get(f"{BASE}/search/?value=13800000001").status_code == 302


@pytest.mark.parametrize(
    ("query", "count"),
    [("kind=BLACK", 2), ("kind=WHITE", 1), ("dimension=employer", 1), ("state=waiting", 1), ("state=in_force", 2),
     ("state=expiring", 1), ("source=Police+report", 3), ("state=past", 0)],
)  # fmt: skip
def test_the_list_is_filtered(as_role, query, count):
    at = timezone.now()
    proposed("13800000001")
    effective("13800000002", until_at=at + timezone.timedelta(days=9))
    effective("Examples Ltd", dimension="employer", kind="WHITE")
    client, _person = as_role("auditor")
    assert len(client.get(f"{BASE}/?{query}").context["rows"]) == count


def test_the_entry_says_whom_it_hits(as_role):
    make.catalogue_goes_live()
    make.policy_goes_live()
    decided = Lender().post(make.body(7)).json()["id"]
    entry = proposed("13800000007")
    client, _person = as_role("checker")
    page = client.get(f"{BASE}/{entry.pk}/change/")
    hits = page.context["hits"]
    assert (hits.customers, hits.applications, hits.decisions, hits.looked_at) == (1, 1, 1, 1)
    assert decided in page.content.decode()


def test_a_file_is_previewed_with_whom_it_hits_and_writes_nothing_before_it_is_confirmed(as_role):
    customer_create(identifiers={"phone": "13800000001"}, at=timezone.now())
    effective("13800000009")
    client, _maker = as_role("maker")
    page = upload(
        client,
        "phone,'+8613800000001,BLACK,Fraud,Police,,2030-01-31\n"
        "phone,138 0000 0001,black,Again,Police,,\n"
        "phone,13800000009,BLACK,Fraud,Police,,\n"
        "name,Zhang San,BLACK,Fraud,Police,,\n"
        "employer,Examples Ltd,GREY,Phone 13800000001,Police,,\n"
        "employer,Examples Ltd,GREY,Complaints,Police,tomorrow,\n"
        "employer,Examples Ltd,GREY,Complaints,Police,,\n",
    )
    assert (page.context["count"], page.context["rejected"], page.context["hits"].customers) == (2, 5, 1)
    assert ListEntry.objects.count() == 1, "looking wrote nothing"
    batch = ListImport.objects.get()
    codes = [found["code"] for found in batch.rejects]
    assert codes == ["duplicate_in_file", "listed_already", "unknown_dimension", "names_identifier", "not_a_day"]
    rejects = client.get(f"{BASE}/import/{batch.pk}/rejects.csv").content.decode()
    assert "4,value,listed_already" in rejects and "138" not in rejects and "Zhang" not in rejects
    client.post(f"{BASE}/import/{batch.pk}/confirm/")
    batch.refresh_from_db()
    assert batch.entries.count() == 2 and batch.state == "PROPOSED" and batch.rows == []
    assert client.post(f"{BASE}/import/{batch.pk}/confirm/", follow=True).status_code == 200
    assert batch.entries.count() == 2


def test_several_of_a_file_are_approved_in_one_action(as_role):
    client, _maker = as_role("maker")
    upload(client, "".join(f"phone,1380000000{number},BLACK,Fraud,Police,,\n" for number in range(4)))
    client.post(f"{BASE}/import/{ListImport.objects.get().pk}/confirm/")
    entries = list(ListEntry.objects.order_by("pk"))
    client, _checker = as_role("checker")
    ticked = "&".join(f"entry={entry.pk}" for entry in entries[:3])
    page = client.get(f"{BASE}/approve/?{ticked}").content.decode()
    shown = re.findall(r'name="shown" value="([^"]+)"', page)
    client.post(f"{BASE}/approve/?{ticked}", {"decision": "approve", "shown": shown, "password": PASSWORD})
    assert [entry.state for entry in ListEntry.objects.order_by("pk")] == ["EFFECTIVE"] * 3 + ["PROPOSED"]
    assert AuditEntry.objects.filter(kind="approval.approved", object_type="list_entry").count() == 3


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "no file"),
        (b"\xff\xfe\x00", "not CSV text"),
        (b"dimension,value\nphone,1\n", "exactly these columns"),
        ((HEAD + "phone,1,BLACK,x,y,,\n" * 1_001).encode(), "more than 1,000 rows"),
        (b"x" * 1_000_001, "larger than 1 MB"),
    ],
)
def test_a_file_that_is_none_is_refused_in_words(as_role, data, reason):
    client, _maker = as_role("maker")
    page = upload(client, data)
    words = {"no file": "empty"}.get(reason, reason)
    assert words in page.content.decode() and not ListImport.objects.exists()


def test_a_file_from_a_chinese_spreadsheet_is_read(as_role):
    client, _maker = as_role("maker")
    page = upload(client, "employer,示例公司,GREY,投诉,监管部门,,\n", "gb18030")
    assert page.context["count"] == 1 and page.context["rows"][0]["content"].source == "监管部门"


def test_nobody_confirms_the_preview_of_another(as_role):
    client, _maker = as_role("maker")
    upload(client, "phone,13800000001,BLACK,Fraud,Police,,\n")
    other, _person = as_role("maker")
    assert other.post(f"{BASE}/import/{ListImport.objects.get().pk}/confirm/").status_code == 404


def test_what_was_typed_or_uploaded_is_in_no_row_and_no_log(as_role, caplog):
    canary = "KANARIENVOGEL"
    client, _maker = as_role("maker")
    with caplog.at_level("DEBUG"):
        client.post(f"{BASE}/add/", {**ADD, "dimension": "employer", "value": canary})
        client.post(f"{BASE}/add/", {**ADD, "dimension": "employer", "value": canary, "reason": f"It is {canary}"})
        client.post(f"{BASE}/search/", {"value": canary})
        upload(client, f"address,{canary}1,BLACK,Fraud,Police,,\n{canary},x,{canary},y {canary},z,{canary},\n")
        client.post(f"{BASE}/import/{ListImport.objects.get().pk}/confirm/")
    assert ListEntry.objects.count() == 2
    assert not _rows_with(canary) and canary not in caplog.text


def test_the_search_for_the_canary_finds_one():
    """The twin."""
    effective("x1", dimension="employer", source="KANARIENVOGEL 2")
    assert _rows_with("KANARIENVOGEL") == ["lending_listentry"]


def _rows_with(word):
    from django.db import connection

    found = []
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names():
            cursor.execute(f'SELECT count(*) FROM "{table}" t WHERE t::text ILIKE %s', [f"%{word}%"])
            found += [table] * bool(cursor.fetchone()[0])
    return found


def test_an_unknown_identifier_hits_nobody(as_role):
    client, _person = as_role("auditor")
    entry = proposed(content("13899999999") and "13899999999")
    assert client.get(f"{BASE}/{entry.pk}/change/").context["hits"].customers == 0
    assert not Identifier.objects.exists()


@pytest.mark.parametrize("day", ["9999-12-31", "0001-01-01"])
def test_a_day_at_the_ends_of_the_calendar_is_refused_in_words(as_role, day):
    client, _maker = as_role("maker")
    page = client.post(f"{BASE}/add/", {**ADD, "expiry": day, "start": day})
    assert page.status_code == 200 and not ListEntry.objects.exists()
    upload(client, f"phone,13800000001,BLACK,Fraud,Police,,{day}\nphone,13800000002,BLACK,Fraud,Police,{day},\n")
    found = [(row["row"], row["field"], row["code"]) for row in ListImport.objects.get().rejects]
    assert found == [(2, "expiry", "not_a_day"), (3, "start", "not_a_day")]
