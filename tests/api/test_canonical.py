"""The fast canonical JSON says what the reference implementation says."""

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from audit.canonical import canonical_json

leaves = (
    st.none()
    | st.booleans()
    | st.integers(-(2**53) + 1, 2**53 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.sampled_from([1e-5, 1e-6, 9.9e-6, 1e-7, 1e16, 1e21, 1e22, -0.0, 123456789012345680000.0, 5e-324, 0.1])
    | st.text(st.characters(exclude_categories=["Cs"]))
)
trees = st.recursive(
    leaves,
    lambda kids: (
        st.lists(kids, max_size=4)
        | st.dictionaries(st.text(st.characters(exclude_categories=["Cs"]), max_size=5), kids, max_size=4)
    ),
    max_leaves=12,
)


@given(trees)
def test_it_writes_the_same_bytes_as_the_reference(value):
    assert canonical_json(value) == rfc8785.dumps(value)


@pytest.mark.parametrize("value", [float("nan"), float("inf"), 2**53, "\ud800"])
def test_it_refuses_what_has_no_canonical_form(value):
    with pytest.raises(ValueError, match=r"."):
        canonical_json({"value": value})
