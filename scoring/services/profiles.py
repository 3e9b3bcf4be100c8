"""Stored profiles of a product's variables: written from a table of real cases, read by checks and editors."""

from datetime import date

import msgspec
import polars as pl
from django.db import transaction

from lending.models import Product
from scoring.models import VariableProfile
from scoring.profiles import Profile, profiles_of
from scoring.services.catalogues.life import catalogue_live

__all__ = ["Profile", "profiles_store", "variable_profiles"]


def variable_profiles(product_code: str) -> dict[str, Profile]:
    """Profiles by variable name; empty where nobody has measured any."""
    rows = VariableProfile.objects.filter(product__code=product_code).order_by("pk")
    return {name: msgspec.convert(figures, Profile) for name, figures in rows.values_list("variable", "figures")}


@transaction.atomic
def profiles_store(
    *, product: Product, frame: pl.DataFrame, source_en: str, source_zh: str, as_of: date
) -> dict[str, Profile]:
    """Measure every variable of the live catalogue whose column `frame` has, in place of what was stored before.

    Raises NoLiveCatalogueError.
    """
    variables = catalogue_live().of_product(product.code)
    profiles = profiles_of(frame, variables, source_en=source_en, source_zh=source_zh, as_of=as_of)
    VariableProfile.objects.filter(product=product).delete()
    VariableProfile.objects.bulk_create(
        VariableProfile(product=product, variable=name, figures=msgspec.to_builtins(profile), as_of=as_of)
        for name, profile in profiles.items()
    )
    return profiles
