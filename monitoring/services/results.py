"""Writing what a chunk found: one COPY of the results, another of what warnings have to look at."""

import io
import logging
from typing import Any, Final, NamedTuple

import msgspec
import polars as pl
from django.db import connection
from psycopg2 import sql

from lending.vault import key_unwrap, sealed_each, unseal
from monitoring.models import ReviewResult, ReviewRun
from monitoring.services.delinquency.statements import near_of
from monitoring.services.findings import Findings

logger = logging.getLogger(__name__)

_CREATE: Final = """
CREATE TEMPORARY TABLE IF NOT EXISTS review_in (
    loan_id bigint, customer_id bigint, pd double precision, level text, reasons jsonb
) ON COMMIT DELETE ROWS
"""
_RESULTS: Final = """
COPY monitoring_reviewresult
    (loan_id, pd, grade, level, months_late, run_id, rule_codes, unknown_codes, pattern_hits, portrait)
FROM STDIN WITH (FORMAT csv)
"""
_OPEN: Final = """
SELECT loan_id FROM monitoring_earlywarning WHERE state = 'OPEN' AND {near}
"""
_LATER: Final = """
SELECT r.loan_id FROM monitoring_reviewresult r JOIN monitoring_reviewrun later ON later.id = r.run_id
WHERE later.product_id = %(product)s AND later.as_of > %(as_of)s AND later.scope = 'CUSTOMERS'
    AND {near}
"""


def results_write(*, run: ReviewRun, findings: Findings) -> tuple[Findings, int]:
    """Write the findings of one chunk; returns those written and how many keys did not open.

    A portrait is sealed where there is news; one that cannot be sealed is left out with its finding: one broken key
    must not hold up everybody else.
    """
    sealed, broken = _sealed(run.pk, findings)
    frame = findings.frame.with_columns(sealed)
    if broken:
        frame = frame.filter(~pl.col("_loan_id").is_in(broken))
    texts = [pl.Series(name, column) for name, column in zip(_TEXTS, _columns(findings), strict=True)]
    rows = frame.select(
        "_loan_id",
        "pd",
        pl.col("grade").fill_null(""),
        "level",
        pl.col("_months_late").fill_null(0),
        pl.lit(run.pk).alias("run"),
        *(text.gather(frame["place"]) for text in texts),
        "portrait",
    )
    _copy(_RESULTS, rows)
    kept = findings.portraits.filter(~findings.frame["_loan_id"].is_in(broken)) if broken else findings.portraits
    return Findings(frame.drop("portrait"), findings.judgements, kept), len(broken)


class Warned(NamedTuple):
    """How many rows of `review_in` are of loans with an open warning, how many of others, with a level, and about
    which loans of warnings `w` they are."""

    open: int = 0
    others: int = 0
    near: sql.Composable = sql.SQL("false")


def warned_write(*, run: ReviewRun, findings: Findings) -> Warned:
    """Put what warnings have to look at into the temporary table `review_in`, until the end of the transaction: loans
    with a level, and those with an open warning.

    Loans of which a later review of their customer has spoken are left out.
    """
    frame = findings.frame
    if frame.is_empty():
        return Warned()
    ids = frame["_loan_id"].to_list()
    values: dict[str, Any] = {"product": run.product_id, "as_of": run.as_of}
    with connection.cursor() as cursor:
        cursor.execute(sql.SQL(_OPEN).format(near=near_of("loan_id", ids)))
        is_open = pl.col("_loan_id").is_in([row[0] for row in cursor.fetchall()])
        cursor.execute(sql.SQL(_LATER).format(near=near_of("r.loan_id", ids)), values)
        is_later = pl.col("_loan_id").is_in([row[0] for row in cursor.fetchall()])
        cursor.execute(_CREATE)
        cursor.execute("DELETE FROM review_in")
    rows = frame.with_columns(is_open.alias("is_open")).filter(
        ((pl.col("level") != "NONE") | pl.col("is_open")) & ~is_later
    )
    reasons = pl.Series("reasons", [judgement.columns[3] for judgement in findings.judgements], dtype=pl.String)
    told = rows.select("_loan_id", "_customer_id", "pd", "level", reasons.gather(rows["place"]))
    _copy("COPY review_in (loan_id, customer_id, pd, level, reasons) FROM STDIN WITH (FORMAT csv)", told)
    number = int(rows["is_open"].sum())
    return Warned(number, rows.height - number, near_of("w.loan_id", ids))


_TEXTS: Final = ("rule_codes", "unknown_codes", "pattern_hits")


def _columns(findings: Findings) -> tuple[list[str], ...]:
    parts = [judgement.columns[:3] for judgement in findings.judgements]
    return tuple(list(column) for column in zip(*parts, strict=True)) or ([], [], [])


def _sealed(run_id: int, findings: Findings) -> tuple[pl.Series, list[int]]:
    """The portraits as COPY reads them, empty where there is no news; and the loans whose keys do not open."""
    frame = findings.frame
    news = frame.select("_loan_id", "_customer_id", "_wrapped_key", "is_news").with_row_index()
    chosen = news.filter(pl.col("is_news"))
    lines = findings.portraits[chosen["index"]].write_ndjson().encode().splitlines() if chosen.height else []
    texts, broken = ["\\x"] * frame.height, []
    wrapped, loans = chosen["_wrapped_key"].to_list(), chosen["_loan_id"].to_list()
    contexts = (_context(run_id, loan) for loan in loans)
    sealed = sealed_each(zip(map(bytes.fromhex, wrapped), lines, contexts, strict=True))
    rows = zip(chosen["index"].to_list(), loans, chosen["_customer_id"].to_list(), sealed, strict=True)
    for index, loan, customer, portrait in rows:
        if portrait is None:
            logger.error("customer_key_broken", extra={"customer": customer, "loan": loan})
            broken.append(loan)
        else:
            texts[index] = "\\x" + portrait.hex()
    return pl.Series("portrait", texts, dtype=pl.String), broken


def _copy(statement: str, rows: pl.DataFrame) -> None:
    if rows.is_empty():
        return
    text = io.BytesIO(rows.write_csv(include_header=False, quote_style="non_numeric").encode())
    with connection.cursor() as cursor:
        cursor.copy_expert(statement, text)


def portrait_unseal(result: ReviewResult) -> dict[str, Any] | None:
    """The variables a result was found from, as they were sealed then; None where nothing was, or once its customer is
    erased. Raises VaultError. See `portrait_open` for those that were not sealed."""
    wrapped = result.loan.customer.wrapped_key
    if wrapped is None or not result.portrait:
        return None
    data = unseal(key_unwrap(wrapped), result.portrait, _context(result.run_id, result.loan_id))
    portrait: dict[str, Any] = msgspec.json.decode(data)
    return portrait


def _context(run_id: int, loan_id: int) -> bytes:
    return b"review/%d/%d" % (run_id, loan_id)
