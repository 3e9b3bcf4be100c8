"""An instalment loan in equal instalments: what it costs, earns and loses over its life. Pure."""

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Life:
    """Per unit lent, over the whole life and before discounting: all are shares of the amount."""

    interest: float
    funding: float
    loss: float

    @property
    def margin(self) -> float:
        """Interest less cost of funds less expected loss; running costs and tax are not in it."""
        return self.interest - self.funding - self.loss


def instalment(annual_rate: float, term_months: int) -> float:
    """The equal monthly instalment per unit lent: i / (1 − (1 + i)^−n) with i = annual rate / 12."""
    monthly = annual_rate / 12.0
    if monthly == 0.0:
        return 1.0 / term_months
    return monthly / (1.0 - (1.0 + monthly) ** -term_months)


def life(annual_rate: float, term_months: int, hazard: float, lgd: float, funding_rate: float) -> Life:
    """What a loan brings and costs when each month a share `hazard` (0..1) of those left stops paying for good.

    Whoever stops in month k owes the balance of its start, of which `lgd` is lost; interest is earned on what is paid.
    """
    monthly, months = annual_rate / 12.0, np.arange(1, term_months + 1)
    paid = instalment(annual_rate, term_months)
    if monthly == 0.0:
        balance = 1.0 - paid * (months - 1)
    else:
        balance = (1.0 + monthly) ** (months - 1) - paid * ((1.0 + monthly) ** (months - 1) - 1.0) / monthly
    alive_before, alive = (1.0 - hazard) ** (months - 1), (1.0 - hazard) ** months
    return Life(
        interest=float(np.sum(alive * balance) * monthly),
        funding=float(np.sum(alive_before * balance) * funding_rate / 12.0),
        loss=float(np.sum((alive_before - alive) * balance) * lgd),
    )
