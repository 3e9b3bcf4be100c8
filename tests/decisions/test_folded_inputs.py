"""Which variables of a decision are shown at once, and which are folded away."""

from rules.admin.decisions.parts import bar_rows, inputs_folded


def row(name, origin):
    return {"name": name, "origin": origin}


def test_what_was_given_is_shown_and_the_rest_is_folded_by_where_it_is_from():
    rows = [row("income", "given"), row("own_dpd", "own"), row("weather", "unknown")]
    folded = inputs_folded(rows, set())
    assert {part: [one["name"] for one in found] for part, found in folded.items()} == {
        "shown": ["income"],
        "own": ["own_dpd"],
        "unknown": ["weather"],
    }


def test_what_mattered_is_shown_even_where_it_is_unknown():
    rows = [row("weather", "unknown"), row("own_dpd", "own"), row("moon", "unknown")]
    folded = inputs_folded(rows, {"weather", "own_dpd"})
    assert [one["name"] for one in folded["shown"]] == ["weather", "own_dpd"]
    assert [one["name"] for one in folded["unknown"]] == ["moon"]


def test_no_variable_is_lost_by_folding():
    rows = [row(str(number), ("given", "own", "unknown")[number % 3]) for number in range(30)]
    folded = inputs_folded(rows, {"4", "5"})
    assert sorted(one["name"] for found in folded.values() for one in found) == sorted(one["name"] for one in rows)


def test_what_hardly_moved_the_probability_comes_last_unless_a_reason_rests_on_it():
    found = bar_rows({"a": 0.01, "b": 0.9, "c": 0.02}, {}, {}, "en", reference={}, causes={"c"})
    assert [(bar["name"], bar["is_small"]) for bar in found] == [("b", False), ("c", False), ("a", True)]
