"""The one durable-rules host of this process and every safeguard around it.

Each was seen to fail without (tests/patterns/test_safeguards.py switches them off one by one):

- One host per process, behind one lock that covers registration and evaluation alike. The engine finds a state
  by a 32-bit hash of its sid alone: with one evaluation at a time two sids can never be taken for one.
- No dispatch threads: the stock host starts two that run actions on their own thread and steal matches. We use
  neither timers nor queues.
- A sid of its own for every evaluation, and its state deleted whatever happens.
- Every ruleset fires once when it is added. The engine frees an uninitialised pointer when the first state it
  ever deletes has not fired: a crash that depends on what the memory held before.
- Facts are asserted, never posted; no match raises MessageNotHandledException, which is normal.
- What an action raises is swallowed into the state: it is looked for, and the thread and sid of the action too.
- A forked child starts with an empty host: the parent's may have been in the middle of something.
"""

import itertools
import os
import threading
from collections.abc import Callable, Sequence
from typing import Any, Final

from durable import engine

from rules.engine.patterns.compiled import CompiledPattern
from rules.engine.patterns.definition import MATCH_RULE, WARM_RULE, definition_of, encode
from rules.engine.patterns.errors import PatternFailed
from rules.engine.patterns.facts import Fact


class QuietHost(engine.Host):
    """A host without dispatch threads."""

    def _run(self) -> None:
        """Start nothing."""


class Correlator:
    """A host, its lock and the evaluation that is running in it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._host: Any = QuietHost()  # type: ignore[no-untyped-call]
        self._names: set[str] = set()
        self._sids = itertools.count(1)
        self._sid = ""
        self._thread = 0
        self._found: list[tuple[int, ...]] = []

    def add(self, pattern: CompiledPattern) -> None:
        """Register and warm the pattern's ruleset unless it is there already."""
        with self._lock:
            self._add(pattern)

    def bindings(
        self, pattern: CompiledPattern, facts: Sequence[Fact], is_enough: Callable[[list[tuple[int, ...]]], bool]
    ) -> list[tuple[int, ...]]:
        """Places (from 0) in `facts` of every binding, unsorted; stops after the fact that makes it enough.

        `facts` are checked, in order of time and of the pattern's kinds. Raises PatternFailed.
        """
        with self._lock:
            self._add(pattern)
            return self._evaluate(pattern, facts, is_enough)

    def _add(self, pattern: CompiledPattern) -> None:
        name = pattern.name
        if name in self._names:
            return
        definition = definition_of(pattern)
        definition[MATCH_RULE]["run"] = self._collect
        definition[WARM_RULE]["run"] = self._collect
        try:
            self._host.set_rulesets({name: definition})
            self._begin()
            self._assert(name, {"sid": self._sid, "id": 1, "warm": 1})
            self._host.delete_state(name, self._sid)
        except Exception as error:
            raise PatternFailed("A pattern cannot be loaded", pattern=pattern.code) from error
        if self._found != [()]:
            raise PatternFailed("A pattern does not fire when it is loaded", pattern=pattern.code)
        self._names.add(name)

    def _evaluate(
        self, pattern: CompiledPattern, facts: Sequence[Fact], is_enough: Callable[[list[tuple[int, ...]]], bool]
    ) -> list[tuple[int, ...]]:
        name = pattern.name
        self._begin()
        try:
            for row in encode(pattern, facts, self._sid):
                self._assert(name, row)
                if self._found and is_enough(self._found):
                    break
        except PatternFailed:
            raise
        except Exception as error:
            raise PatternFailed("The correlation engine failed", pattern=pattern.code) from error
        finally:
            self._host.delete_state(name, self._sid)
        return self._found

    def _begin(self) -> None:
        self._sid = str(next(self._sids))
        self._thread = threading.get_ident()
        self._found = []

    def _assert(self, name: str, row: dict[str, Any]) -> None:
        try:
            state = self._host.assert_fact(name, row)
        except engine.MessageNotHandledException:
            return  # no step takes this fact
        if state and "exception" in state:
            raise PatternFailed("An action of a pattern failed", cause=str(state["exception"])[:200])

    def _collect(self, context: Any) -> None:
        if threading.get_ident() != self._thread or context.s.sid != self._sid:
            raise PatternFailed("A match arrived outside its evaluation")
        if context._m is not None:  # the warming rule: a single message
            self._found.append(())
            return
        for message in context.m:
            bound = message._d
            self._found.append(tuple(bound[f"s{step}"]["n"] - 1 for step in range(len(bound))))


_STATE: Final[dict[str, Correlator]] = {}
_BUILDING = threading.Lock()


def correlator() -> Correlator:
    """The correlator of this process, built on first use."""
    global _BUILDING
    found = _STATE.get("correlator")
    if found is None:
        with _BUILDING:
            found = _STATE.setdefault("correlator", Correlator())
    return found


def _forget() -> None:
    global _BUILDING
    _BUILDING = threading.Lock()  # the parent may have held it
    _STATE.clear()


os.register_at_fork(after_in_child=_forget)
