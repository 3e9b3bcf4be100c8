"""`python -m benchmarks night`: the nightly review of a whole made-up book, its first nights, against the promise.

A book of `--loans` in a database of its own beside that of DATABASE_URL, then one of `--then`: made by one process,
reviewed by another, whose memory counts. Seconds are by the clock, from opening the review to its proof, PARTS_AT_ONCE
parts at a time; those of the first page's counts, which a task of their own does after a review, and the CPU time that
both took, here and in PostgreSQL, stand beside them. Exit 1 where a limit is missed; the machine should be quiet.
"""

import argparse
import os
import resource
import subprocess
import sys
from datetime import timedelta
from time import perf_counter
from urllib.parse import urlsplit

import msgspec

from benchmarks.backends import Backends, spent
from benchmarks.review_rows import dawn, first_day, prepare

SECONDS_PER_MILLION = 60.0
MEMORY_MB = 1_024.0
GROWTH = 3.2 / 3
"""Three times the loans may take 3.2 times as long."""


class Night(msgspec.Struct, frozen=True):
    """One night of one book."""

    loans: int
    night: int
    seconds: float
    counts_seconds: float
    own_cpu: float
    database_cpu: float
    memory_mb: float
    warnings: int


def main(arguments: list[str]) -> int:
    """0 within the limits, 1 beyond one, 2 wrong use."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks night", description=__doc__)
    parser.add_argument("--loans", type=int, default=1_000_000)
    parser.add_argument("--then", type=int, help="a larger book: must not take longer than its size allows")
    parser.add_argument("--nights", type=int, default=2, help="how many each (default: 2)")
    parser.add_argument("--on", nargs="+", default=[], metavar="DATABASE", help="books there are, one a size; kept")
    parser.add_argument("--part", choices=("fill", "review"), help=argparse.SUPPRESS)
    options = parser.parse_args(arguments)
    if options.part:
        prepare(options.loans) if options.part == "fill" else _review(options.nights)
        return 0
    sizes = [size for size in (options.loans, options.then) if size]
    databases = options.on or [""] * len(sizes)
    if len(databases) != len(sizes):
        parser.error("name a database for each size")
    books = zip(sizes, databases, strict=True)
    found = [night for loans, database in books for night in _measured(loans, options.nights, database)]
    missed = _missed(found, options.loans)
    print("\n".join(f"MISSED {line}" for line in missed) or "within all limits")
    return int(bool(missed))


def _measured(loans: int, nights: int, database: str) -> list[Night]:
    """The nights of one book, each told as it is known."""
    name = database or f"night_{loans}"
    if not database:
        _database_say(f'DROP DATABASE IF EXISTS "{name}"', f'CREATE DATABASE "{name}"')
        _part(name, "fill", "--loans", str(loans))
    found = [msgspec.json.decode(line, type=Night) for line in _part(name, "review", "--nights", str(nights))]
    if not database:
        _database_say(f'DROP DATABASE "{name}"')
    for night in found:
        print(
            f"{night.loans:,} loans, night {night.night}: {night.seconds:.1f} s, counts {night.counts_seconds:.1f} s; "
            f"CPU {night.own_cpu:.0f} s here, {night.database_cpu:.0f} s in PostgreSQL; "
            f"{night.memory_mb:.0f} MB; {night.warnings:,} warnings raised",
            flush=True,
        )
    return found


def _missed(nights: list[Night], first_size: int) -> list[str]:
    missed = []
    first = {night.night: night.seconds for night in nights if night.loans == first_size}
    for night in nights:
        told = f"{night.loans:,} loans, night {night.night}"
        if night.loans != first_size:
            times, most = night.seconds / first[night.night], GROWTH * night.loans / first_size
            print(f"{told}: {times:.2f} times as long as {first_size:,} (limit {most:.2f})")
            missed += [f"{told}: {times:.2f} times as long, limit {most:.2f}"] * (times > most)
        elif night.seconds > (allowed := SECONDS_PER_MILLION * night.loans / 1e6):
            missed.append(f"{told}: {night.seconds:.1f} s, limit {allowed:.1f}")
        if night.memory_mb > MEMORY_MB:
            missed.append(f"{told}: {night.memory_mb:.0f} MB, limit {MEMORY_MB:.0f}")
    return missed


def _part(database: str, part: str, *arguments: str) -> list[str]:
    """What a process of its own prints about that database, by line. Raises CalledProcessError."""
    url = urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{database}").geturl()
    command = [sys.executable, "-m", "benchmarks", "night", "--part", part, *arguments]
    environment = {**os.environ, "DATABASE_URL": url}
    done = subprocess.run(command, env=environment, stdout=subprocess.PIPE, text=True, check=True)  # noqa: S603
    return [line for line in done.stdout.splitlines() if line.startswith("{")]


def _database_say(*statements: str) -> None:
    import psycopg2

    connection = psycopg2.connect(os.environ["DATABASE_URL"])
    connection.autocommit = True  # databases are made and dropped outside transactions
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)
    connection.close()


def _review(nights: int) -> None:
    """Prints each night as a line of JSON."""
    product = prepare()
    from django.utils import timezone

    from monitoring.models import EarlyWarning, ReviewRun
    from monitoring.services.portfolio.counting import figures_count
    from monitoring.services.reviews import review_run

    start, backends, before = first_day(product), Backends(), ReviewRun.objects.filter(product=product).count()
    for number in range(nights):
        day = start + timedelta(days=number)
        dawn(product, day)
        began = perf_counter()
        with spent(backends) as took:
            run = review_run(product=product, day=day, is_counted=False)
            proven = perf_counter()
            figures_count(run, timezone.now())
        night = Night(
            loans=run.due_count,
            night=before + number + 1,
            seconds=proven - began,
            counts_seconds=perf_counter() - proven,
            own_cpu=took.own,
            database_cpu=took.database,
            memory_mb=resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
            warnings=EarlyWarning.objects.filter(first_run=run).count(),
        )
        if run.state != ReviewRun.State.COMPLETE or run.done_count != run.due_count:
            raise RuntimeError(f"the review did not complete: {run.done_count} of {run.due_count}")
        print(msgspec.json.encode(night).decode(), flush=True)
