"""A model made elsewhere taken into the registry as a candidate, if it predicts here what it predicted there."""

from datetime import datetime

from lending.models import Product
from scoring.foreign.apart import foreign_package
from scoring.foreign.errors import ForeignMappingError
from scoring.foreign.mapping import Asked, Mapping, mapping_problems
from scoring.models import ModelPackage
from scoring.services.catalogues.life import catalogue_live, forbidden_features
from scoring.services.models.life import model_register
from scoring.training.statement import Statement

MOST_BOOSTER = 20 * 1024 * 1024


def foreign_import(
    *,
    product: Product,
    name: str,
    booster: bytes,
    mapping: Mapping,
    rows: bytes,
    rows_name: str,
    statement: Statement,
    at: datetime,
    population_odds: float | None = None,
) -> ModelPackage:
    """Check the mapping against the live catalogue, build the package in a process apart, and register it.

    Raises ForeignMappingError and the other errors of `scoring.foreign`, BrokenPackageError, ModelNotHonestError.
    """
    catalogue = catalogue_live()
    problems = mapping_problems(mapping, catalogue.of_product(product.code))
    features = [{"name": one.variable} for one in mapping.features]
    problems += forbidden_features({"product": product.code, "features": features}, catalogue)
    if len(booster) > MOST_BOOSTER:
        problems.append("a booster has at most 20 MB")
    if problems:
        raise ForeignMappingError(f"The mapping is refused: {'; '.join(problems)}.", problems=problems)
    package = foreign_package(
        Asked(
            booster=booster,
            mapping=mapping,
            rows=rows,
            rows_name=rows_name,
            product=product.code,
            name=name,
            statement=statement,
            population_odds=population_odds,
        )
    )
    return model_register(product=product, name=name, package=package, at=at)
