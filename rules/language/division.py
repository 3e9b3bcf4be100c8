"""Division of columns as IEEE 754 has it."""

import polars as pl


def divided(left: pl.Expr, right: pl.Expr) -> pl.Expr:
    """left / right, null where right is zero, null or not finite, correctly rounded.

    Polars divides a column by a single value by multiplying with its reciprocal, which rounds twice (x / 3 differs in
    the last bit) and is infinite for x / 5e-324; it also keeps a column that happens to be constant as a single value.
    Adding left × 0 changes no divisor but gives it a value per row. (Where left is not finite, neither is the result.)
    """
    return pl.when((right != 0.0) & right.is_finite()).then(left / (right + left * 0.0))
