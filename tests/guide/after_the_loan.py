"""The guide's chapter after the payout, walked by a reviewer and a checker; pictures as in the other chapters."""

from collections.abc import Callable
from typing import Any

from tests.guide.screens import picture


def walk_after_the_loan(sign_in: Callable[[str], Any]) -> None:
    """Portfolio, a case closed, a loan's delinquency, the use of a loan, and a health code. The demo is loaded."""
    reviewer = sign_in("reviewer")
    reviewer.goto("/admin/")
    reviewer.locator("#card-warnings").wait_for()
    picture(
        reviewer, "portfolio", lambda: reviewer.locator(".rk-dash-filters").evaluate("part => part.scrollIntoView()")
    )
    read_delinquency(reviewer)
    read_use_of_a_loan(reviewer)
    read_health_code(reviewer)
    case = close_a_case(reviewer)
    agree(sign_in("checker"), case)


def read_delinquency(page: Any) -> None:
    page.goto("/admin/monitoring/delinquencystate/?category__exact=LOSS")
    page.locator("#result_list tbody a").first.click()
    page.get_by_text("Days past due over time").first.wait_for()
    picture(page, "delinquency", lambda: None, height=900)


def read_use_of_a_loan(page: Any) -> None:
    page.goto("/admin/monitoring/diversionfinding/?state__exact=SUSPECTED")
    page.locator("#result_list tbody a").first.click()
    page.get_by_role("button", name="Confirm diversion").wait_for()
    picture(page, "loan-use", lambda: None)


def read_health_code(page: Any) -> None:
    page.goto("/admin/monitoring/healthcode/?colour=RED")
    page.locator("td a[href*='/healthcode/customer/']").first.click()
    page.get_by_role("heading", name="QR code").wait_for()
    picture(page, "health", lambda: None)


def close_a_case(page: Any) -> str:
    """Takes the most urgent case, accepts the call, and asks to close it as a false alarm; the case's address."""
    page.goto("/admin/monitoring/warningcase/")
    page.get_by_role("button", name="Next case").click()
    page.locator("#measures").wait_for()
    picture(page, "case", lambda: None, height=900)
    call = page.locator(".rk-measure", has=page.get_by_text("Call", exact=True))
    call.get_by_role("button", name="Accept").click()
    call.get_by_role("button", name="Done").click()
    page.get_by_label("False alarm").check()
    page.get_by_label("What was found or done").fill("The salary came late; it is paid.")
    page.get_by_role("button", name="Close the case").click()
    page.get_by_role("heading", name="Closing as a false alarm").wait_for()
    return str(page.url)


def agree(page: Any, case: str) -> None:
    page.goto(case)
    page.locator("#closing textarea").fill("Seen the payment.")
    page.locator("#closing input[type=password]").fill(page.password)
    page.get_by_role("button", name="Agree and close").click()
    page.locator("h1 .rk-badge", has_text="Closed").wait_for()
