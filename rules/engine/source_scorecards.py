"""The Python source of a scorecard: per characteristic its value, its bin and its points; then the total."""

from rules.engine.plan_parts import PlannedCharacteristic, PlannedScorecard
from rules.engine.source_lines import SourceLines, tuple_of
from rules.language.to_python import Form, variable_form

MISSING_BIN, NO_BIN = -1, -2
"""In place of a bin: the value was unknown; no bin takes it, or one could not be told."""


class ScorecardWriter:
    """Writes one scorecard; `number` tells its locals from those of others."""

    def __init__(self, lines: SourceLines, number: int) -> None:
        self.lines = lines
        self.number = number

    def write(self, scorecard: PlannedScorecard) -> str:
        """Adds the lines and the name of the total; gives the expression of (value, bin) per characteristic."""
        points, seen = [], []
        for place, characteristic in enumerate(scorecard.characteristics):
            value, taken = f"x{self.number}_{place}", f"b{self.number}_{place}"
            self._bin(characteristic, value, taken)
            # Counted from the end, MISSING_BIN and NO_BIN have their points too.
            listed = (*characteristic.points, None, characteristic.missing_points)
            self.lines.add(1, f"p{self.number}_{place} = {listed!r}[{taken}]")
            points.append(f"p{self.number}_{place}")
            seen.append(f"({value}, {taken})")
        total = f"s{self.number}"
        added = " + ".join([repr(scorecard.initial_points), *points])
        unknown = " or ".join(f"{point} is None" for point in points)
        self.lines.add(1, f"{total} = None if {unknown} else finite_or_none({added})")
        self.lines.forms[scorecard.name] = variable_form(total, is_float=True)
        return tuple_of(seen)

    def _bin(self, characteristic: PlannedCharacteristic, value: str, taken: str) -> None:
        """Special codes first, then the bins; the first test that holds, NO_BIN from the first that cannot be told."""
        self.lines.assigned(value, characteristic.node)
        self.lines.add(1, f"if {value} is None: {taken} = {MISSING_BIN}", "else:", f"    {taken} = {NO_BIN}")
        self.lines.add(2, "while True:")
        # Here the value is known: tests that read nothing else need no question.
        self.lines.forms[characteristic.value_name] = Form(value, is_atom=True)
        for number, test in enumerate(characteristic.tests):
            writer = self.lines.writer()
            form = writer.settled(test)
            if form.unless:
                told = f"if w: {taken} = {number}; break"
                self.lines.add(3, f"w = {writer.closed(test)}", "if w is None: break", told)
            else:
                self.lines.add(3, f"if {form.text}: {taken} = {number}; break")
        self.lines.add(3, "break")
