"""Sealed values open only unaltered, in their place, under their key; nothing secret shows in errors."""

import base64
import random
import secrets

import msgspec
import pytest
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from hypothesis import example, given
from hypothesis import strategies as st

from lending.identifiers import SPELLINGS, UnusableIdentifierError
from lending.vault import (
    VaultError,
    blind_index,
    key_new,
    key_rewrap,
    key_unwrap,
    normalise,
    seal,
    sealed_each,
    unseal,
)

KEY = bytes(range(32))


@given(st.binary(max_size=200), st.binary(max_size=40))
def test_what_is_sealed_opens_again(plaintext, context):
    assert unseal(KEY, seal(KEY, plaintext, context), context) == plaintext


def test_every_flipped_bit_is_detected():
    sealed = seal(KEY, b"13800138000", b"here")
    for position in range(len(sealed) * 8):
        altered = bytearray(sealed)
        altered[position // 8] ^= 1 << position % 8
        with pytest.raises(VaultError):
            unseal(KEY, bytes(altered), b"here")


def test_many_are_sealed_as_one_is_and_a_key_that_does_not_open_holds_nobody_up():
    keys = [key_new() for _ in range(3)]
    broken = [b"", b"\x00" * 61, b"\x09" + keys[0][1][1:], keys[0][1][:-1], keys[0][1][:-1] + b"!"]
    wrapped = [wrapped for _, wrapped in keys] + broken
    parts = [(stored, b"said %d" % place, b"place %d" % place) for place, stored in enumerate(wrapped)]
    sealed = list(sealed_each(parts))
    for place, (key, _) in enumerate(keys):
        assert unseal(key, sealed[place] or b"", b"place %d" % place) == b"said %d" % place
    assert sealed[3:] == [None] * len(broken)


def test_cut_or_moved_values_do_not_open():
    sealed = seal(KEY, b"13800138000", b"here")
    for length in range(len(sealed)):
        with pytest.raises(VaultError):
            unseal(KEY, sealed[:length], b"here")
    with pytest.raises(VaultError):
        unseal(KEY, sealed, b"there")
    with pytest.raises(VaultError):
        unseal(secrets.token_bytes(32), sealed, b"here")


def test_the_same_value_is_sealed_differently_each_time():
    assert len({seal(KEY, b"x", b"") for _ in range(1000)}) == 1000


def test_a_wrapped_key_opens_and_an_altered_one_does_not():
    key, wrapped = key_new()
    assert key_unwrap(wrapped) == key
    assert len(wrapped) == 61
    for position in random.Random(5).sample(range(len(wrapped)), 30):
        altered = bytearray(wrapped)
        altered[position] ^= 0x01
        with pytest.raises(VaultError) as caught:
            key_unwrap(bytes(altered))
        assert key.hex() not in repr(caught.value)
    with pytest.raises(VaultError):
        key_unwrap(b"")


def _environment(**fields):
    return msgspec.structs.replace(settings.ENV, **fields)


def _base64_key(byte: int) -> str:
    return base64.b64encode(bytes([byte]) * 32).decode()


def test_wrapping_keys_rotate_without_losing_customers(settings):
    old, new = _base64_key(1), _base64_key(2)
    settings.ENV = _environment(field_encryption_key=old)
    key, wrapped = key_new()
    settings.ENV = _environment(field_encryption_key=f"{old},{new}")
    assert key_unwrap(wrapped) == key
    rewrapped = key_rewrap(wrapped)
    assert (wrapped[0], rewrapped[0]) == (1, 2)
    settings.ENV = _environment(field_encryption_key=f"{_base64_key(9)},{new}")
    assert key_unwrap(rewrapped) == key
    with pytest.raises(VaultError):
        key_unwrap(wrapped)


def test_a_key_of_the_wrong_length_is_named_and_not_repeated(settings):
    settings.ENV = _environment(field_encryption_key="c2hvcnQ=")
    with pytest.raises(ImproperlyConfigured, match="FIELD_ENCRYPTION_KEY") as caught:
        key_new()
    assert "c2hvcnQ" not in str(caught.value)


def test_blind_indexes_differ_by_kind_and_by_secret(settings):
    phone = blind_index("phone", "4200123412341234")
    assert len(phone) == 16
    assert phone != blind_index("bank_card", "4200123412341234")
    settings.ENV = _environment(blind_index_key=_base64_key(7))
    assert phone != blind_index("phone", "4200123412341234")


@pytest.mark.parametrize(
    ("kind", "spellings"),
    [
        (
            "phone",
            ["13800138000", "+86 138-0013-8000", "0086 138 0013 8000", "１３８００１３８０００", "(138) 0013 8000"],
        ),
        ("national_id", ["11010519491231002X", "11010519491231002x", " 110105-19491231-002Ｘ "]),
        ("name", ["王小明", "王 小明", "王\u200b小明", " 王　小明 "]),
        ("name", ["Anna-Maria Müller", "ANNA MARIA MÜLLER", "anna  maria mu\u0308ller", "Ａnna Maria Müller"]),
        ("email", ["Anna@Example.com", " anna@example.com ", "ａnna@example.com"]),
        ("bank_card", ["6222 0212 3456 7890 123", "6222021234567890123"]),
        ("device_id", ["AA:BB:CC", "aa:bb:cc "]),
        ("address", ["北京市朝阳区 建国路1号", "北京市朝阳区建国路１号"]),
        ("employer", ["Acme, Inc.", "ACME INC"]),
    ],
)
def test_spellings_of_one_thing_meet(kind, spellings):
    assert len({normalise(kind, spelling) for spelling in spellings}) == 1
    assert len({blind_index(kind, spelling) for spelling in spellings}) == 1


@given(st.sampled_from(sorted(SPELLINGS)), st.text(max_size=30))
@example("phone", "8618613800138000")
@example("name", "\u1e9e\u0345\u03b9")
@example("email", "a\u00ad\u0301")
def test_normalising_twice_changes_nothing(kind, value):
    try:
        once = normalise(kind, value)
    except UnusableIdentifierError:
        return
    assert normalise(kind, once) == once


@pytest.mark.parametrize("kind", sorted(SPELLINGS))
@pytest.mark.parametrize("value", ["", " ", "\u200b", "\n\t"])
def test_an_empty_identifier_is_refused(kind, value):
    with pytest.raises(UnusableIdentifierError):
        blind_index(kind, value)


def test_refusals_never_repeat_the_value():
    with pytest.raises(UnusableIdentifierError) as caught:
        blind_index("shoe_size", "canary-4711")
    assert "canary" not in f"{caught.value!r} {caught.value.facts}"
