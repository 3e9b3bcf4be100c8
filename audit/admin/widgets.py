"""Fields of forms as our own pages show them."""

from typing import Any

from django import forms


def line_widget(**attributes: Any) -> forms.TextInput:
    """One line, which the browser does not complete."""
    return forms.TextInput(attrs={"class": "rk-input", "autocomplete": "off", **attributes})


def area_widget(rows: int) -> forms.Textarea:
    """Several lines."""
    return forms.Textarea(attrs={"class": "rk-textarea", "rows": rows})


def select_widget() -> forms.Select:
    """One of several."""
    return forms.Select(attrs={"class": "rk-select"})


def day_widget() -> forms.DateInput:
    """A day, picked in the browser's own way."""
    return forms.DateInput(attrs={"class": "rk-input", "type": "date"}, format="%Y-%m-%d")
