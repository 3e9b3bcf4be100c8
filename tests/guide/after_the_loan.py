"""The guide's chapter after the payout, walked by a reviewer and a checker; pictures as in the other chapters."""

from collections.abc import Callable
from typing import Any

from playwright.sync_api import expect

from tests.guide.screens import picture


def walk_after_the_loan(sign_in: Callable[[str], Any]) -> None:
    """Every section of the chapter in its order, and what two people do. The demo is loaded."""
    reviewer = sign_in("reviewer")
    reviewer.goto("/admin/")
    reviewer.locator("#card-warnings").wait_for()
    picture(reviewer, "portfolio", lambda: None)
    case = work_on_a_case(reviewer)
    read_why(reviewer)
    close_as_false_alarm(reviewer, case)
    agree(sign_in("checker"), case)
    fit_thresholds(reviewer)
    read_delinquency(reviewer)
    read_use_of_a_loan(reviewer)
    share_health_code(reviewer)
    read_review(reviewer)
    read_plans(reviewer)


def work_on_a_case(page: Any) -> str:
    """Takes the most urgent case, accepts and does the call, keeps a note; the case's address."""
    page.goto("/admin/monitoring/warningcase/")
    page.get_by_role("button", name="Next case").click()
    page.locator("#measures").wait_for()
    picture(page, "case", lambda: None, height=900)
    call = page.locator(".rk-measure", has=page.get_by_text("Call", exact=True))
    call.get_by_role("button", name="Accept").click()
    call.get_by_role("button", name="Done").click()
    page.get_by_label("For the file: it is sealed under the customer's key").fill("Called; the salary came late.")
    page.get_by_role("button", name="Keep the note").click()
    page.get_by_text("Called; the salary came late.").wait_for()
    page.get_by_text("Leave it alone until the end of").wait_for(state="attached")
    return str(page.url)


def read_why(page: Any) -> None:
    page.get_by_role("link", name="the whole warning").click()
    page.get_by_role("heading", name="Rules", exact=True).wait_for()
    page.get_by_text("What was known").wait_for()
    picture(page, "why", lambda: None, height=900)


def close_as_false_alarm(page: Any, case: str) -> None:
    page.goto(case)
    page.get_by_label("False alarm").check()
    page.get_by_label("What was found or done").fill("The salary came late; it is paid.")
    page.get_by_role("button", name="Close the case").click()
    page.get_by_role("heading", name="To close it as: False alarm").wait_for()


def agree(page: Any, case: str) -> None:
    page.goto(case)
    page.locator("#closing textarea").fill("Seen the payment.")
    page.locator("#closing input[type=password]").fill(page.password)
    page.get_by_role("button", name="Agree and close").click()
    page.locator("h1 .rk-badge", has_text="Closed").wait_for()


def fit_thresholds(page: Any) -> None:
    page.goto("/admin/monitoring/warningcase/?product=card")
    page.get_by_role("link", name="Thresholds and capacity").click()
    for choice in ("In force now", "What would fit", "A case for every warning"):
        page.get_by_text(choice, exact=True).wait_for()
    picture(page, "capacity", lambda: None, height=640)


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


def share_health_code(page: Any) -> None:
    """The reviewer hands a link over; its holder opens it on a device of their own and starts a share."""
    page.goto("/admin/monitoring/healthcode/?colour=RED")
    page.locator("td a[href*='/healthcode/customer/']").first.click()
    code = page.url
    page.get_by_role("link", name="Hand over a link").click()
    page.get_by_label("Identity check").select_option(index=1)
    page.get_by_role("button", name="Make the link").click()
    link = page.locator(".hc-qr code").inner_text()
    device = page.context.browser.new_context()
    holder = device.new_page()
    holder.goto(link)
    holder.get_by_role("button", name="Open my page").click()
    holder.get_by_role("button", name="Let them look once").click()
    holder.get_by_role("button", name="Take it back").wait_for()
    device.close()
    page.goto(code)
    page.get_by_role("heading", name="QR code").wait_for()
    picture(page, "health", lambda: None, height=900)


def read_review(page: Any) -> None:
    page.goto("/admin/monitoring/reviewrun/")
    page.locator("#result_list tbody tr", has_text="Card account").first.locator("a").first.click()
    page.get_by_text("Every loan due is accounted for").wait_for()
    picture(page, "review", lambda: None)
    page.get_by_role("link", name="Compare with another review").click()
    page.get_by_label("Compared by").wait_for()


def read_plans(page: Any) -> None:
    page.goto("/admin/monitoring/productmonth/")
    page.get_by_role("link", name="Placement").first.click()
    page.get_by_role("heading", name="Ranking").wait_for()
    page.goto("/admin/monitoring/productmonth/")
    expect(page.get_by_role("link", name="Adjustment planner").first).to_be_visible()
    page.get_by_role("link", name="Adjustment planner").last.click()
    page.get_by_text("scenario, not causal").wait_for()
    page.get_by_role("heading", name="Every combination").wait_for()
