"""Both methods against references written another way, and the law that no money is made or lost."""

from collections import Counter
from fractions import Fraction

from hypothesis import example, given, settings

from monitoring.diversion.pools import Method, proportional
from monitoring.diversion.trace import HOP_LIMIT, OVERDRAFT, Trace, TraceRules, trace
from tests.diversion.diversion_worlds import Step, World, worlds

HOPS = 2
LOAN_THROUGH_TWO = World(
    (10, 0, 0),
    (Step("loan", 0, 30), Step("move", 0, 20, to=1), Step("move", 1, 20, to=2), Step("out", 2, 20, use="securities")),
)


def traced(world: World, method: Method) -> Trace:
    return trace(world.stream(), TraceRules(method, days=30, hops=HOPS))


def fifo_coin_by_coin(world: World) -> dict[str, int]:
    """Every unit of money is a coin in a queue: None, or the number of hops made by a coin of the loan."""
    queues: list[list[int | None]] = [[None] * max(opening, 0) for opening in world.openings]
    debts = [max(-opening, 0) for opening in world.openings]
    ends: Counter[str] = Counter()

    def receive(account: int, coins: list[int | None]) -> None:
        for coin in coins:
            if debts[account]:
                debts[account] -= 1
                ends[OVERDRAFT] += coin is not None
            else:
                queues[account].append(coin)

    for step in world.steps:
        if step.kind in ("in", "loan"):
            receive(step.account, [0 if step.kind == "loan" else None] * step.amount)
            continue
        queue = queues[step.account]
        coins = queue[: step.amount]
        del queue[: step.amount]
        debts[step.account] += step.amount - len(coins)
        coins += [None] * (step.amount - len(coins))
        if step.kind == "out":
            ends[step.use] += sum(coin is not None for coin in coins)
        else:
            ends[HOP_LIMIT] += sum(coin == HOPS for coin in coins)
            receive(step.to, [None if coin is None or coin == HOPS else coin + 1 for coin in coins])
    ends["remaining"] = sum(coin is not None for queue in queues for coin in queue)
    return {name: count for name, count in ends.items() if count}


def haircut_in_fractions(world: World) -> dict[str, Fraction]:
    """Shares of a balance as exact fractions: what a payment takes is its share of the balance, never rounded."""
    balances = [Fraction(opening) for opening in world.openings]
    loan = [[Fraction(0)] * (HOPS + 1) for _ in world.openings]
    ends: dict[str, Fraction] = {}

    def end(name: str, amount: Fraction) -> None:
        ends[name] = ends.get(name, Fraction(0)) + amount

    def receive(account: int, amount: int, by_hop: list[Fraction]) -> None:
        debt = max(-balances[account], Fraction(0))
        kept = 1 - min(debt, Fraction(amount)) / amount
        end(OVERDRAFT, sum(by_hop, Fraction(0)) * (1 - kept))
        loan[account] = [old + new * kept for old, new in zip(loan[account], by_hop, strict=True)]
        balances[account] += amount

    for step in world.steps:
        if step.kind in ("in", "loan"):
            receive(step.account, step.amount, [Fraction(step.amount * (step.kind == "loan")), *[Fraction(0)] * HOPS])
            continue
        balance = max(balances[step.account], Fraction(0))
        share = min(Fraction(1), step.amount / balance) if balance else Fraction(0)
        leaving = [part * share for part in loan[step.account]]
        loan[step.account] = [part - gone for part, gone in zip(loan[step.account], leaving, strict=True)]
        balances[step.account] -= step.amount
        if step.kind == "out":
            end(step.use, sum(leaving, Fraction(0)))
        else:
            end(HOP_LIMIT, leaving[HOPS])
            receive(step.to, step.amount, [Fraction(0), *leaving[:HOPS]])
    end("remaining", sum((part for parts in loan for part in parts), Fraction(0)))
    return ends


def ends_of(found: Trace) -> dict[str, int]:
    ends = Counter(found.used) + Counter(found.lost) + Counter(remaining=sum(found.remaining.values()))
    return dict(ends)


@settings(max_examples=120, deadline=None)
@given(worlds())
@example(LOAN_THROUGH_TWO)
def test_first_in_first_out_is_what_a_queue_of_coins_does(world: World) -> None:
    assert ends_of(traced(world, Method.FIFO)) == fifo_coin_by_coin(world)


@settings(max_examples=120, deadline=None)
@given(worlds(largest=1_000))
@example(LOAN_THROUGH_TWO)
def test_a_haircut_is_what_fractions_say_but_for_a_unit_a_step(world: World) -> None:
    found, wanted = ends_of(traced(world, Method.HAIRCUT)), haircut_in_fractions(world)
    for name in found.keys() | wanted.keys():
        assert abs(found.get(name, 0) - wanted.get(name, Fraction(0))) <= len(world.steps), name


@settings(max_examples=80, deadline=None)
@given(worlds(largest=10**12))
def test_used_remaining_and_lost_are_the_disbursed_amount_to_the_unit(world: World) -> None:
    for method in Method:
        found = traced(world, method)
        amounts = [*found.used.values(), *found.remaining.values(), *found.lost.values()]
        assert sum(amounts) == found.disbursed_minor
        assert all(amount > 0 for amount in amounts)


def test_the_law_would_see_a_lost_unit() -> None:
    """The twin: proportional shares rounded down alone lose a unit, which the remainders give back."""
    parts = {"a": 1, "b": 1, "c": 1}
    assert sum(2 * part // 3 for part in parts.values()) == 0
    assert sum(proportional(parts, 2).values()) == 2
