"""Texts of the admin's theme that come without Chinese: listed here so that they are collected and translated."""

from django.utils.translation import gettext_noop

TEXTS = (
    gettext_noop("More actions"),
    gettext_noop("Select record"),
    gettext_noop("Select action"),
    gettext_noop("Select action to run"),
    gettext_noop("Select value"),
    gettext_noop("Select all rows"),
    gettext_noop("Expand row"),
    gettext_noop("True"),
    gettext_noop("False"),
    gettext_noop("Apply Filters"),
    gettext_noop("Reset filters"),
    gettext_noop("Choose file to upload"),
    gettext_noop("Run"),
    gettext_noop("Submit"),
    gettext_noop("Click to download"),
    gettext_noop("Go back"),
    gettext_noop("This item will be deleted."),
    gettext_noop("Click to cancel"),
    gettext_noop("You have been successfully logged out from the administration"),
    gettext_noop("Previous"),
    gettext_noop("Next"),
    gettext_noop("Toggle password visibility"),
    gettext_noop("Type to search"),
    gettext_noop("General"),
    gettext_noop("No data"),
    gettext_noop("Add row"),
    gettext_noop("Date"),
    gettext_noop("After you've created a user, you’ll be able to edit more user options."),
)
