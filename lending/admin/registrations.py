"""What this app's objects and log entries are called."""

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from audit.admin.error_words import words_register
from audit.event_words import events_register
from audit.object_pages import page_register
from lending.models import LoanChangeRequest, Product
from lending.models.risk_event import source_words


def _product_label(object_id: str) -> str | None:
    product = Product.objects.filter(pk=object_id).first() if object_id.isdecimal() else None
    return gettext("Product %(name)s") % {"name": product} if product else None


def _change_label(object_id: str) -> str | None:
    rows = LoanChangeRequest.objects.select_related("loan")
    found = rows.filter(pk=object_id).first() if object_id.isdecimal() else None
    words = gettext("%(loan)s: %(kind)s")
    return words % {"loan": found.loan.external_id, "kind": found.get_kind_display()} if found else None


page_register("product", name=_("Product"), url_name="admin:lending_product_change", label=_product_label)
page_register("customer", name=_("Customer"), url_name="admin:lending_customer_change")
page_register("loan", name=_("Loan"), url_name="admin:lending_loan_change")
page_register(
    "loan_change", name=_("Change of a loan"), url_name="admin:lending_loanchangerequest_change", label=_change_label
)
page_register("region", name=_("Region"), url_name="admin:lending_region_change")
page_register(
    "book",
    name=_("Reported by"),
    url_name="",
    label=lambda source: gettext("Reported by %(source)s") % {"source": source_words(source)},
)
page_register("book_source", name=_("Source of the book"), url_name="admin:lending_booksource_change")
page_register("suspected_duplicate", name=_("Suspected duplicate"), url_name="")
page_register("book_mapping", name=_("Mapping of the book"), url_name="admin:lending_bookmapping_change")
page_register("book_import", name=_("Import of the book"), url_name="admin:lending_bookimport_change")
page_register("list_import", name=_("Imported file of list entries"), url_name="admin:lending_listentry_preview")

events_register(
    "lists",
    _("Lists"),
    {
        "list_entry.proposed": _("List entry proposed"),
        "list_entry.edited": _("Proposed list entry changed"),
        "list_entry.withdrawn": _("Proposed list entry taken back"),
        "list_entry.end_proposed": _("End of a list entry asked for"),
        "list_entry.effective": _("List entry in force"),
        "list_entry.ended": _("List entry ended"),
        "list_entry.rejected": _("List entry rejected"),
        "list_import.proposed": _("File of list entries proposed"),
    },
)
events_register(
    "book",
    _("Products, loans and customers"),
    {
        "product.created": _("Product created"),
        "product.changed": _("Product changed"),
        "loans.imported": _("Loans imported"),
        "identifier.revealed": _("Personal data revealed"),
        "customer.erased": _("Customer erased"),
        "consent.granted": _("Consent granted"),
        "consent.withdrawn": _("Consent withdrawn"),
        "customer.facts_recorded": _("Facts about customers recorded"),
        "loan.reported": _("Loan paid out"),
        "loan.paid_out_without_approval": _("Loan paid out without approval"),
        "loan.attributes_added": _("Attributes of a loan added"),
        "loan_changes.recorded": _("Changes of loans recorded"),
        "instalments.recorded": _("Schedules recorded"),
        "repayments.recorded": _("Repayments recorded"),
        "loan_months.recorded": _("Statements of accounts recorded"),
        "bank_accounts.recorded": _("Bank accounts recorded"),
        "transactions.recorded": _("Account transactions recorded"),
        "risk_events.recorded": _("Risk events recorded"),
        "region.added": _("Region added"),
        "region.changed": _("Region changed"),
        "region_months.recorded": _("Indicators of regions recorded"),
        "customer_links.recorded": _("Links between customers recorded"),
        "book_source.saved": _("Source of the book connected"),
        "book_pull.set": _("Fetching of a source set"),
        "suspected_duplicate.decided": _("Said whether two customers are one person"),
        "book_mapping.saved": _("Mapping of the book kept"),
        "book_import.asked": _("Import of the book asked for"),
        "book_import.done": _("Import of the book done"),
        "book_import.failed": _("Import of the book failed"),
        "book_import.cancelled": _("Import of the book cancelled"),
    },
)
words_register(
    {
        "book_pull_invalid": _("The mapping needs a column that only grows; every 1 to 24 hours or 1 to 31 days."),
        "duplicate_decided": _("Somebody said so already."),
        "loan_change_invalid": _("This change contradicts the loan: look at it again and ask anew."),
        "loan_change_not_waiting": _("Somebody decided this change already."),
        "loan_change_overtaken": _(
            "Something else became of the loan since this was asked for. Reject it; it is asked for anew, if at all."
        ),
    }
)
