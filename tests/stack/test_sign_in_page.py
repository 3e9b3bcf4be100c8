"""The page at the door, in a real browser: it signs in, and nothing on it is refused by our own policy."""

import pytest

from audit.models import User

PASSWORD = "correct horse battery staple"


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_a_person_signs_in(page, live_server) -> None:
    User.objects.create_superuser("maria", "maria@example.com", PASSWORD, person_id="P1")
    problems: list[str] = []
    page.on("console", lambda message: problems.append(message.text) if message.type == "error" else None)
    page.goto(f"{live_server.url}/admin/")
    page.fill("input[name=username]", "maria")
    page.fill("input[name=password]", PASSWORD)
    assert page.locator("input[name=otp_token]").count() == 0
    page.click("#login-form button[type=submit]")
    page.wait_for_url(f"{live_server.url}/admin/")
    assert page.locator("text=maria").count() or page.locator("#user-tools, nav").count()
    assert problems == []


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_the_page_asks_for_the_one_time_password_where_it_is_required(page, live_server, settings) -> None:
    settings.IS_OTP_REQUIRED = True
    page.goto(f"{live_server.url}/admin/")
    assert page.locator("input[name=otp_token]").is_visible()
    assert page.locator("text=One-time password").count() == 1
