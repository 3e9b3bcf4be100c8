"""The Python source of a decision table: a fast way where all its conditions read is known, and a three-valued one."""

from collections.abc import Iterator

from rules.engine.hit_policies import FIRST
from rules.engine.plan_parts import PlannedRow, PlannedTable, guard_name
from rules.engine.source_lines import SourceLines, tuple_of
from rules.language import Node
from rules.language.to_python import PythonWriter, joined, variable_form
from rules.language.tree import Literal


class TableWriter:
    """Writes one table; `number` tells its locals from those of others."""

    def __init__(self, lines: SourceLines, number: int) -> None:
        self.lines = lines
        self.number = number

    def write(self, table: PlannedTable) -> str:
        """Adds the lines and the names of its results; gives the expression of (rows hit, rows that cannot be told)."""
        for place, (name, node, _) in enumerate(table.inputs):
            self.lines.forms[name] = self.lines.assigned(f"i{self.number}_{place}", node)
        hits = self._first(table) if table.hit_policy == FIRST else self._all(table)
        for name, local in zip(table.names, self._outputs(table), strict=True):
            self.lines.forms[name] = variable_form(local)
        return hits

    def _outputs(self, table: PlannedTable) -> list[str]:
        return [f"o{self.number}_{place}" for place in range(len(table.names))]

    def _first(self, table: PlannedTable) -> str:
        """`h` is the row hit, -1 for none, and -2 - r where row r could not be told."""
        row = f"h{self.number}"
        self.lines.add(1, f"{row} = -1")
        for depth, writer in self._ways(table):
            self.lines.add(depth, "while True:")
            for planned in table.rows:
                hit = [f"{row} = {planned.number}", *self._results(table, planned), "break"]
                if writer.is_narrow:
                    self._when(depth + 1, writer.settled(planned.condition).text, hit)
                else:
                    self.lines.add(depth + 1, f"w = {writer.closed(planned.condition)}")
                    self._when(depth + 1, "w", hit)
                    self._when(depth + 1, "w is None", [f"{row} = {-2 - planned.number}", "break"])
            self.lines.add(depth + 1, "break")
        self.lines.add(1, f"if {row} < 0:")
        for local, default in zip(self._outputs(table), table.defaults, strict=True):
            value = f"{self._closed(default)} if {row} == -1 else None" if default is not None else "None"
            self.lines.add(2, f"{local} = {value}")
        return f"(({row},) if {row} >= 0 else (), (-2 - {row},) if {row} < -1 else ())"

    def _results(self, table: PlannedTable, row: PlannedRow) -> list[str]:
        return [
            f"{local} = {self._closed(output)}" for local, output in zip(self._outputs(table), row.outputs, strict=True)
        ]

    def _all(self, table: PlannedTable) -> str:
        """`h` and `u` hold the rows hit and those that cannot be told, `a` and `b` their outputs."""
        hit, untold, of_hit, of_untold = (f"{letter}{self.number}" for letter in "huab")
        self.lines.add(1, f"{hit} = []; {untold} = []; {of_hit} = []; {of_untold} = []")
        if table.is_listed:
            self._items(table)
        for depth, writer in self._ways(table):
            for place, planned in enumerate(table.rows):
                outputs = tuple_of(self._output(table, place, output) for output in range(len(table.names)))
                found = [f"{hit}.append({planned.number})", f"{of_hit}.append({outputs})"]
                test = writer.settled(planned.condition).text if writer.is_narrow else writer.closed(planned.condition)
                if table.is_listed:
                    local = f"g{self.number}_{place}"
                    self.lines.add(depth, f"{local} = {test}")
                    test = local
                elif not writer.is_narrow:
                    self.lines.add(depth, f"w = {test}")
                    test = "w"
                self._when(depth, test, found)
                if not writer.is_narrow:
                    lost = [f"{untold}.append({planned.number})", f"{of_untold}.append({outputs})"]
                    self._when(depth, f"{test} is None", lost)
            if table.is_listed:
                self._when(depth, f"{hit} or {untold}", [f"g{self.number} = None if {untold} and not {hit} else False"])
                self.lines.add(depth, "else:", f"    g{self.number} = True")
        ranks = f", {table.ranks!r}" if table.hit_policy == "P" else ""
        self.lines.add(1, f"w = settle[{table.hit_policy!r}]({of_hit}, {of_untold}{ranks})")
        self.lines.add(1, "if w is None:")
        for local, default in zip(self._outputs(table), table.defaults, strict=True):
            self.lines.add(2, f"{local} = {self._empty(table, default)}")
        self.lines.add(1, "else:", f"    {tuple_of(self._outputs(table))} = w")
        return f"(tuple({hit}), tuple({untold}))"

    def _empty(self, table: PlannedTable, default: Node | None) -> str:
        if table.is_listed:
            return "[]" if default is None else f"[{self._closed(default)}]"
        return "None" if default is None else self._closed(default)

    def _items(self, table: PlannedTable) -> None:
        """The results of a list's rows under the names its readers use, and the truths of its rows."""
        forms = self.lines.forms
        forms[guard_name(table.name, None)] = variable_form(f"g{self.number}")
        for place, row in enumerate(table.rows):
            forms[guard_name(table.name, place)] = variable_form(f"g{self.number}_{place}")
            for output, node in enumerate(row.outputs):
                if not isinstance(node, Literal):
                    name = f"{guard_name(table.name, place)}.{output}"
                    forms[name] = self.lines.assigned(f"e{self.number}_{place}_{output}", node)

    def _output(self, table: PlannedTable, place: int, output: int) -> str:
        node = table.rows[place].outputs[output]
        if table.is_listed and not isinstance(node, Literal):
            return f"e{self.number}_{place}_{output}"
        return self._closed(node)

    def _ways(self, table: PlannedTable) -> Iterator[tuple[int, PythonWriter]]:
        """Depth and writer of each way, after the line that chooses it; the fast one alone if nothing is unknown."""
        narrow = self.lines.writer().narrowed()
        guards = joined(narrow.settled(row.condition).unless for row in table.rows)
        if not guards:
            yield 1, narrow
            return
        self.lines.add(1, f"if {' or '.join(guards)}:")
        yield 2, self.lines.writer()
        self.lines.add(1, "else:")
        yield 2, narrow

    def _when(self, depth: int, test: str, lines: list[str]) -> None:
        self.lines.add(depth, f"if {test}:")
        self.lines.add(depth + 1, *lines)

    def _closed(self, node: Node) -> str:
        return self.lines.writer().closed(node)
