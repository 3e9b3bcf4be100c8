"""How products move: fluctuations of each month shown, Zh against DR, and where the weights come from."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from monitoring.region_policy import RegionPolicy
from monitoring.regions.combined import Combined, Weighting, combined, history, weighting
from monitoring.regions.fluctuation import Fluctuations, Month, Months, fluctuations
from monitoring.services.regions.months import months_of_products


@dataclass(frozen=True)
class ProductMove:
    """A product in the months shown, oldest first: (month, counts, fluctuations), its Zh then, and the judgement of
    the last of them."""

    code: str
    months: Sequence[tuple[date, Month, Fluctuations]]
    past: Sequence[tuple[date, float | None]]
    judged: Combined


@dataclass(frozen=True)
class Moves:
    """Every product in a window, with the weights of Zh that all share."""

    weighting: Weighting
    products: Sequence[ProductMove]


def product_moves(policy: RegionPolicy, window: Sequence[date]) -> Moves:
    """Work out every product's window from the months kept."""
    return moves_of(months_of_products(window[-1]), policy, window)


def moves_of(books: Mapping[str, Months], policy: RegionPolicy, window: Sequence[date]) -> Moves:
    """As `product_moves`, of months given."""
    last, limits = window[-1], policy.limits
    found = weighting(books, last, policy.amplify, limits, policy.stated, policy.fit_months_least, policy.level)
    moves = [
        ProductMove(
            code,
            [(one, months.get(one, Month()), fluctuations(months, one, policy.amplify, limits)) for one in window],
            history(months, last, policy.amplify, limits, found.weights),
            combined(
                months,
                last,
                policy.amplify,
                limits,
                found.weights,
                policy.dr_percentile,
                policy.dr_months_least,
            ),
        )
        for code, months in sorted(books.items())
    ]
    return Moves(found, moves)
