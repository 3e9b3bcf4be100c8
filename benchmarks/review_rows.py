"""`review_rows`: whole reviews of a made-up card book, day after day, against bare predictions between the same COPYs.

`python -m benchmarks review_rows` runs it; the database is the one of DATABASE_URL, migrated and filled here. Our side
reviews as `review_portfolio` does, PARTS_AT_ONCE parts at a time in this process, each with a connection of its own;
the reference does one chunk after another on one connection. The CPU time that both took is printed beside the ratio,
for what runs at once saves time and no work.
"""

import io
import os
from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from time import perf_counter
from typing import Any

import django

from benchmarks.backends import Backends, Spent, spent
from benchmarks.harness import Row, Timing, compared

DAY = date(2005, 9, 30)
ROUNDS = 5
LOANS = 20_000
REFERENCE = (
    "per part: the same portraits by COPY, xgboost's inplace_predict, the same result columns written by COPY "
    "(portrait as plain JSON) into a table without indexes, commit; no rules, patterns for 5 % with new events, "
    "warnings, cases, sealing, delinquency, standings or health codes"
)
_TABLE = (
    "DROP TABLE IF EXISTS bench_review; CREATE TABLE bench_review (LIKE monitoring_reviewresult INCLUDING IDENTITY)"
)
_NEWS = """
WITH told AS MATERIALIZED (
    SELECT kind, amount_minor, category, row_number() OVER (ORDER BY id) - 1 AS place
    FROM lending_riskevent WHERE recorded_at = (SELECT min(recorded_at) FROM lending_riskevent)
)
INSERT INTO lending_riskevent (customer_id, loan_id, kind, event_at, known_at, recorded_at, source, phone_key,
    device_key, address_key, amount_minor, category)
SELECT l.customer_id, l.id, e.kind, %(at)s, %(at)s, now(), 'synthetic', '', '', '', e.amount_minor, e.category
FROM (
    SELECT id, customer_id, row_number() OVER (ORDER BY id) AS place FROM lending_loan WHERE product_id = %(product)s
) l JOIN told e ON e.place = l.place %% (SELECT count(*) FROM told)
WHERE l.place %% 20 = %(turn)s
"""
_COLUMNS = "run_id, loan_id, pd, grade, level, rule_codes, unknown_codes, pattern_hits, months_late, portrait"


def prepare(loans: int = LOANS) -> Any:
    """Migrate, take the card's post-loan policies and model live, a book where there is none; gives the product."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "riskengine.settings")
    django.setup()
    from django.core.management import call_command

    from lending.models import Loan
    from riskengine.demo.book import products_ensure
    from riskengine.demo.delinquency import delinquency_policies_ensure
    from riskengine.demo.health import health_policy_ensure
    from riskengine.demo.people import staff_ensure
    from riskengine.demo.policies import catalogue_ensure, model_ensure, rule_set_ensure
    from riskengine.demo.portraits import portrait_policy_ensure
    from riskengine.demo.warning_scheme import warning_settings_ensure

    call_command("migrate", verbosity=0)
    at = datetime.now(UTC)
    product, staff = products_ensure()["card"], staff_ensure()
    checker = staff["checker"]
    catalogue_ensure(maker=staff["modeller"], checker=checker, at=at)
    warning_settings_ensure(product=product, maker=staff["maker"], checker=checker, at=at)
    delinquency_policies_ensure(product=product, maker=staff["maker"], checker=checker, at=at)
    portrait_policy_ensure(maker=staff["maker"], checker=checker, at=at)
    health_policy_ensure(maker=staff["maker"], checker=checker, at=at)
    model_ensure(product=product, modeller=staff["modeller"], checker=checker, at=at)
    rule_set_ensure(code="card-post-loan", product=product, maker=staff["maker"], checker=checker, at=at)
    if not Loan.objects.filter(product=product).exists():
        call_command("generate_book", loans=loans, seed=1, until=DAY, verbosity=0)
    return product


def dawn(product: Any, day: date) -> None:
    """A new day: one in twenty loans has a new event of the book's kinds; the reference's table is empty."""
    from django.db import connection

    with connection.cursor() as cursor:
        if day > DAY:
            at, turn = datetime.combine(day, time(12), UTC), (day - DAY).days % 20
            cursor.execute(_NEWS, {"product": product.pk, "at": at, "turn": turn})
        cursor.execute(_TABLE)


def first_day(product: Any) -> date:
    """The first day after those of which there are reviews."""
    from monitoring.models import ReviewRun

    last = ReviewRun.objects.filter(product=product).order_by("as_of").last()
    return max(DAY, last.as_of_day + timedelta(days=1)) if last else DAY


def ours(product: Any, day: date) -> int:
    """The review; gives the loans it did."""
    from monitoring.services.reviews import review_run

    run = review_run(product=product, day=day)
    if run.state != "COMPLETE" or run.done_count != run.due_count:
        raise RuntimeError(f"the review did not complete: {run.done_count} of {run.due_count}")
    return run.due_count


class Bare:
    """The reference: nothing but reading, predicting and writing."""

    def __init__(self, product: Any) -> None:
        import xgboost

        from monitoring.services.portraits.reading import portrait_variables
        from rules.services.bundles.loading import POST_LOAN, bundle_live

        bundle = bundle_live(product.code, POST_LOAN)
        if bundle.model is None or bundle.catalogue is None or bundle.program is None:
            raise RuntimeError("the card has no model")
        self.product = product
        self.features = bundle.model.schema.features
        self.variables = portrait_variables(bundle.catalogue, product.code, bundle.program.inputs)
        self.booster = xgboost.Booster(params={"nthread": 1})
        self.booster.load_model(bytearray(bundle.model.body))
        self.chunks = self._chunks()
        self.day = DAY

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

        from monitoring.services.portraits.reading import Extent, portraits_read
        from monitoring.services.reviews import review_as_of
        from scoring.package.encoding import encode_frame

        extent = Extent(
            product_id=self.product.pk,
            as_of=review_as_of(self.day, self.product),
            business_date=self.day,
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
    bare = Bare(product)
    start = first_day(product)
    dawn(product, start)
    loans = ours(product, start)  # warm; and the warnings of the first day are raised
    backends, cpu = Backends(), [Spent(), Spent()]
    times: list[tuple[float, float]] = []
    for turn in range(1, ROUNDS + 1):
        day = bare.day = start + timedelta(days=turn)
        dawn(product, day)
        contenders: list[Callable[[], object]] = [lambda day=day: ours(product, day), bare]  # type: ignore[misc]
        seconds = [0.0, 0.0]
        for place in (0, 1) if turn % 2 else (1, 0):
            began = perf_counter()
            with spent(backends) as took:
                contenders[place]()
                seconds[place] = perf_counter() - began
            cpu[place].own += took.own / loans / ROUNDS
            cpu[place].database += took.database / loans / ROUNDS
        times.append((seconds[0] / loans, seconds[1] / loans))
    for name, took in zip(("review_rows", "reference"), cpu, strict=True):
        print(f"{name}: CPU {took.own * 1e6:.1f} µs a loan in this process and {took.database * 1e6:.1f} in PostgreSQL")
    mine, reference = (Timing([pair[place] for pair in times]) for place in (0, 1))
    return compared("review_rows", mine, reference, unit="µs", per_second=1e6, words=REFERENCE)
