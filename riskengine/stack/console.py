"""The one terminal of all children: every line labelled, whole, in the order it came."""

import os
import sys
import threading
from typing import IO

WIDTH = 8
_COLOURS = {"stack": 1, "postgres": 34, "valkey": 35, "web": 32, "worker": 33, "beat": 36}
_lock = threading.Lock()


def say(text: str, label: str = "stack") -> None:
    """Print `text` line by line behind `label`."""
    for line in text.splitlines() or [""]:
        _write(f"{_label(label)} {line}\n")


def say_plain(text: str) -> None:
    """Print text for a person, without a label."""
    _write(f"{text}\n")


def follow(stream: IO[bytes], label: str, unsaid: tuple[bytes, ...] = ()) -> threading.Thread:
    """Print everything a child says until it closes its end, but lines that hold one of `unsaid`."""

    def pump() -> None:
        for line in stream:
            if not any(part in line for part in unsaid):
                _write(f"{_label(label)} {line.decode(errors='replace').rstrip()}\n")
        stream.close()

    thread = threading.Thread(target=pump, name=f"log of {label}", daemon=True)
    thread.start()
    return thread


def _label(label: str) -> str:
    text = f"{label:<{WIDTH}} |"
    is_coloured = sys.stdout.isatty() and "NO_COLOR" not in os.environ
    return f"\033[{_COLOURS.get(label, 37)}m{text}\033[0m" if is_coloured else text


def _write(text: str) -> None:
    with _lock:
        try:
            sys.stdout.write(text)
            sys.stdout.flush()
        except (BrokenPipeError, ValueError):
            # Whoever read our output is gone; the children must not stop for it.
            sys.stdout = open(os.devnull, "w")  # noqa: SIM115, PTH123
