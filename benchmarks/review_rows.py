"""`review_rows`: a whole review of the 21,095 card accounts against bare predictions between the same COPYs.

`python -m benchmarks review_rows` runs it; the database is the one of DATABASE_URL, migrated and filled here.
"""

import io
import os
import time
from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import django

from benchmarks.harness import Row, Timing, compared

DAY = date(2005, 9, 30)
ROUNDS = 5
REFERENCE = (
    "per 2,000 loans: the same portraits by COPY, xgboost's inplace_predict, the same result columns written by COPY "
    "(portrait as plain JSON) into a table without indexes, commit; no rules, patterns, warnings, sealing or standings"
)
_TABLE = (
    "DROP TABLE IF EXISTS bench_review; CREATE TABLE bench_review (LIKE monitoring_reviewresult INCLUDING IDENTITY)"
)
_COLUMNS = "run_id, loan_id, pd, grade, level, rule_codes, unknown_codes, pattern_hits, months_late, portrait"


def prepare() -> Any:
    """Migrate, take the card's post-loan policy and model live, load the book; gives the product."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "riskengine.settings")
    django.setup()
    from django.core.management import call_command

    from riskengine.demo.book import card_book_ensure, products_ensure
    from riskengine.demo.events import events_ensure
    from riskengine.demo.people import staff_ensure
    from riskengine.demo.policies import catalogue_ensure, model_ensure, rule_set_ensure

    call_command("migrate", verbosity=0)
    at = datetime.now(UTC)
    product, staff = products_ensure()["card"], staff_ensure()
    checker = staff["checker"]
    catalogue_ensure(maker=staff["modeller"], checker=checker, at=at)
    model_ensure(product=product, modeller=staff["modeller"], checker=checker, at=at)
    rule_set_ensure(code="card-post-loan", product=product, maker=staff["maker"], checker=checker, at=at)
    card_book_ensure(product=product, at=at)
    events_ensure(product=product)
    return product


def forget(product: Any) -> None:
    """Take back what a review wrote, and let the tables be as they were."""
    from django.db import connection

    from lending.models import CustomerStanding
    from monitoring.models import EarlyWarning, ReviewRun

    EarlyWarning.objects.filter(loan__product=product).delete()
    CustomerStanding.objects.filter(customer__loans__product=product).delete()
    ReviewRun.objects.filter(product=product).delete()
    with connection.cursor() as cursor:
        cursor.execute("VACUUM monitoring_reviewresult, monitoring_earlywarning, lending_customerstanding")
        cursor.execute(_TABLE)


def ours(product: Any) -> int:
    """The review; gives the loans it did."""
    from monitoring.services.reviews import review_run

    run = review_run(product=product, day=DAY)
    if run.state != "COMPLETE" or run.done_count != run.due_count:
        raise RuntimeError(f"the review did not complete: {run.done_count} of {run.due_count}")
    return run.due_count


class Bare:
    """The reference: nothing but reading, predicting and writing."""

    def __init__(self, product: Any) -> None:
        import xgboost

        from monitoring.portraits import portrait_variables
        from rules.services.bundles import POST_LOAN, bundle_live

        bundle = bundle_live(product.code, POST_LOAN)
        if bundle.model is None or bundle.catalogue is None or bundle.program is None:
            raise RuntimeError("the card has no model")
        self.product = product
        self.features = bundle.model.schema.features
        self.variables = portrait_variables(bundle.catalogue, product.code, bundle.program.inputs)
        self.booster = xgboost.Booster(params={"nthread": 1})
        self.booster.load_model(bytearray(bundle.model.body))
        self.chunks = self._chunks()

    def __call__(self) -> None:
        """Every chunk in a transaction of its own."""
        for first, last in self.chunks:
            self._chunk(first, last)

    def _chunks(self) -> list[tuple[int, int]]:
        from lending.models import Loan
        from monitoring.services.runs import CHUNK_LOANS

        ids = list(Loan.objects.filter(product=self.product).order_by("id").values_list("id", flat=True))
        parts = [ids[start : start + CHUNK_LOANS] for start in range(0, len(ids), CHUNK_LOANS)]
        return [(part[0], part[-1]) for part in parts]

    def _chunk(self, first: int, last: int) -> None:
        import msgspec
        from django.db import connection, transaction

        from monitoring.portraits import Extent, portraits_read
        from monitoring.services.reviews import review_as_of
        from scoring.package.encoding import encode_frame

        extent = Extent(
            product_id=self.product.pk,
            as_of=review_as_of(DAY, self.product),
            business_date=DAY,
            first_loan_id=first,
            last_loan_id=last,
        )
        frame = portraits_read(extent, self.variables)
        pds = self.booster.inplace_predict(encode_frame(self.features, frame), validate_features=False)
        portraits = frame.drop("_wrapped_key").iter_rows(named=True)
        rows = zip(frame["_loan_id"].to_list(), pds.tolist(), portraits, strict=True)
        encode = msgspec.json.encode
        lines = [f"0\t{loan}\t{pd}\t\tNONE\t[]\t[]\t[]\t0\t\\\\x{encode(row).hex()}\n" for loan, pd, row in rows]
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.copy_expert(f"COPY bench_review ({_COLUMNS}) FROM STDIN", io.StringIO("".join(lines)))


def review_rows() -> Row:
    """Wall-clock time per loan: PostgreSQL's work counts on both sides."""
    product = prepare()
    forget(product)
    loans = ours(product)  # warm
    bare = Bare(product)
    times: list[tuple[float, float]] = []
    for turn in range(ROUNDS):
        forget(product)
        contenders: list[Callable[[], object]] = [lambda: ours(product), bare]
        seconds = [0.0, 0.0]
        for place in (0, 1) if turn % 2 else (1, 0):
            began = time.perf_counter()
            contenders[place]()
            seconds[place] = time.perf_counter() - began
        times.append((seconds[0] / loans, seconds[1] / loans))
    forget(product)
    mine, reference = (Timing([pair[place] for pair in times]) for place in (0, 1))
    return compared("review_rows", mine, reference, unit="µs", per_second=1e6, words=REFERENCE)
