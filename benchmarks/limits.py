"""Promised figures: what each may be at least or at most. One shape for speed and for quality."""

from collections.abc import Sequence

import msgspec

from benchmarks.harness import Row


class Limit(msgspec.Struct, frozen=True):
    """Bounds of a figure, either side open; without any it is only stated."""

    least: float | None = None
    most: float | None = None

    def is_kept(self, seen: float) -> bool:
        """Whether `seen` lies within; NaN never does, where there is a bound."""
        return (self.least is None or seen >= self.least) and (self.most is None or seen <= self.most)

    @property
    def words(self) -> str:
        """The bounds as people write them; — where there is none."""
        sides = [f"≥ {self.least:g}"] if self.least is not None else []
        return ", ".join(sides + ([f"≤ {self.most:g}"] if self.most is not None else [])) or "—"


SPEED: dict[str, tuple[str, Limit]] = {
    "rule_eval_scalar": ("ratio", Limit(most=3.0)),
    "rule_eval_zen": ("ratio", Limit(most=0.25)),
    "rule_eval_columns": ("value", Limit(most=0.5)),
    "program_load": ("value", Limit(most=50.0)),
    "score_batch_card": ("ratio", Limit(most=1.25)),
    "score_batch_instalment": ("ratio", Limit(most=1.25)),
    "score_reasons_card": ("value", Limit(most=1_200.0)),
    "score_reasons_instalment": ("value", Limit(most=1_200.0)),
    "review_rows": ("ratio", Limit(most=2.0)),
    "first_page": ("value", Limit(most=1_000.0)),
    "customer_page": ("value", Limit(most=500.0)),
    "decision_http": ("ratio", Limit(most=3.0)),
}
"""Of rows of `make bench`, by name: the limited figure, in the row's own unit or as its ratio to the reference."""


def speed_missed(rows: Sequence[Row]) -> list[str]:
    """A line for each row that lies beyond its limit."""
    found = []
    for row in rows:
        name, limit = SPEED.get(row.name, ("ratio", Limit()))
        seen = getattr(row, name)
        if not limit.is_kept(seen):
            unit = f" {row.unit}" if name == "value" else " of the reference"
            found.append(f"{row.name}: {seen:g}{unit}, promised {limit.words}")
    return found
