"""A whole catalogue that comes from a file: a version if nothing live would break, and put forward by a person."""

from datetime import datetime

import msgspec
from django.db import transaction

from audit.models import User
from riskengine.errors import NotPermitted
from scoring.catalogue import Catalogue, catalogue_json
from scoring.models import CatalogueVersion
from scoring.services.catalogues.life import (
    catalogue_lock,
    catalogue_register,
    catalogue_require_fit,
    catalogue_submit,
)

EDIT = "scoring.change_catalogueversion"


class MayNotSubmitCatalogueError(NotPermitted):
    """This person may not put catalogues forward, or is no longer active."""

    code = "may_not_submit_catalogue"


def catalogue_widened(live: Catalogue, shipped: Catalogue) -> Catalogue:
    """The live catalogue with the variables and reasons of another that it has not; what it has stays as it is."""
    known = {(product, item.name) for item in live.variables for product in item.products}
    new = [
        msgspec.structs.replace(item, products=products)
        for item in shipped.variables
        if (products := [product for product in item.products if (product, item.name) not in known])
    ]
    reasons = [reason for reason in shipped.reasons if reason.code not in live.reasons_by_code()]
    return Catalogue([*live.variables, *new], [*live.reasons, *reasons])


@transaction.atomic
def catalogue_take(*, catalogue: Catalogue, maker: User | None, at: datetime, comment: str = "") -> CatalogueVersion:
    """Keep a catalogue as a version that is not live; for a `maker`, ask for its approval too. All or nothing.

    Raises MayNotSubmitCatalogueError, CatalogueIsLiveError, CatalogueBreaksModelsError, and as `catalogue_submit`.
    """
    if maker is not None and not maker.has_perm(EDIT):
        raise MayNotSubmitCatalogueError("This person may not put catalogues forward.", maker=maker.pk)
    catalogue_lock()
    version = catalogue_register(document=catalogue_json(catalogue), at=at)
    catalogue_require_fit(version)
    if maker is not None:
        catalogue_submit(version=version, maker=maker, at=at, comment=comment)
    return version
