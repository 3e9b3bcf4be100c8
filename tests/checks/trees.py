"""Random conditions over four names, and every point of a small grid of their values."""

from itertools import product

from hypothesis import strategies as st

from rules.engine.checks.regions import Names
from rules.engine.checks.values import Numbers, one_of
from rules.language import tree

GRID = {
    "whole": [None, *map(float, range(-3, 4))],
    "number": [None, -2.0, -1.5, -1.0, 0.0, 0.25, 1.0, 1.5, 2.0],
    "code": [None, "A", "B", "C"],
    "flag": [None, True, False],
}
NAMES = Names(
    domains={
        "whole": Numbers(((-3.0, 3.0),)),
        "number": Numbers(((-2.0, 2.0),)),
        "code": one_of("ABC"),
        "flag": one_of([True, False]),
    },
    whole=frozenset(["whole"]),
    dates=frozenset(),
    definitions={"is_high": tree.Comparison(">", tree.Name("number"), tree.Literal(1.0))},
    grades={},
)
POINTS = [dict(zip(GRID, values, strict=True)) for values in product(*GRID.values())]

_operators = st.sampled_from(["=", "!=", "<", "<=", ">", ">="])
_numbers = st.sampled_from([-3.0, -1.5, -1.0, 0.0, 0.5, 1.0, 2.0, 3.0, 9.0])
_literals = _numbers.map(tree.Literal)
_number_names = st.sampled_from(["whole", "number"]).map(tree.Name)
_same = st.sampled_from(["=", "!="])
_terms = _number_names | st.builds(tree.Arithmetic, st.sampled_from("+-*"), _number_names, _number_names)
_intervals = st.builds(tree.Interval, _literals, _literals, st.booleans(), st.booleans())
_atoms = st.one_of(
    st.builds(tree.Comparison, _operators, _terms, _literals),
    st.builds(tree.Comparison, _operators, _literals, _number_names),
    st.builds(tree.Comparison, _operators, _terms, _terms),
    st.builds(tree.Between, _number_names, _literals, _literals),
    st.builds(tree.In, _number_names, st.lists(_intervals | _literals, min_size=1, max_size=3).map(tuple)),
    st.builds(
        tree.In,
        st.just(tree.Name("code")),
        st.lists(st.sampled_from("ABCX").map(tree.Literal), min_size=1, max_size=3).map(tuple),
    ),
    st.builds(tree.Comparison, _same, st.just(tree.Name("code")), st.sampled_from("ABX").map(tree.Literal)),
    st.builds(
        tree.Comparison, st.sampled_from(["=", "!="]), st.sampled_from(["flag", "is_high"]).map(tree.Name),
        st.booleans().map(tree.Literal),
    ),
    st.sampled_from(["flag", "is_high"]).map(tree.Name),
    st.sampled_from(["whole", "code", "is_high"]).map(lambda name: tree.Call("is defined", (tree.Name(name),))),
    st.sampled_from([True, False, None]).map(tree.Literal),
)  # fmt: skip
CONDITIONS = st.recursive(
    _atoms,
    lambda inner: st.one_of(
        st.lists(inner, min_size=2, max_size=3).map(lambda items: tree.And(tuple(items))),
        st.lists(inner, min_size=2, max_size=3).map(lambda items: tree.Or(tuple(items))),
        inner.map(tree.Not),
        st.builds(tree.If, inner, inner, inner),
    ),
    max_leaves=6,
)
