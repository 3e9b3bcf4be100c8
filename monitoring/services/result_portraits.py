"""What a result of a review was found from: as sealed then, or read again where nothing had changed."""

from collections.abc import Sequence
from typing import Any

import polars as pl

from lending.business_dates import business_date_of
from monitoring.models import ReviewResult, ReviewRun
from monitoring.services.delinquency.reading import delinquency_of
from monitoring.services.delinquency.states import portraits_dated, portraits_filled
from monitoring.services.earlier_runs import runs_earlier
from monitoring.services.portraits.reading import OWN_COLUMNS, Extent, portrait_variables, portraits_read
from monitoring.services.results import portrait_unseal
from monitoring.services.runs import run_bundle
from rules.services.bundles.loading import Bundle
from scoring.catalogue import Catalogue, Variable


def variables_of(bundle: Bundle, product: str) -> list[Variable]:
    """What a portrait for this bundle holds."""
    rules = set(bundle.program.inputs) if bundle.program else set()
    needed = rules | set(bundle.model.features if bundle.model else ())
    return portrait_variables(_catalogue(bundle), product, needed)


def portrait_open(result: ReviewResult) -> dict[str, Any] | None:
    """The variables a result was found from, with `_latest_month`; None once its customer is erased.

    Where neither level nor grade had changed and no pattern hit, nothing was sealed: what was known then is read again
    from the book, as of the review's instant and with its bundle. Raises VaultError, BundleBroken.
    """
    if result.loan.customer.wrapped_key is None:
        return None
    return portrait_unseal(result) or _read_again(result)


def portraits_again(run: ReviewRun, bundle: Bundle, loan_ids: Sequence[int]) -> pl.DataFrame:
    """Portraits of some loans (rising) of a review as of its instant: OWN_COLUMNS and the variables of its bundle.

    What was erased since has no key; what has become known since with an earlier known_at would be seen too.
    """
    day = business_date_of(run.as_of, run.product.timezone)
    extent = Extent(
        product_id=run.product_id,
        as_of=run.as_of,
        business_date=day,
        first_loan_id=loan_ids[0],
        last_loan_id=loan_ids[-1],
        loan_ids=tuple(loan_ids),
        earlier=runs_earlier(run),
    )
    variables = variables_of(bundle, run.product.code)
    states = delinquency_of(list(loan_ids), day, run.as_of)
    return portraits_dated(portraits_filled(portraits_read(extent, variables), states, variables), states, day)


def _read_again(result: ReviewResult) -> dict[str, Any] | None:
    frame = portraits_again(result.run, run_bundle(result.run), [result.loan_id])
    kept = frame.drop(name for name in OWN_COLUMNS if name != "_latest_month")
    return next(kept.iter_rows(named=True), None)


def _catalogue(bundle: Bundle) -> Catalogue:
    if bundle.catalogue is None:  # bundle_load refuses such a bundle
        raise ValueError("A review needs a catalogue.")
    return bundle.catalogue
