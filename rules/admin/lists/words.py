"""What is wrong with an entry of a list or a file of them, in the reader's language."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

ENTRY: dict[str, str | Promise] = {
    "missing": _("This is required."),
    "too_long": _("This is too long."),
    "control_characters": _("Use one line of plain text."),
    "names_identifier": _("Do not write the identifier, or a long number, in a text that many read."),
    "value_unusable": _("Nothing is left of this value."),
    "unknown_list": _("Write BLACK, WHITE or GREY."),
    "unknown_dimension": _("Write national_id, phone, device_id, address, bank_card or employer."),
    "expires_before_start": _("It would expire before it starts."),
    "duplicate_in_file": _("The same identifier stands in an earlier row."),
    "listed_already": _("This identifier is on this list already, or proposed for it."),
    "not_a_day": _("Write a day from 1990 to 2199 as YYYY-MM-DD."),
}
FILE: dict[str, str | Promise] = {
    "too_large": _("The file is larger than 1 MB."),
    "not_text": _("The file is not CSV text."),
    "columns": _(
        "The first row must name exactly these columns: dimension, value, kind, reason, source, start, expiry."
    ),
    "too_many_rows": _("The file has more than 1,000 rows. Split it."),
    "empty": _("The file has no rows."),
}
FIELDS: dict[str, str | Promise] = {
    "kind": _("List"),
    "dimension": _("Dimension"),
    "value": _("Identifier"),
    "source": _("Source"),
    "reason": _("Reason"),
    "start": _("Starts on"),
    "expiry": _("Last day"),
}
