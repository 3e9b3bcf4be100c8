"""Division of columns as IEEE 754 has it."""

import polars as pl


def divided(left: pl.Expr, right: pl.Expr) -> pl.Expr:
    """left / right, null where right is zero, correctly rounded.

    Polars divides a column by a single value by multiplying with its reciprocal, which rounds twice (x / 3 differs in
    the last bit) and gives NaN for 0 / 5e-324. So the divisor is spread over the rows of `left` first.
    """
    return left / pl.when(left.is_not_null() & (right != 0.0)).then(right)
