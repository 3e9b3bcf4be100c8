"""Alternative data is never the sole reason, sets no price, and its absence costs nothing; a link to a bad party may
send an application to a person and do nothing else."""

from collections.abc import Iterable, Iterator
from typing import Any

from rules.engine.checks.context import Context
from rules.engine.checks.regions import Box, Key, TooManyBoxes
from rules.engine.checks.values import both
from rules.engine.document import Then
from rules.engine.outcomes import LADDERS, UNKNOWN_LEVEL
from rules.engine.parsed import ParsedText
from rules.engine.problems import Problem, problem
from rules.language import names_in


def alternative_problems(context: Context) -> Iterable[Problem]:
    """Errors, for documents that read alternative variables or links at all."""
    variables = context.parsed.variables.values()
    alternative = frozenset(item.name for item in variables if item.is_alternative)
    links = frozenset(item.name for item in variables if item.is_link)
    if alternative or links:
        yield from _rules(context, alternative, links)
        yield from _parts(context, alternative, links)


def _rules(context: Context, alternative: frozenset[str], links: frozenset[str]) -> Iterator[Problem]:
    parsed = context.parsed
    for number, (rule, text) in enumerate(parsed.rules):
        read, path = parsed.reads(text), f"rules/{number}"
        does_more = _does_more(rule.then, parsed.document.stage)
        if does_more and (linked := sorted(read & links)):
            yield problem("link_decides", path=f"{path}/then", code=rule.code, **_named(context, linked))
        if not read & alternative:
            continue
        named = _named(context, sorted(read & alternative))
        if does_more and _rests(context, number, text, alternative):
            yield problem("alternative_alone", path=f"{path}/then", code=rule.code, **named)
        if rule.on_unknown == "refer":
            yield problem("alternative_absence_refers", path=f"{path}/on_unknown", code=rule.code, **named)


def _does_more(then: Then, stage: str) -> bool:
    """Whether it does more than send an application to a person (after payout: more than a blue warning)."""
    ladder = LADDERS[stage]
    is_severe = then.outcome in ladder and ladder.index(then.outcome) > UNKNOWN_LEVEL
    return is_severe or bool(then.points) or bool(then.set)


def _rests(context: Context, number: int, text: ParsedText, alternative: frozenset[str]) -> bool:
    """Whether the condition can hold by alternative data alone, whatever else is known."""
    node = next((node for place, node in context.conditions if place == number), None)
    try:
        boxes = [] if node is None else context.regions.of(node, True)
    except TooManyBoxes:
        boxes = []
    if not boxes:
        return _own_reads(context, context.parsed.reads(text)) <= alternative
    return any(_is_alone(context, box, alternative) for box in boxes)


def _is_alone(context: Context, box: Box, alternative: frozenset[str]) -> bool:
    read = [name for key in box if _asks(context, key, box) for name in _names_of(key)]
    own = _own_reads(context, read)
    return bool(own) and own <= alternative


def _asks(context: Context, key: Key, box: Box) -> bool:
    """Whether a box narrows what the catalogue allows anyway."""
    domain = context.names.domains.get(key) if isinstance(key, str) else None
    return domain is None or both(domain, box[key].values) != domain


def _names_of(key: Key) -> tuple[str, ...]:
    if isinstance(key, str):
        return (key,)
    nodes = key if isinstance(key, tuple) else (key,)
    return tuple(name for node in nodes for name in names_in(node))


def _own_reads(context: Context, names: Iterable[str]) -> frozenset[str]:
    """Variables and score names behind the names, without definitions and parameters."""
    definitions = context.parsed.definitions
    found, waiting = set[str](), list(names)
    while waiting:
        name = waiting.pop()
        if name in definitions:
            waiting += definitions[name]
        else:
            found.add(name)
    return frozenset(found)


def _parts(context: Context, alternative: frozenset[str], links: frozenset[str]) -> Iterator[Problem]:
    parsed = context.parsed
    offered = parsed.document.offer.table if parsed.document.offer else None
    for number, table in enumerate(parsed.document.tables):
        if table.name == offered and table.name in parsed.tables:
            yield from _prices(context, parsed.tables[table.name].texts, f"tables/{number}", alternative | links)
    for number, (_cap, text) in enumerate(parsed.caps):
        if text is not None:
            yield from _prices(context, [text], f"offer/caps/{number}/when", alternative | links)
    for number, scorecard in enumerate(parsed.document.scorecards):
        if scorecard.name not in parsed.scorecards:
            continue
        read = _own_reads(context, parsed.reads(*parsed.scorecards[scorecard.name].texts))
        if linked := sorted(read & links):
            yield problem("link_scores", path=f"scorecards/{number}", name=scorecard.name, **_named(context, linked))
        elif read and read <= alternative:
            yield problem("alternative_scores", path=f"scorecards/{number}", name=scorecard.name)


def _prices(context: Context, texts: Iterable[ParsedText], path: str, forbidden: frozenset[str]) -> Iterator[Problem]:
    read = sorted(context.parsed.reads(*texts) & forbidden)
    if read:
        yield problem("alternative_prices", path=path, **_named(context, read))


def _named(context: Context, names: list[str]) -> dict[str, Any]:
    words = {"en": ", ", "zh": "、"}
    return {
        "names_en": words["en"].join(context.name_words(name, "en") for name in names),
        "names_zh": words["zh"].join(context.name_words(name, "zh") for name in names),
    }
