"""Small worlds of money told as steps, made into streams; references walk the steps, never the stream."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from hypothesis import strategies as st

from monitoring.diversion.model import Account, Disbursement, Relation, Stream, Transaction

START = datetime(2026, 3, 2, 9, tzinfo=UTC)
USES = ("securities", "living", "unknown", "education")
RELATIONS = (Relation.OWN, Relation.OWN, Relation.LINKED)


@dataclass(frozen=True)
class Step:
    """Money in from outside, out to a use, moved on to another account, or the loan itself paid out."""

    kind: str
    account: int
    amount: int
    to: int = 0
    use: str = ""


@dataclass(frozen=True)
class World:
    """Accounts 0, 1, 2 with opening balances, and steps a minute apart."""

    openings: tuple[int, int, int]
    steps: tuple[Step, ...]

    def stream(self) -> Stream:
        """As statements: a transfer has two lines, a second apart."""
        lines: list[Transaction] = []
        loans: list[int] = []
        for place, step in enumerate(self.steps):
            at = START + timedelta(minutes=place)
            number = 2 * place + 1
            if step.kind == "move":
                lines += [
                    Transaction(number, step.account, at, -step.amount, counterparty_key=f"key{step.to}"),
                    Transaction(number + 1, step.to, at + timedelta(seconds=1), step.amount),
                ]
                continue
            loans += [number] if step.kind == "loan" else []
            sign = -1 if step.kind == "out" else 1
            lines.append(Transaction(number, step.account, at, sign * step.amount, category=step.use))
        accounts = tuple(
            Account(number, RELATIONS[number], f"key{number}", opening) for number, opening in enumerate(self.openings)
        )
        return Stream(Disbursement(1, tuple(loans), "education"), accounts, tuple(lines))


@st.composite
def worlds(draw: st.DrawFn, largest: int = 40) -> World:
    """One loan, in up to three tranches to own accounts, among any other steps; overdrafts included."""
    amount = st.integers(1, largest)
    account = st.integers(0, 2)
    other = st.one_of(
        st.builds(Step, st.just("in"), account, amount),
        st.builds(Step, st.just("out"), account, amount, use=st.sampled_from(USES)),
        st.builds(Step, st.just("move"), account, amount, to=account).filter(lambda step: step.account != step.to),
    )
    before = draw(st.lists(other, max_size=4))
    tranche = st.builds(Step, st.just("loan"), st.integers(0, 1), amount)
    after = draw(st.lists(other, max_size=14))
    for further in draw(st.lists(tranche, max_size=2)):
        after.insert(draw(st.integers(0, len(after))), further)
    loan = Step("loan", 0, draw(amount))
    openings = draw(st.tuples(*[st.integers(-largest // 2, largest)] * 3))
    return World(openings, (*before, loan, *after))
