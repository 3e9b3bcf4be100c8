"""A version is approved only while what was proved of it at its submission still holds."""

import json

import pytest

from rules.models import RuleSetActivation, RuleSetVersion
from rules.services.versions.errors import VersionHasProblems
from rules.services.versions.life import version_approve
from tests.factories.audit import AT
from tests.factories.decisions import catalogue_goes_live, shipped
from tests.factories.versions import checker, maker, submitted

pytestmark = pytest.mark.django_db


def catalogue_without(*names):
    document = json.loads(shipped("catalogue.json"))
    return {**document, "variables": [item for item in document["variables"] if item["name"] not in names]}


def approve(version):
    return version_approve(version=version, checker=checker(), content_hash=version.content_hash, at=AT)


def test_a_variable_that_is_gone_since_the_submission_stops_the_approval():
    catalogue_goes_live()
    version = submitted(maker())
    catalogue_goes_live(catalogue_without("amount_minor"))
    with pytest.raises(VersionHasProblems) as refused:
        approve(version)
    assert refused.value.facts["problems"]
    assert not RuleSetActivation.objects.exists()
    assert RuleSetVersion.objects.get(pk=version.pk).state == "SUBMITTED"


def test_another_catalogue_that_has_all_it_reads_does_not():
    catalogue_goes_live()
    version = submitted(maker())
    catalogue_goes_live(catalogue_without("telephone"))
    assert approve(version).version_id == version.pk
