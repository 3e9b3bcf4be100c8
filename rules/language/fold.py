"""Constants worked out before columns are built: Polars keeps a constant as one value and would not fill the rows."""

from rules.language.interpret import interpret
from rules.language.tree import Call, If, Interval, Literal, Name, Node, Test, replaced, walk


def folded(node: Node) -> Node:
    """The same meaning with every part that reads no name, or whose choice reads none, as a constant."""
    match node:
        case Literal():
            return node if node.kind is None else Literal(node.value)
        case Name():
            return node
        case If(condition=condition, then=then, otherwise=otherwise):
            decided = folded(condition)
            if isinstance(decided, Literal):
                return Literal(None) if decided.value is None else folded(then if decided.value else otherwise)
        case Call(function="coalesce", arguments=arguments):
            return _coalesce(node, [folded(argument) for argument in arguments])
    made = replaced(node, lambda part: None if part is node else folded(part))
    if isinstance(made, Interval | Test) or any(isinstance(part, Name) for part in walk(made)):
        return made
    return Literal(interpret(made, {}))


def _coalesce(node: Call, arguments: list[Node]) -> Node:
    """Nulls are skipped; behind the first constant nothing is looked at."""
    kept: list[Node] = []
    for argument in arguments:
        if isinstance(argument, Literal) and argument.value is None:
            continue
        kept.append(argument)
        if isinstance(argument, Literal):
            break
    if len(kept) < 2:
        return kept[0] if kept else Literal(None)
    return Call(node.function, tuple(kept), position=node.position)
