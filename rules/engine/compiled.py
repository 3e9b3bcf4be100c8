"""What a compiled rule set is made of: the document, its plan, and where each name and outcome stands."""

from rules.engine.document import RuleSetDocument
from rules.engine.outcomes import LADDERS
from rules.engine.plan import Plan


class Compiled:
    """One version of a policy as its evaluations read it (`rules.engine.program.Program` evaluates it)."""

    def __init__(self, document: RuleSetDocument, plan: Plan) -> None:
        self.document = document
        self.plan = plan
        self.stage = document.stage
        self.ladder = LADDERS[document.stage]
        self.codes: tuple[str, ...] = tuple(rule.code for rule in plan.rules)
        """Codes of the enabled rules, in the order of traces."""
        self.rules = tuple(rule for rule in document.rules if rule.enabled)
        self.thens = tuple(rule.then for rule in self.rules)
        self.places = {name: place for place, name in enumerate(plan.seen)}
        """Where a name's value stands in `Evaluation.seen`."""
        self._levels = {outcome: level for level, outcome in enumerate(self.ladder)}

    def level_of(self, outcome: str) -> int:
        """Severity of an outcome, 0 the mildest."""
        return self._levels[outcome]
