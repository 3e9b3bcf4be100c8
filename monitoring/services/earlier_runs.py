"""Reviews before a review, in which the previous one of each loan is looked for: what statements say of them."""

from datetime import datetime, timedelta
from typing import Final, NamedTuple

from psycopg2 import sql

from monitoring.models import ReviewRun

NAMED: Final = 2_000
"""So many are named one by one, and an index gives their rows. Where reviews between the reviews have made more of
them since the last whole one, all results of the loans are read and their reviews held against the conditions."""
REACH: Final = timedelta(days=400)
"""A review longer ago is no longer the previous one."""
_CONDITIONS: Final = """(earlier.product_id = {product} AND earlier.as_of < {as_of}
    AND earlier.started_at < {started_at}
    AND (earlier.as_of, earlier.id) >= ({since}, {since_id}))"""


class EarlierRuns(NamedTuple):
    """Reviews of the product opened before a review, as of earlier, back to one that was whole."""

    run: ReviewRun
    since: datetime
    since_id: int
    """None as of before `since`, nor as of then with a smaller id."""
    named: tuple[int, ...] | None
    """Their ids, the latest first; None: more than are named."""

    def __bool__(self) -> bool:
        return self.named != ()

    def are(self, run_id: str, *, or_itself: bool = False) -> sql.Composable:
        """A condition: the review `earlier`, joined to rows by their column `run_id`, is one of them.

        `or_itself`: or the one that they are before. The latest is first by `earlier.as_of DESC, earlier.id DESC`.
        """
        if self.named is not None:
            ids = sql.Literal([self.run.pk, *self.named] if or_itself else list(self.named))
            template = "(earlier.id = ANY({}::bigint[]) AND {} = ANY({}::bigint[]))"
            return sql.SQL(template).format(ids, sql.SQL(run_id), ids)
        found = sql.SQL(_CONDITIONS).format(
            product=sql.Literal(self.run.product_id),
            as_of=sql.Literal(self.run.as_of),
            started_at=sql.Literal(self.run.started_at),
            since=sql.Literal(self.since),
            since_id=sql.Literal(self.since_id),
        )
        return sql.SQL("(earlier.id = {} OR {})").format(sql.Literal(self.run.pk), found) if or_itself else found


def runs_earlier(run: ReviewRun) -> EarlierRuns:
    """The reviews in which a loan's review before `run` is looked for; false where there is none."""
    earliest = run.as_of - REACH
    found = ReviewRun.objects.filter(product=run.product_id, as_of__lt=run.as_of, started_at__lt=run.started_at)
    newest_first = found.filter(as_of__gte=earliest).order_by("-as_of", "-id")
    named = []
    rows = newest_first.values_list("id", "as_of", "state", "scope")[: NAMED + 1]
    for number, as_of, state, scope in rows:
        named.append(number)
        if state == ReviewRun.State.COMPLETE and scope == ReviewRun.Scope.ALL:
            return EarlierRuns(run, as_of, number, tuple(named))
    if len(named) <= NAMED:
        return EarlierRuns(run, earliest, 0, tuple(named))
    whole = newest_first.filter(state=ReviewRun.State.COMPLETE, scope=ReviewRun.Scope.ALL).first()
    return EarlierRuns(run, whole.as_of if whole else earliest, whole.pk if whole else 0, None)
