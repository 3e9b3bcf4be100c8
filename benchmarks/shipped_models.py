"""The shipped models' own way of training, to be repeated on the shipped data."""

import msgspec

from riskengine.demo.frames import SHIPPED
from riskengine.demo.places import CATALOGUE, DATA_DIR, model_file
from scoring.catalogue import catalogue_read
from scoring.package import package_read
from scoring.training.booster import BoosterParameters
from scoring.training.request import Prepared, Request, request_prepare


def shipped_prepared(product: str) -> Prepared:
    """A product's shipped data, with the parameters that its model's card records."""
    shipped, card = SHIPPED[product], package_read(model_file(product).read_bytes()).card
    return request_prepare(
        Request(
            data=DATA_DIR / shipped.file,
            target=shipped.target,
            product=product,
            catalogue=catalogue_read(CATALOGUE.read_bytes()),
            parameters=msgspec.convert(card["parameters"], BoosterParameters),
        )
    )
