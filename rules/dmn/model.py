"""A model that was read, and the evaluation of its decisions."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import localcontext
from typing import Any

from rules.dmn.boundary import from_python, to_python
from rules.dmn.boxed import DecisionTable, Encapsulated, Typed, function_of
from rules.dmn.feel.budget import Budget
from rules.dmn.feel.evaluate import Scope, evaluate, register
from rules.dmn.feel.kinds import TYPES_KEY
from rules.dmn.feel.tree import Node
from rules.dmn.feel.values import CONTEXT, Function
from rules.dmn.hits import table_value
from rules.dmn.problems import DmnInvalid, DmnTooLarge, DmnUnknownDecision
from rules.dmn.types import ANY, ItemType

register(DecisionTable, table_value)


@dataclass(frozen=True, slots=True)
class InputData:
    name: str
    variable: str
    type: ItemType


@dataclass(frozen=True, slots=True)
class Decision:
    """A decision: its logic and the ids of what it requires."""

    name: str
    variable: str
    logic: Node
    required: tuple[str, ...]

    @property
    def bare_logic(self) -> Node:
        """The logic without the types it must be of."""
        logic = self.logic
        while isinstance(logic, Typed):
            logic = logic.expression
        return logic

    @property
    def type(self) -> ItemType:
        return self.logic.type if isinstance(self.logic, Typed) else ANY


@dataclass(frozen=True, slots=True)
class Knowledge:
    """A business knowledge model; one without logic is null. `type`: that of functions, where it names one."""

    name: str
    variable: str
    logic: Encapsulated | None
    required: tuple[str, ...]
    type: ItemType


@dataclass(frozen=True, slots=True)
class Service:
    """A decision service: its output decisions, and the ids of the decisions and input data it is given."""

    name: str
    variable: str
    outputs: tuple[str, ...]
    given: tuple[str, ...]
    type: ItemType


@dataclass(frozen=True)
class DmnModel:
    """A DMN model. All keys are the ids of its elements."""

    name: str
    version: str
    inputs: dict[str, InputData]
    decisions: dict[str, Decision]
    knowledge: dict[str, Knowledge]
    services: dict[str, Service]
    types: dict[str, ItemType] = field(default_factory=dict)

    def evaluate(self, decision_name: str, inputs: Mapping[str, object]) -> object:
        """The value of a decision (by name, or id) for input data by name; what is left out is null.

        A decision service or a business knowledge model may be asked too: its parameters are what is given by name.
        Numbers come back as Decimal, dates as date, datetime or time, durations and intervals as their texts.
        Raises DmnUnknownDecision; DmnTooLarge where the evaluation passes its bounds; DmnUnsupported.
        """
        wanted = " ".join(decision_name.split())
        askable: dict[str, Decision | Service | Knowledge] = {**self.decisions, **self.services, **self.knowledge}
        keys = [key for key, each in askable.items() if wanted == each.name]
        keys += [key for key in askable if key == decision_name]
        if not keys:
            raise DmnUnknownDecision(f"The model has no decision “{decision_name}”.", decision=decision_name)
        given = {" ".join(str(name).split()): value for name, value in inputs.items()}
        with localcontext(CONTEXT):
            try:
                return to_python(_Run(self, given, Budget()).asked(keys[0]))
            except RecursionError as error:
                raise DmnTooLarge("The evaluation is nested too deep.") from error

    def closure(self, key: str) -> list[str]:
        """The ids of the decisions that a decision needs, each after those it needs itself, the decision last."""
        order: list[str] = []
        waiting = [(key, False)]
        while waiting:
            current, is_done = waiting.pop()
            if is_done:
                order.append(current)
            elif current not in order:
                waiting.append((current, True))
                waiting.extend((each, False) for each in self.decisions[current].required if each in self.decisions)
        return list(dict.fromkeys(order))

    def refuse_circles(self) -> None:
        """Raises DmnInvalid where a decision requires itself, however far away."""
        done: set[str] = set()
        for start in self.decisions:
            path: list[str] = []
            waiting = [(start, False)]
            while waiting:
                current, leaves = waiting.pop()
                if leaves:
                    path.pop()
                    done.add(current)
                elif current in path:
                    name = self.decisions[current].name
                    raise DmnInvalid(f"The decision “{name}” requires itself.", decision=name)
                elif current not in done:
                    path.append(current)
                    waiting.append((current, True))
                    waiting.extend((each, False) for each in self.decisions[current].required if each in self.decisions)


class _Run:
    """One evaluation: the values given, and those found so far."""

    def __init__(self, model: DmnModel, given: Mapping[str, object], budget: Budget) -> None:
        self.model = model
        self.given = given
        self.root = Scope({TYPES_KEY: model.types}, budget)
        self.values: dict[str, Any] = {}
        self.depth = 0

    def asked(self, key: str) -> Any:
        """The value of a decision; of a service or a knowledge model, called with what is given."""
        if key in self.model.decisions:
            return self.decision(key)
        function = self._service(key) if key in self.model.services else self._knowledge(key)
        if function is None:
            return None
        return function.apply([from_python(self.given.get(name), ANY) for name in function.parameters])

    def decision(self, key: str) -> Any:
        for each in [key] if key in self.values else self.model.closure(key):
            if each not in self.values:
                decision = self.model.decisions[each]
                self.values[each] = evaluate(decision.logic, self._scope(decision.required))
        return self.values[key]

    def _scope(self, required: tuple[str, ...]) -> Scope:
        values: dict[str, Any] = {}
        for key in required:
            if key in self.model.inputs:
                values[self.model.inputs[key].variable] = self._input(key)
            elif key in self.model.decisions:
                values[self.model.decisions[key].variable] = self.values[key]
            elif key in self.model.knowledge:
                values[self.model.knowledge[key].variable] = self._knowledge(key)
            else:
                values[self.model.services[key].variable] = self._service(key)
        return self.root.inner(values)

    def _input(self, key: str) -> Any:
        if key not in self.values:
            data = self.model.inputs[key]
            value = self.given.get(data.name, self.given.get(data.variable))
            self.values[key] = data.type.conform(from_python(value, data.type))
        return self.values[key]

    def _knowledge(self, key: str) -> Function | None:
        if key not in self.values:
            knowledge = self.model.knowledge[key]
            self.values[key] = None
            if knowledge.logic is not None:
                own: dict[str, Any] = {}
                function = function_of(knowledge.logic, self._scope(knowledge.required).inner(own))
                own[knowledge.variable] = self.values[key] = knowledge.type.conform(function)
        found: Function | None = self.values[key]
        return found

    def _service(self, key: str) -> Function:
        service = self.model.services[key]
        elements: dict[str, InputData | Decision] = {**self.model.inputs, **self.model.decisions}
        names = tuple(elements[each].variable for each in service.given)

        def apply(arguments: Any) -> Any:
            run = _Run(self.model, {}, self.root.budget)
            for each, value in zip(service.given, arguments, strict=True):
                run.values[each] = elements[each].type.conform(value)
            results = {self.model.decisions[each].variable: run.decision(each) for each in service.outputs}
            return next(iter(results.values())) if len(results) == 1 else results

        function: Function = service.type.conform(Function(names, apply))
        return function
