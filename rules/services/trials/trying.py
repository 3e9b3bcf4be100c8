"""Trying a draft on one application: what it would decide beside what the live version decides. Stores nothing.

Both sides are decided by `deciding.decide`, with the same inputs and the live model and catalogue. Compiled drafts are
kept per process by content, so that changing a value compiles nothing.
"""

from collections import OrderedDict
from collections.abc import Mapping
from threading import Lock
from typing import Any, Literal

import msgspec

from audit.canonical import content_hash
from lending.business_dates import business_date_of
from rules.engine.choice import AMOUNT_CONTROL
from rules.engine.document import RuleSetDocument
from rules.engine.outcomes import LADDERS, MILDEST
from rules.engine.patterns import PatternProgram
from rules.engine.patterns.compile import pattern_compile
from rules.engine.problems import Problem
from rules.engine.program import EvaluationFailed, Program, compile_program
from rules.engine.reading import DocumentInvalid
from rules.engine.reasons import reasons_of
from rules.services.bundles.loading import PRE_LOAN, Bundle, UnknownProduct, bundle_pinned, others_of, pointer_row
from rules.services.bundles.model_choice import bundle_chosen, bundle_unscored
from rules.services.bundles.rows import Pointer
from rules.services.decisions.deciding import Inputs, Verdict, decide
from rules.services.trials.sources import TrialSource
from scoring.package import ModelInputError, Score, ScoringModel
from scoring.scaling import margin_from_pd
from scoring.services.amount_control import control_values
from scoring.services.catalogues.life import NoLiveCatalogueError
from scoring.variables import FieldProblem, InvalidVariables, standing_values

ScoreOrigin = Literal["recorded", "model", "given", "none", "no_model", "model_failed"]
SCORE_NAMES = ("pd", "score_points")
_MAX_COMPILED = 16


class Compiled(msgspec.Struct, frozen=True):
    """A draft ready to decide, or what keeps it from it."""

    program: Program | None
    patterns: PatternProgram | None
    problems: list[Problem]


class Trial(msgspec.Struct, frozen=True, kw_only=True):
    """One application decided by the draft and by the live version."""

    inputs: Inputs
    score: Score | None
    score_origin: ScoreOrigin
    draft: Verdict | None
    """None where the draft has errors: `problems`."""
    live: Verdict | None
    """None where no version is live."""
    problems: list[Problem]
    draft_bundle: Bundle
    live_bundle: Bundle


def trial_bundle(product_code: str, stage: str) -> Bundle:
    """What is live now, as far as there is any: a product's first draft is tried with a model and a catalogue alone.

    Raises UnknownProduct, NoLiveCatalogueError.
    """
    row = pointer_row(product_code, stage)
    if row is None:
        raise UnknownProduct("There is no such product.", product=product_code)
    if row[8] is None:
        raise NoLiveCatalogueError("No catalogue is live.")
    version, approval = (row[4], row[6]) if row[4] is not None else (None, None)
    hashes = row[5] or "", approval, row[7] or "", row[8]
    return bundle_pinned(Pointer(row[0], row[1], row[2], row[3], version, *hashes, row[9], others=others_of(row)))


def trial_run(*, document: RuleSetDocument, source: TrialSource, changes: Mapping[str, Any], live: Bundle) -> Trial:
    """The application of `source` with `changes` (value or None by name, `pd` and `score_points` too) on both sides.

    Raises InvalidVariables where a change, or the changed application, would be refused by the product's schema.
    """
    inputs = _inputs(source, changes, live)
    compiled = _compiled(document, live)
    draft_bundle = msgspec.structs.replace(
        live,
        rule_set_hash="",
        rule_set_version_id=None,
        program=compiled.program,
        patterns=compiled.patterns,
        faults={},
    )
    inputs = _controlled(inputs, changes, draft_bundle)
    score, origin = _score(source, inputs, changes, draft_bundle)
    live_score, _ = _score(source, inputs, changes, live)
    return Trial(
        inputs=inputs,
        score=score,
        score_origin=origin,
        draft=None if compiled.program is None else _verdict(inputs, draft_bundle, score),
        live=None if live.program is None else _verdict(inputs, live, live_score),
        problems=compiled.problems,
        draft_bundle=draft_bundle,
        live_bundle=live,
    )


def _verdict(inputs: Inputs, bundle: Bundle, score: Score | None) -> Verdict:
    verdict = decide(inputs, bundle if score is not None else bundle_unscored(bundle), score=score)
    if bundle.stage == PRE_LOAN or verdict.evaluation is None:
        return verdict
    # A warning level has no offer and no reasons but the rules' own.
    reasons = [] if verdict.outcome == LADDERS[bundle.stage][MILDEST] else reasons_of(verdict.evaluation)
    return msgspec.structs.replace(verdict, reasons=reasons, offer=None)


def _inputs(source: TrialSource, changes: Mapping[str, Any], live: Bundle) -> Inputs:
    """The source's inputs with the changes in them. The customer's standing becomes plain values, so it can change."""
    inputs, schema = source.inputs, live.schema
    values = dict(inputs.values)
    if schema is None:
        return inputs
    if inputs.standing is not None:
        values |= standing_values(schema.standing, inputs.standing)
    changed = {name: value for name, value in changes.items() if name not in SCORE_NAMES}
    own = {name: value for name, value in changed.items() if name in schema.own}
    asked = {name: value for name, value in changed.items() if name not in schema.own}
    if problems := schema.own_problems(own):
        raise InvalidVariables("The changed values do not fit the catalogue.", problems=problems)
    given = {**inputs.given, **asked}
    refer = inputs.refer
    if source.is_whole and asked:
        read = schema.read(given)
        values |= {name: read.values[name] for name in asked}
        given, refer = read.given, read.refer
    elif problems := [found for found in schema.problems(asked) if found.code != "missing"]:
        raise InvalidVariables("The changed values do not fit the catalogue.", problems=problems)
    else:
        values |= asked
    return msgspec.structs.replace(inputs, given=given, values={**values, **own}, refer=refer, standing=None, faults={})


def _controlled(inputs: Inputs, changes: Mapping[str, Any], draft: Bundle) -> Inputs:
    """What the amount control says, where the draft names it and neither the record nor a change does."""
    if draft.schema is None or draft.program is None:
        return inputs
    unknown = [name for name in draft.schema.modelled if inputs.values.get(name) is None and name not in changes]
    names = [name for name in unknown if name in draft.program.inputs]
    model, on = draft.models.get(AMOUNT_CONTROL), business_date_of(inputs.as_of, draft.timezone)
    try:
        found = control_values(names, model=model, product=draft.product_code, values=inputs.values, on=on)
    except ModelInputError:
        return inputs
    return msgspec.structs.replace(inputs, values={**inputs.values, **found})


def _score(
    source: TrialSource, inputs: Inputs, changes: Mapping[str, Any], bundle: Bundle
) -> tuple[Score | None, ScoreOrigin]:
    """The score to decide with, and where it is from. A recorded one is the main model's."""
    try:
        model = bundle_chosen(bundle, inputs.values, inputs.as_of)[0].model
    except EvaluationFailed:
        model = bundle.model
    if any(name in changes for name in SCORE_NAMES):
        return _score_given(source, changes, model)
    is_changed = model is not None and not set(model.features).isdisjoint(changes)
    if source.score is not None and not is_changed and (model is bundle.model or not source.is_whole):
        return source.score, "recorded"
    if not source.is_whole and not is_changed:
        return None, "none"
    if model is None:
        return None, "no_model"
    try:
        return model.score(inputs.values), "model"
    except ModelInputError:
        return None, "model_failed"


def _score_given(
    source: TrialSource, changes: Mapping[str, Any], model: ScoringModel | None
) -> tuple[Score | None, ScoreOrigin]:
    """A score typed by hand; the points follow the PD on the model's scale unless they are given too."""
    pd, points = (changes.get(name) for name in SCORE_NAMES)
    if pd is None and source.score is not None:
        pd = source.score.pd
    problems = []
    if pd is not None and not (_is_number(pd) and 0 < pd < 1):
        problems.append(FieldProblem("variables.pd", "out_of_range", "This must be a share between 0 and 1."))
    if points is not None and not _is_number(points):
        problems.append(FieldProblem("variables.score_points", "wrong_type", "This must be a number."))
    if problems:
        raise InvalidVariables("The score is not one.", problems=problems)
    if pd is None:
        return None, "given"
    if points is None and model is not None:
        points = model.points(pd)
    elif points is None and source.score is not None:
        points = source.score.points
    return Score(float(pd), margin_from_pd(float(pd)), points), "given"  # type: ignore[arg-type]  # may be unknown


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


_LOCK = Lock()
_COMPILED: OrderedDict[tuple[str, str], Compiled] = OrderedDict()


def _compiled(document: RuleSetDocument, live: Bundle) -> Compiled:
    """The draft compiled, from this process's cache if the same content was tried before. Its cases do not matter."""
    bare = msgspec.structs.replace(document, cases=[])
    key = content_hash(msgspec.to_builtins(bare)), live.catalogue_hash
    with _LOCK:
        found = _COMPILED.get(key)
        if found is not None:
            _COMPILED.move_to_end(key)
            return found
    made = _compile(bare, live)
    with _LOCK:
        _COMPILED[key] = made
        while len(_COMPILED) > _MAX_COMPILED:
            _COMPILED.popitem(last=False)
    return made


def _compile(document: RuleSetDocument, live: Bundle) -> Compiled:
    assert live.catalogue is not None  # noqa: S101 `trial_bundle` has looked
    problems: list[Problem] = []
    patterns = []
    for number, pattern in enumerate(document.patterns):
        compiled, wrong = pattern_compile(pattern, path=f"patterns/{number}") if pattern.enabled else (None, [])
        problems += wrong
        patterns += [compiled] if compiled else []
    try:
        program = compile_program(document, live.catalogue, product=live.product_code, stage=live.stage)
    except DocumentInvalid as error:
        return Compiled(None, None, error.problems + problems)
    return Compiled(None, None, problems) if problems else Compiled(program, PatternProgram(patterns), [])
