"""Patterns: rules over several facts in time, matched by durable-rules behind one adapter.

What a match is (the reference matcher spells out the same in a few lines and the tests hold the two equal):

- A *binding* gives every step of the pattern one fact of the step's kind. No fact takes two steps.
- In order of time: a step's fact does not happen before the fact of the step before it. Two facts of the same
  second may follow each other either way: days are often all that is known.
- All within `within` of each other: last minus first is at most that many seconds. None is after `as_of`.
- What must be absent is: no other fact of its kind that meets its conditions happens from the step before it to the
  step after it (the same second counts). After the last step it is the window's end that counts, and the pattern
  holds from then on.
- Every condition of every step holds. A comparison with something unknown (an empty key or text, no amount)
  never holds, neither `=` nor `!=`: two applications without a phone do not share one.
- Facts with one id are one fact. The order in which facts are handed in changes nothing.
- A match has no lower bound in time: callers choose how far back the facts go (`PatternProgram.lookback_seconds`).
- Every binding is a hit, up to `HIT_LIMIT` per pattern: those that were complete first, then by ids.
"""

from rules.engine.patterns.compile import compile_patterns, pattern_compile
from rules.engine.patterns.errors import FactInvalid, PatternFailed, PatternInvalid, TooManyFacts
from rules.engine.patterns.facts import Fact
from rules.engine.patterns.program import HIT_LIMIT, PatternHit, PatternProgram

__all__ = [
    "HIT_LIMIT",
    "Fact",
    "FactInvalid",
    "PatternFailed",
    "PatternHit",
    "PatternInvalid",
    "PatternProgram",
    "TooManyFacts",
    "compile_patterns",
    "pattern_compile",
]
