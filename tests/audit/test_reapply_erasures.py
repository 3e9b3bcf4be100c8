"""A restored backup brings nobody's data back."""

import pytest
from django.core.management import CommandError, call_command

from audit.models import AuditEntry
from audit.services.checkpoints import checkpoint_sign
from audit.services.verification import log_export, log_verify
from lending.models import Customer, Identifier
from lending.services.customers import customer_create, customer_erase
from tests.factories.audit import AT

pytestmark = pytest.mark.django_db(transaction=True)


def test_an_erasure_is_applied_again_after_a_restore(var_dir, tmp_path, capsys):
    erased, kept = (customer_create(identifiers={"phone": phone}, at=AT) for phone in ("13800138000", "13900139000"))
    backup = list(Customer.objects.values()), list(Identifier.objects.values())
    customer_erase(customer=erased, at=AT, actor="system:tests")
    checkpoint_sign(AT)
    assert log_verify().is_sound
    log_export(tmp_path / "export")
    _restore(*backup)
    assert Identifier.objects.filter(customer=erased).exists()
    call_command("reapply_erasures", tmp_path / "export")
    assert "1 erasures in the log, 1 applied again" in capsys.readouterr().out
    assert not Identifier.objects.filter(customer=erased).exists()
    assert Identifier.objects.filter(customer=kept).exists()
    call_command("reapply_erasures", tmp_path / "export")
    assert AuditEntry.objects.filter(kind="customer.erased").count() == 2


def _restore(customers, identifiers) -> None:
    Identifier.objects.all().delete()
    Customer.objects.all().delete()
    Customer.objects.bulk_create([Customer(**row) for row in customers])
    Identifier.objects.bulk_create([Identifier(**row) for row in identifiers])


def test_a_folder_without_an_export_is_refused(tmp_path):
    with pytest.raises(CommandError):
        call_command("reapply_erasures", tmp_path)
