"""Items of a report, one or many: each is written whole or named with what is wrong, in the order given."""

from collections.abc import Callable, Sequence
from typing import Any, Final, Literal, TypeVar

import msgspec
from django.db import transaction
from django.http import HttpResponse, JsonResponse

from lending.api.book.item_reader import ItemReader, problem_of
from lending.services.book.recording import InvalidBookItems, Problem, Recorded
from riskengine.errors import Conflict, InvalidInput

MAX_ITEMS: Final = 1000
STATUSES: Final = {"new": 201, "known": 200, "corrected": 200}

Draft = TypeVar("Draft")
Input = TypeVar("Input")


class ItemAnswer(msgspec.Struct, kw_only=True):
    """What became of one item."""

    external_id: str
    state: Literal["new", "known", "corrected", "conflicting", "rejected"]
    problems: list[Problem] = []
    warnings: list[Problem] = []
    """What is written and should not have happened."""


class InvalidReport(InvalidInput):
    """The body holds no items, or more than we take; or its one item is wrong, as `facts["problems"]` says."""

    code = "invalid_request"


class ItemConflictError(Conflict):
    """The number of the one item, or a statement's date, is in the book with other content, which stays."""

    code = "external_id_used"


def report_answer(body: object, take: Callable[[Sequence[object]], list[ItemAnswer]], *, most: int) -> HttpResponse:
    """Answer one item (201 new, 200 known or corrected) or a batch: 200, or 207 where one is not in the book as told.

    Raises InvalidReport; for a single item also ItemConflictError.
    """
    items, is_single = _items(body, most)
    with transaction.atomic():
        answers = take(items)
        if is_single:
            _refuse(answers[0])  # and nothing of it stays, such as its account
    if not is_single:
        return _batch_answer(answers)
    return JsonResponse(_plain(answers[0]), status=STATUSES[answers[0].state])


def _refuse(answer: ItemAnswer) -> None:
    if answer.state == "rejected":
        raise InvalidReport("The request is not valid.", problems=answer.problems)
    if answer.state == "conflicting":
        raise ItemConflictError("This is in the book with other content, which stays.", external_id=answer.external_id)


def _batch_answer(answers: Sequence[ItemAnswer]) -> HttpResponse:
    counts = dict.fromkeys(("new", "known", "conflicting", "rejected"), 0)
    for answer in answers:
        counts[answer.state] = counts.get(answer.state, 0) + 1
    is_whole = not counts["conflicting"] and not counts["rejected"]
    body = {"counts": counts, "items": [_plain(answer) for answer in answers]}
    return JsonResponse(body, status=200 if is_whole else 207)


def _plain(answer: ItemAnswer) -> dict[str, Any]:
    plain: dict[str, Any] = msgspec.to_builtins(answer)
    for name in ("problems", "warnings"):
        if not plain[name]:
            del plain[name]
    return plain


def _items(body: object, most: int) -> tuple[Sequence[object], bool]:
    is_single = not isinstance(body, list)
    items = body
    if isinstance(body, dict) and "items" in body:
        is_single, items = False, body["items"]
        if unknown := [name for name in body if name != "items"]:
            raise InvalidReport(
                "The request is not valid.", problems=[problem_of(name[:80], "unknown_field") for name in unknown]
            )
    if is_single:
        return [items], True
    if not isinstance(items, list):
        raise InvalidReport("The request is not valid.", problems=[problem_of("items", "wrong_type")])
    if not 0 < len(items) <= most:
        raise InvalidReport(f"A batch has 1 to {most} items.", problems=[problem_of("items", "out_of_range")])
    return items, False


def items_record(
    given: Sequence[object],
    *,
    read: Callable[[ItemReader], Draft | None],
    build: Callable[[Sequence[Draft]], Sequence[Input | list[Problem]]],
    record: Callable[[Sequence[Input]], Recorded],
    name: Callable[[Draft], str] | None = None,
) -> list[ItemAnswer]:
    """Read each item, find what they are about together, and record the rest of them.

    `read` gives what an item says, `build` an input of the service or what is wrong, for each; `record` writes. `name`:
    what the answer calls an item that has no number of its own.
    """
    answers = [ItemAnswer(external_id=_external_id(item), state="rejected") for item in given]
    drafts: dict[int, Draft] = {}
    for place, item in enumerate(given):
        reader = ItemReader(item)
        draft = read(reader)
        if reader.finish() and draft is not None:
            drafts[place] = draft
            answers[place].external_id = name(draft) if name else answers[place].external_id
        else:
            answers[place].problems = reader.problems
    inputs: dict[int, Input] = {}
    for place, built in zip(drafts, build(list(drafts.values())), strict=True):
        if isinstance(built, list):
            answers[place].problems = built
        else:
            inputs[place] = built
    _write(inputs, answers, record)
    return answers


def _write(inputs: dict[int, Input], answers: list[ItemAnswer], record: Callable[[Sequence[Input]], Recorded]) -> None:
    if not inputs:
        return
    try:
        recorded = record(list(inputs.values()))
    except InvalidBookItems as error:
        places = list(inputs)
        for number, problems in error.by_place.items():
            answers[places[number]].problems = list(problems)
            del inputs[places[number]]
        _write(inputs, answers, record)
        return
    for place, state in zip(inputs, recorded.states, strict=True):
        answers[place].state = state


def _external_id(item: object) -> str:
    found = item.get("external_id") if isinstance(item, dict) else None
    return found[:80] if isinstance(found, str) and found.isprintable() else ""
