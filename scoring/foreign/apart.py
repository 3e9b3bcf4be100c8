"""The process in which a foreign booster is read, scored and packaged: one it may end without harm."""

import os
import sys
from typing import NoReturn

import msgspec

from riskengine.errors import RiskEngineError
from scoring.foreign.errors import ERRORS, ForeignModelError
from scoring.foreign.mapping import Asked
from scoring.package.probe import REFUSED, limits_set, run_apart


class Refusal(msgspec.Struct, frozen=True):
    """What the process says when it makes no package."""

    code: str
    message: str
    facts: dict[str, object]


def foreign_package(asked: Asked) -> bytes:
    """The package of a foreign model, made in a process of its own.

    Raises as `foreign_build`, and BrokenPackageError if the process died or hung.
    """
    is_refused, answer = run_apart("scoring.foreign.apart", msgspec.msgpack.encode((False, asked)))
    return answer if not is_refused else _refuse(answer)


def foreign_features(booster: bytes) -> list[str]:
    """Names of a booster's features, read in a process of its own. Raises as `foreign_package`."""
    is_refused, answer = run_apart("scoring.foreign.apart", msgspec.msgpack.encode((True, booster)))
    return msgspec.json.decode(answer, type=list[str]) if not is_refused else _refuse(answer)


def _refuse(answer: bytes) -> NoReturn:
    refusal = msgspec.json.decode(answer, type=Refusal)
    raise ERRORS.get(refusal.code, ForeignModelError)(refusal.message, **refusal.facts)


def main() -> int:
    """Read what is asked from standard input; 0 and the package, or 3 and a refusal, on standard output."""
    data = sys.stdin.buffer.read()
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())  # the library prints its warnings on standard output
    limits_set()
    from scoring.foreign.booster import booster_facts  # under the limits: importing them costs memory too
    from scoring.foreign.build import foreign_build

    is_question, rest = msgspec.msgpack.decode(data, type=tuple[bool, msgspec.Raw])
    try:
        if is_question:
            facts = booster_facts(msgspec.msgpack.decode(rest, type=bytes))
            answer, status = msgspec.json.encode(facts.features), 0
        else:
            answer, status = foreign_build(msgspec.msgpack.decode(rest, type=Asked)), 0
    except RiskEngineError as error:
        answer, status = msgspec.json.encode(Refusal(error.code, error.message, error.facts)), REFUSED
    with answers:
        answers.write(answer)
    return status


if __name__ == "__main__":
    sys.exit(main())
