"""The life of a rule and of a threshold across versions."""

import pytest

from rules.services.versions.life import version_draft
from tests.factories import decisions as make
from tests.factories.audit import user
from tests.factories.versions import policy


@pytest.fixture
def lived(live):
    """Three versions: the threshold moves in the second; the third takes a rule out and adds one."""
    make.policy_goes_live(policy(600_000))
    third = policy(600_000)
    third["rules"][0] = {**third["rules"][0], "code": "FAR_TOO_MUCH", "when": "amount_minor > 2 * largest_minor"}
    make.policy_goes_live(third)
    return live.rule_set


def test_it_tells_what_each_version_changed(lived, as_role):
    client, _ = as_role("auditor")
    page = client.get(f"/admin/rules/ruleset/{lived.pk}/life/parameters/largest_minor/").content.decode()
    assert page.index("Version 2") < page.index("Version 1")
    assert "Version 3" not in page
    assert "500,000" in page
    assert "600,000" in page


def test_a_rule_that_was_removed_is_still_told_and_marked(lived, as_role):
    client, _ = as_role("auditor")
    page = client.get(f"/admin/rules/ruleset/{lived.pk}/life/rules/TOO_MUCH/").content.decode()
    assert "removed" in page
    assert "Version 3" in page
    listed = client.get(f"/admin/rules/ruleset/{lived.pk}/life/").content.decode()
    assert "3 versions were live" in listed
    assert "life/rules/FAR_TOO_MUCH/" in listed


def test_a_draft_is_no_part_of_a_life_and_an_unknown_entry_has_none(lived, as_role):
    draft = policy(1)
    draft["rules"][0] = {**draft["rules"][0], "code": "ONLY_DRAFTED"}
    version_draft(rule_set=lived, author=user(), at=make.now(), document=draft)
    client, _ = as_role("auditor")
    assert client.get(f"/admin/rules/ruleset/{lived.pk}/life/rules/ONLY_DRAFTED/").status_code == 404
    assert client.get(f"/admin/rules/ruleset/{lived.pk}/life/nothing/X/").status_code == 404
