"""Strict JSON: a hostile corpus is refused with a reason, and nothing well-formed is."""

import json
import time
from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from riskengine.api.strict_json import MalformedJsonError, strict_json

HOSTILE = {
    "empty": b"",
    "spaces only": b"  ",
    "unfinished": b'{"a": ',
    "two texts": b"{} {}",
    "trailing comma": b'{"a": 1,}',
    "single quotes": b"{'a': 1}",
    "comment": b"{} // no",
    "NaN": b'{"a": NaN}',
    "Infinity": b'{"a": -Infinity}',
    "a number too large": b'{"a": 1e400}',
    "leading zero": b'{"a": 01}',
    "plus sign": b'{"a": +1}',
    "hexadecimal": b'{"a": 0x10}',
    "full-width digits": '{"a": １２}'.encode(),
    "Arabic digits": '{"a": ١٢}'.encode(),
    "a name twice": b'{"a": 1, "a": 2}',
    "a name twice, spelled differently": b'{"a": 1, "\\u0061": 2}',
    "a name twice, spaced": b'{"a" :1,"b":2,"a":3}',
    "a name twice beside a string that begins with a colon": b'{"a":":","a":1}',
    "a name twice, with an escaped quote and colon": b'{"a":"\\":","a":"\\":"}',
    "a name twice, deep": b'{"x": [{"a": 1, "a": 1}]}',
    "NUL escaped in a string": b'{"a": "x\\u0000y"}',
    "NUL escaped in a name": b'{"a\\u0000": 1}',
    "NUL raw": b'{"a": "x\x00y"}',
    "a control character raw": b'{"a": "x\ny"}',
    "a lone surrogate": b'{"a": "\\ud800"}',
    "a lone low surrogate": b'{"a": "\\udc00x"}',
    "surrogates in the wrong order": b'{"a": "\\udc00\\ud800"}',
    "a surrogate in UTF-8": b'{"a": "\xed\xa0\x80"}',
    "not UTF-8": b'{"a": "\xff"}',
    "overlong UTF-8": b'{"a": "\xc0\x80"}',
    "UTF-16": '{"a": 1}'.encode("utf-16"),
    "a byte order mark": b'\xef\xbb\xbf{"a": 1}',
    "33 levels": b"[" * 33 + b"]" * 33,
    "100,000 levels": b"[" * 100_000,
    "100,000 levels of objects": b'{"a":' * 40_000,
    "a number of 5,000 digits": b'{"a": ' + b"9" * 5_000 + b"}",
}


def test_a_string_that_never_ends_costs_no_more_than_its_length():
    data = b"[" * 40 + b'"' + b'\\"' * 100_000
    began = time.process_time()
    with pytest.raises(MalformedJsonError):
        strict_json(data)
    assert time.process_time() - began < 2  # minutes, where every quote is tried as a beginning


@pytest.mark.parametrize("data", HOSTILE.values(), ids=HOSTILE.keys())
def test_it_refuses(data):
    with pytest.raises(MalformedJsonError) as refused:
        strict_json(data)
    assert len(str(refused.value)) < 80


@pytest.mark.parametrize(
    "data",
    [
        b"[" * 32 + b"]" * 32,
        b'{"a": "[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[["}',
        '{"a": "\\ud83d\\ude00 😀"}'.encode(),
    ],
)
def test_it_takes_what_only_looks_hostile(data):
    assert strict_json(data) == json.loads(data)


values = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**30), 10**30) | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00")),
    lambda kids: st.lists(kids) | st.dictionaries(st.text(st.characters(codec="ascii", min_codepoint=1)), kids),
    max_leaves=20,
)  # fmt: skip


@given(values, st.booleans())
def test_it_reads_what_the_standard_library_writes(value, ascii_only):
    assert strict_json(json.dumps(value, ensure_ascii=ascii_only).encode()) == value


pieces = st.sampled_from(
    [b'"a"', b'"b"', b":", b" :", b"\t:", b",", b"{", b"}", b"[", b"]", b"1", b'":"', b'"\\""', b" "]
)


@settings(max_examples=2_000)
@given(st.lists(pieces, max_size=14).map(b"".join) | st.lists(pieces, max_size=9).map(lambda m: b'{"a":' + b"".join(m)))
def test_it_agrees_with_a_reader_that_sees_every_name(data):
    def once(pairs):
        assert len({name for name, _ in pairs}) == len(pairs)
        return dict(pairs)

    try:
        expected = json.loads(data, object_pairs_hook=once)
    except (ValueError, AssertionError):
        with pytest.raises(MalformedJsonError):
            strict_json(data)
    else:
        assert strict_json(data) == expected


@given(st.binary(max_size=60))
def test_random_bytes_raise_nothing_else(data):
    with suppress(MalformedJsonError):
        strict_json(data)


def test_switched_off_the_plain_reader_takes_a_name_twice():
    assert json.loads(HOSTILE["a name twice"]) == {"a": 2}
