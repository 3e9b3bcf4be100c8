"""Shares in percent, money in units of its currency: what people type and read, and what is stored."""

from dataclasses import replace

import pytest

from audit import governed_kinds
from audit.models import GovernedDocument
from tests.governed.kinds import CODE, drafted
from tests.governed.test_governed_pages import ADD, TYPED, page_of, text_of

pytestmark = pytest.mark.django_db


def test_a_draft_shows_and_takes_what_people_write_and_keeps_what_is_stored(as_role):
    client, person = as_role("maker")
    drawn = drafted(person, share=0.07, price=450, strength=0.7)
    shown = text_of(client.get(page_of(drawn)))
    assert "7%" in shown and "4.50 GBP" in shown and "0.7" in shown
    form = text_of(client.get(page_of(drawn, "edit")))
    assert "Share of milk (%)" in form and "Price (GBP)" in form
    assert 'name="share" value="7"' in form and 'name="price" value="4.5"' in form
    typed = {**TYPED, "share": "29", "price": "1234.5", "leaf": "black", "expected_hash": drawn.content_hash}
    client.post(page_of(drawn, "edit"), typed)
    drawn.refresh_from_db()
    assert (drawn.document["share"], drawn.document["price"]) == (0.29, 123450)


def test_money_has_the_digits_of_the_currency_of_what_the_document_is_for(as_role):
    client, _person = as_role("maker")
    client.post(ADD, {**TYPED, "name": "kyoto", "price": "450"})
    made = GovernedDocument.objects.get()
    assert made.document["price"] == 450
    assert "450 JPY" in text_of(client.get(page_of(made)))


def test_a_refused_form_shows_again_what_was_typed(as_role):
    client, _person = as_role("maker")
    answer = text_of(client.post(ADD, {**TYPED, "share": "12.5", "price": "4.505"}))
    assert 'name="share" value="12.5"' in answer and 'name="price" value="4.505"' in answer


def test_a_form_names_no_currency_while_there_is_a_choice_between_several(as_role, monkeypatch):
    client, _person = as_role("maker")
    kind = governed_kinds.kind_of(CODE)
    places = replace(kind, name_choices=lambda: [("kyoto", "Kyoto"), ("leeds", "Leeds")])
    monkeypatch.setitem(governed_kinds._KINDS, CODE, places)
    form = text_of(client.get(ADD))
    assert "(JPY)" not in form and "currency of what is chosen above" in form
    client.post(ADD, {**TYPED, "name": "leeds", "price": "4.50"})
    assert GovernedDocument.objects.get().document["price"] == 450
