"""Catalogue, models and rule sets lean on each other: while one is approved, none of the others goes live."""

from threading import Event, Thread

import pytest
from django.db import connection, transaction

from scoring.services.catalogues.life import catalogue_approve, catalogue_lock, catalogue_register, catalogue_submit
from scoring.services.models.life import model_approve, model_register, model_submit
from tests.decisions.conftest import forget
from tests.factories import decisions as make
from tests.factories.scoring import catalogue_document, package_bytes
from tests.lists.factory import catalogue

__all__ = ["forget"]
pytestmark = pytest.mark.django_db(transaction=True)


def approvals():
    """What may be approved, each ready to be."""
    read = catalogue_document()
    make.catalogue_goes_live({**catalogue(), "variables": read["variables"]})
    maker, checker = make.staff()
    model = model_register(product=make.product(), name="a model", package=package_bytes(), at=make.now())
    model_submit(model=model, maker=maker, at=make.now())
    changed = {**read["variables"][0], "en": "another label"}
    version = catalogue_register(
        document={"variables": [changed, *read["variables"][1:]], "reasons": catalogue()["reasons"]}, at=make.now()
    )
    catalogue_submit(version=version, maker=maker, at=make.now())
    return {
        "model": lambda: model_approve(model=model, checker=checker, content_hash=model.content_hash, at=make.now()),
        "catalogue": lambda: catalogue_approve(
            version=version, checker=checker, content_hash=version.content_hash, at=make.now()
        ),
    }


@pytest.mark.parametrize("part", ["model", "catalogue"])
def test_an_approval_waits_for_the_one_before(part):
    approve, done = approvals()[part], Event()

    def other():
        try:
            approve()
            done.set()
        finally:
            connection.close()

    with transaction.atomic():
        catalogue_lock()
        thread = Thread(target=other)
        thread.start()
        assert not done.wait(1), "it went live while another was being approved"
    thread.join(30)
    assert done.is_set()
