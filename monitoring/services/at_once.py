"""Parts of a review at once in one process: while PostgreSQL works for one, Python works for another."""

from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from threading import Event
from typing import Final, TypeVar

from django.db import connection

PARTS_AT_ONCE: Final = 2
"""As many as keep two cores busy; each part holds its loans in memory."""

Item = TypeVar("Item")


def each_done(items: Sequence[Item], do: Callable[[Item], None], at_once: int) -> None:
    """`do` for each item, up to `at_once` of them at a time, the first of them in the caller's thread.

    Every other thread has a connection of its own, closed when it is done. Inside a transaction of the caller, whose
    rows no other connection sees, one comes after another. What one raises reaches the caller as soon as those in hand
    are done; no other is begun.
    """
    waiting, is_over = deque(items), Event()
    others = 0 if connection.in_atomic_block else min(at_once, len(waiting)) - 1
    if others < 1:
        _work(waiting, is_over, do)
        return
    with ThreadPoolExecutor(others, thread_name_prefix="part") as pool:
        begun = [pool.submit(_beside, waiting, is_over, do) for _ in range(others)]
        _work(waiting, is_over, do)
    for thread in begun:
        thread.result()


def _work(waiting: deque[Item], is_over: Event, do: Callable[[Item], None]) -> None:
    try:
        while not is_over.is_set():
            try:
                item = waiting.popleft()
            except IndexError:
                return
            do(item)
    except BaseException:  # an interruption ends all of them, too
        is_over.set()
        raise


def _beside(waiting: deque[Item], is_over: Event, do: Callable[[Item], None]) -> None:
    try:
        _work(waiting, is_over, do)
    finally:
        connection.close()
