"""People with roles, as in tests of the admin, and a product whose variables are catalogued."""

import pytest

from scoring.services.catalogues.life import catalogue_approve, catalogue_register, catalogue_submit
from tests.admin.conftest import as_role
from tests.factories.audit import user
from tests.factories.scoring import AT, catalogue_document, product

__all__ = ["as_role"]
COLUMNS = {name: {"column": name} for name in ("late", "income", "purpose", "savings", "noise")}


@pytest.fixture
def lent(db):
    version = catalogue_register(document=catalogue_document(**COLUMNS), at=AT)
    catalogue_submit(version=version, maker=user(), at=AT)
    catalogue_approve(version=version, checker=user(is_checker=True), content_hash=version.content_hash, at=AT)
    return product()
