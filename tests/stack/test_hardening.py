"""Settings of a real server: no finding of Django's, brute force stops, a second factor at the door."""

import os
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib import admin
from django.core.management import CommandError, call_command
from django.db import ProgrammingError, connection, transaction
from django.test import Client
from django_otp.oath import TOTP
from django_otp.plugins.otp_totp.models import TOTPDevice

from audit.models import AuditEntry, User

ROOT = Path(__file__).resolve().parents[2]
PASSWORD = "correct horse battery staple"
LOGIN, START = "/admin/login/", "/admin/"


@pytest.fixture
def staff(db: None) -> User:
    return User.objects.create_superuser("maria", "maria@example.com", PASSWORD, person_id="P1")


def sign_in(client: Client, password: str = PASSWORD, token: str = "") -> int:
    """Try to sign in; the status of the start page afterwards, or 429 when locked out."""
    body = {"username": "maria", "password": password, "otp_token": token}
    status = client.post(LOGIN, body).status_code
    return status if status == 429 else client.get(START).status_code


def test_a_server_behind_https_has_no_finding() -> None:
    https = {"IS_HTTPS": "true", "TRUSTED_PROXY_COUNT": "1", "ALLOWED_HOSTS": "credit.example.com", "DEBUG": "false"}
    ours = {name: value for name, value in os.environ.items() if name != "DJANGO_ALLOW_ASYNC_UNSAFE"}  # browser tests'
    command = [sys.executable, "manage.py", "check", "--deploy", "--fail-level", "WARNING"]
    done = subprocess.run(command, cwd=ROOT, env={**ours, **https}, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    assert "0 silenced" in done.stdout


def test_without_https_django_has_findings() -> None:
    """The twin: the check above does look."""
    command = [sys.executable, "manage.py", "check", "--deploy", "--fail-level", "WARNING"]
    environment = {**os.environ, "IS_HTTPS": "false", "DEBUG": "false"}
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=120)
    assert done.returncode != 0
    assert "security.W004" in done.stderr


def test_the_right_password_opens_the_admin(staff: User, client: Client) -> None:
    assert not settings.IS_OTP_REQUIRED
    assert sign_in(client) == 200


def test_five_wrong_passwords_lock_the_account(staff: User, client: Client) -> None:
    tries = [sign_in(client, password=f"wrong {number}") for number in range(5)]
    assert (429 in tries[:-1], tries[-1]) == (False, 429)
    assert sign_in(client) == 429


def test_the_page_of_a_locked_account_says_what_to_do(staff: User, client: Client) -> None:
    for number in range(5):
        page = client.post(LOGIN, {"username": "maria", "password": f"wrong {number}"})
    assert "for an hour" in page.content.decode()
    call_command("axes_reset_username", "maria")
    assert sign_in(client) == 200


def test_another_account_at_the_same_address_still_signs_in(staff: User, client: Client) -> None:
    guesses = [{"username": "wei", "password": f"wrong {number}"} for number in range(5)]
    assert [client.post(LOGIN, guess).status_code for guess in guesses][-1] == 429
    assert sign_in(client) == 200


def test_the_same_account_at_another_address_still_signs_in(staff: User, client: Client) -> None:
    for number in range(5):
        sign_in(client, password=f"wrong {number}")
    assert sign_in(Client(REMOTE_ADDR="192.0.2.1")) == 200


def test_signing_in_forgives_this_account_at_this_address_alone(staff: User, client: Client) -> None:
    elsewhere = Client(REMOTE_ADDR="192.0.2.1")
    for place in (client, elsewhere):
        assert 429 not in [sign_in(place, password=f"wrong {number}") for number in range(4)]
    assert sign_in(client) == 200
    client.post("/admin/logout/")
    assert 429 not in [sign_in(client, password=f"wrong {number}") for number in range(4)]
    assert sign_in(elsewhere, password="wrong again") == 429


def test_an_account_guessed_from_many_addresses_locks(staff: User) -> None:
    places = [Client(REMOTE_ADDR=f"192.0.2.{number}") for number in range(20)]
    statuses = [sign_in(place, password="wrong") for place in places]
    assert (429 in statuses[:-1], statuses[-1]) == (False, 429)
    assert sign_in(Client(REMOTE_ADDR="198.51.100.1")) == 429


def test_an_address_that_guesses_at_many_accounts_locks(staff: User, client: Client) -> None:
    """X-Forwarded-For is anybody's to write until a trusted proxy is configured: a hundred accounts, one address."""
    statuses = [
        client.post(
            LOGIN, {"username": f"user {number}", "password": "wrong"}, headers={"x-forwarded-for": f"10.0.0.{number}"}
        ).status_code
        for number in range(100)
    ]
    assert (429 in statuses[:-1], statuses[-1]) == (False, 429)
    assert sign_in(client) == 429
    assert sign_in(Client(REMOTE_ADDR="198.51.100.1")) == 200


def test_without_the_limit_guessing_goes_on(staff: User, client: Client, settings: object) -> None:
    """The twin: the lock is what stops it."""
    settings.AXES_ENABLED = False  # type: ignore[attr-defined]
    assert 429 not in [sign_in(client, password=f"wrong {number}") for number in range(7)]


def test_where_required_the_password_alone_does_not_open(staff: User, client: Client, settings: object) -> None:
    settings.IS_OTP_REQUIRED = True  # type: ignore[attr-defined]
    call_command("otp_enrol", "maria")
    assert sign_in(client) == 302
    assert 'name="otp_token"' in client.get(LOGIN).content.decode()


def test_where_required_the_one_time_password_opens_once(staff: User, settings: object) -> None:
    settings.IS_OTP_REQUIRED = True  # type: ignore[attr-defined]
    call_command("otp_enrol", "maria")
    token = token_now(TOTPDevice.objects.get(user=staff))
    assert sign_in(Client(), token=token) == 200
    assert sign_in(Client(), token=token) == 302


def test_where_required_a_session_without_it_is_shut_out(staff: User, client: Client, settings: object) -> None:
    client.force_login(staff, backend="django.contrib.auth.backends.ModelBackend")
    assert client.get(START).status_code == 200
    settings.IS_OTP_REQUIRED = True  # type: ignore[attr-defined]
    assert client.get(START).status_code == 302


def test_enrolling_is_in_the_audit_log_and_replaces_the_old_device(staff: User) -> None:
    call_command("otp_enrol", "maria")
    call_command("otp_enrol", "maria")
    assert TOTPDevice.objects.filter(user=staff).count() == 1
    assert AuditEntry.objects.filter(kind="user.otp_enrolled", object_id=str(staff.pk)).count() == 2


def test_enrolling_nobody_is_wrong_use(db: None) -> None:
    with pytest.raises(CommandError, match="no user"):
        call_command("otp_enrol", "nobody")


def test_the_admin_is_our_site() -> None:
    from riskengine.staff_site import StaffSite

    assert isinstance(admin.site._wrapped, StaffSite) or isinstance(admin.site, StaffSite)


@pytest.mark.parametrize("is_listening", [True, False])
def test_a_database_that_does_not_answer_is_an_error_within_three_seconds(is_listening: bool) -> None:
    """A port that accepts and says nothing, and a port where nothing is."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        if is_listening:
            listener.listen()
        url = f"postgres://user@127.0.0.1:{listener.getsockname()[1]}/name"
        code = (
            "import django, time; django.setup(); from django.db import connection; began = time.monotonic()\n"
            "try: connection.ensure_connection()\nexcept Exception: print(time.monotonic() - began)"
        )
        environment = {**os.environ, "DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": "riskengine.settings"}
        command = [sys.executable, "-c", code]
        done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=60)
    assert float(done.stdout) <= 3


def token_now(device: TOTPDevice) -> str:
    totp = TOTP(device.bin_key, device.step, device.t0, device.digits, device.drift)
    totp.time = time.time()
    return f"{totp.token():0{device.digits}d}"


def test_the_application_role_may_add_to_the_record_and_not_change_it(db: None) -> None:
    with connection.cursor() as cursor:
        cursor.execute("CREATE ROLE riskengine_granted")
        call_command("grant_role", "riskengine_granted")
        cursor.execute("SET LOCAL ROLE riskengine_granted")
        cursor.execute("SELECT has_table_privilege('rules_decision', 'INSERT')")
        assert cursor.fetchone() == (True,)
        cursor.execute("UPDATE lending_product SET code = code")
        for table in ("rules_decision", "audit_auditentry"):
            with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
                cursor.execute(f"DELETE FROM {table}")


def test_a_role_that_does_not_exist_is_wrong_use(db: None) -> None:
    with pytest.raises(CommandError, match="no database role"):
        call_command("grant_role", "riskengine_nobody")
