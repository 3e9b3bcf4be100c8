"""Buckets of days past due: no gap, no overlap, from 0 to without end. Pure."""

from collections.abc import Sequence
from itertools import pairwise
from typing import Annotated, Literal, NamedTuple

import msgspec

Code = Annotated[str, msgspec.Meta(min_length=1, max_length=12, pattern=r"^[A-Z0-9_+\-]+$")]
Days = Annotated[int, msgspec.Meta(ge=0, le=36_500)]
Trouble = Literal["none", "starts_late", "gap", "overlap", "backwards", "ends", "goes_on", "twice"]


class Words(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A name in both languages."""

    en: str
    zh: str


class Bucket(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Days past due from `from_days` to `to_days`, both included; None goes on without end."""

    code: Code
    from_days: Days
    to_days: Days | None
    name: Words


class BucketProblem(NamedTuple):
    """What is wrong, and between or in which buckets."""

    code: Trouble
    first: str = ""
    second: str = ""


def bucket_problems(buckets: Sequence[Bucket]) -> list[BucketProblem]:
    """Every place where a number of days would be in no bucket or in two; empty: each is in exactly one."""
    if not buckets:
        return [BucketProblem("none")]
    ordered = sorted(buckets, key=lambda item: (item.from_days, item.to_days is None, item.to_days or 0))
    codes = [item.code for item in ordered]
    found = [BucketProblem("twice", code) for code in sorted({code for code in codes if codes.count(code) > 1})]
    backwards = [item for item in ordered if item.to_days is not None and item.to_days < item.from_days]
    found += [BucketProblem("backwards", item.code) for item in backwards]
    ordered = [item for item in ordered if item not in backwards]
    if not ordered:
        return found
    if ordered[0].from_days > 0:
        found.append(BucketProblem("starts_late", ordered[0].code))
    for before, after in pairwise(ordered):
        if before.to_days is None:
            found.append(BucketProblem("goes_on", before.code, after.code))
        elif after.from_days <= before.to_days:
            found.append(BucketProblem("overlap", before.code, after.code))
        elif after.from_days > before.to_days + 1:
            found.append(BucketProblem("gap", before.code, after.code))
    if ordered[-1].to_days is not None:
        found.append(BucketProblem("ends", ordered[-1].code))
    return found


def bucket_of(buckets: Sequence[Bucket], dpd: int) -> str:
    """The code of the bucket the days are in. Raises LookupError where `bucket_problems` would find some."""
    for bucket in buckets:
        if bucket.from_days <= dpd and (bucket.to_days is None or dpd <= bucket.to_days):
            return bucket.code
    raise LookupError(f"No bucket holds {dpd} days past due.")


def in_order(buckets: Sequence[Bucket]) -> list[Bucket]:
    """From the best to the worst."""
    return sorted(buckets, key=lambda item: item.from_days)
