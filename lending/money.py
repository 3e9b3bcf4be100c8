"""Money as people read it; everywhere else it is integer minor units. Pure."""

# ISO 4217 exponents that differ from 2.
MINOR_DIGITS = {"JPY": 0, "KRW": 0, "VND": 0, "KWD": 3, "BHD": 3}


def money_text(minor: int | None, currency: str) -> str:
    """`123456, "DEM"` as `1,234.56 DEM`; an em dash where there is none. Exact: no floating point."""
    if minor is None:
        return "—"
    digits = MINOR_DIGITS.get(currency, 2)
    whole, rest = divmod(abs(minor), 10**digits)
    fraction = f".{rest:0{digits}d}" if digits else ""
    return f"{'−' if minor < 0 else ''}{whole:,}{fraction} {currency}"
