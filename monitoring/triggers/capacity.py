"""The threshold of the PD that officers can keep up with. Pure."""

import numpy as np
import numpy.typing as npt


def capacity_threshold(pds: npt.ArrayLike, most: int) -> float | None:
    """The lowest PD that at most `most` accounts reach; 0 where all may, None where even the riskiest are too many.

    `pds` of the accounts of one review (0 to 1, unknown ones as NaN: they reach no threshold). Accounts of one PD go
    together, so a tie across the edge stays out whole. Raises ValueError for a negative number or a PD outside.
    """
    values = np.asarray(pds, dtype=np.float64)
    falling = np.sort(values[np.isfinite(values)])[::-1]
    if falling.size and not (falling[-1] >= 0.0 and falling[0] <= 1.0):
        raise ValueError("PDs lie between 0 and 1")
    if most < 0:
        raise ValueError("a number of accounts is not negative")
    if falling.size <= most:
        return 0.0
    fitting = falling[:most][falling[:most] > falling[most]]
    return float(fitting[-1]) if fitting.size else None
