"""Statements to inject diversion into: real ones (Berka, where the file is here) and generated ones, each with a loan.

No public statements say what a loan was for, so the disbursement and its purpose are added here: all labels of
`diversion_injections` are synthetic, on real statements too.
"""

import os
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from random import Random
from typing import Any, Final

import polars as pl

from monitoring.diversion.model import Account, Disbursement, Relation, Stream, Transaction

PURPOSES: Final = ("education", "house_renovation", "medical", "vehicle", "business", "travel")
LENDER_KEY: Final = "lender:own"
MAIN, SAVINGS, SPOUSE = 1, 2, 3
_START: Final = datetime(2025, 1, 1, 9, tzinfo=UTC)
_DAYS: Final = 180
_PAID_OUT_ON: Final = (50, 70)
"""Days after the statement begins."""
_SHOPS: Final = (
    ("永辉超市", "购物", "5411"), ("Carrefour 家乐福", "", "5411"), ("City Water Works", "bill", "4900"),
    ("滴滴出行", "打车", "4121"), ("Blue Corner Cafe", "lunch", "5812"), ("中国移动", "话费充值", "4814"),
    ("Metro Transit", "", "4111"), ("大参林药店", "", "5912"), ("金象大厦物业管理", "物业费", ""),
    ("Securities Street Bakery", "bread", "5462"), ("Broker's Arms Pub", "dinner", "5813"),
)  # fmt: skip
"""The last three sound like what they are not."""


def generated_streams(number: int, seed: int) -> list[Stream]:
    """Households with salary, rent, shops, cash, a savings account and a spouse's, over half a year."""
    return [_generated(place, Random(f"{seed}:{place}")) for place in range(number)]


def berka_streams(number: int, seed: int) -> list[Stream]:
    """Up to `number` real Czech statements of at least 25 lines over four months; [] where the file is not here."""
    path = Path(os.environ.get("RISKENGINE_DATA_DIR", "")) / "berka" / "trans_first5pct.parquet"
    if not path.is_file():
        return []
    lines = pl.read_parquet(path).with_row_index("line").sort("account_id", "date", "line")
    found: list[Stream] = []
    for part in lines.partition_by("account_id", maintain_order=True):
        first, last = part["date"][0], part["date"][-1]
        if part.height >= 25 and (last - first).days >= 120:
            found.append(_of_berka(part.to_dicts(), len(found), Random(f"{seed}:{len(found)}")))
        if len(found) == number:
            break
    return found


def _of_berka(rows: list[dict[str, Any]], place: int, chance: Random) -> Stream:
    """Amounts of the file are in crowns; its first line opens the account, so it opens empty."""
    begin = rows[0]["date"].replace(hour=9, tzinfo=UTC)
    numbers = count(1)
    lines = []
    for row in rows:
        sign = 1 if row["type"] == "credit" else -1
        words = " ".join(str(row[name]) for name in ("operation", "k_symbol") if row[name])
        key = f"{row['bank']}:{row['account']}" if row["account"] else ""
        at = row["date"].replace(hour=9, tzinfo=UTC)
        minor = sign * round(row["amount"] * 100)
        if minor:
            lines.append(Transaction(next(numbers), MAIN, at, minor, key, "", words))
    late = max(line.at for line in lines) - timedelta(days=90)
    paid_out = min(begin + timedelta(days=chance.randint(*_PAID_OUT_ON)), max(begin, late))
    return _with_loan(lines, numbers, paid_out, place, chance, chance.randrange(3_000_000, 20_000_000, 10_000), 0)


def _generated(place: int, chance: Random) -> Stream:
    numbers = count(1)
    salary = chance.randrange(600_000, 2_500_000, 1_000)
    lines = []
    for day in range(_DAYS):
        at = _START + timedelta(days=day, minutes=chance.randrange(600))
        if day % 30 == 9:
            lines.append(
                Transaction(next(numbers), MAIN, at, salary, "employer", "East Bay Co 工资", "代发工资 salary")
            )
        if day % 30 == 12:
            lines.append(Transaction(next(numbers), MAIN, at, -salary // 4, "landlord", "张房东", "房租 rent"))
        if chance.random() < 0.5:
            name, text, code = chance.choice(_SHOPS)
            spent = -max(1_000, min(salary // 50, round(chance.expovariate(1 / (salary / 90)))))
            lines.append(Transaction(next(numbers), MAIN, at, spent, "", name, text, code))
        if chance.random() < 0.03:
            lines.append(Transaction(next(numbers), MAIN, at, -salary // 25, "", "ATM", "取现", "6011"))
    paid_out = _START + timedelta(days=chance.randint(*_PAID_OUT_ON))
    amount = chance.randrange(3_000_000, 30_000_000, 10_000)
    opening = None if chance.random() < 0.2 else chance.randrange(salary // 2, salary * 3)
    return _with_loan(lines, numbers, paid_out, place, chance, amount, opening)


def _with_loan(
    lines: list[Transaction],
    numbers: Iterator[int],
    paid_out: datetime,
    place: int,
    chance: Random,
    amount: int,
    opening: int | None,
) -> Stream:
    paid = Transaction(next(numbers), MAIN, paid_out, amount, LENDER_KEY, "Our Bank", "放款", loan_id=place + 1)
    accounts = (
        Account(MAIN, Relation.OWN, f"main:{place}", opening),
        Account(SAVINGS, Relation.OWN, f"savings:{place}", chance.choice((0, 500_000, 2_000_000))),
        Account(SPOUSE, Relation.LINKED, f"spouse:{place}", chance.choice((0, 300_000, None))),
    )
    loan = Disbursement(place + 1, (paid.id,), chance.choice(PURPOSES))
    return Stream(loan, accounts, (*lines, paid), frozenset({LENDER_KEY}))
