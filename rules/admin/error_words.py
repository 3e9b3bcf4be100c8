"""What a refused change means to the person at the screen, by the error's stable code."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from audit.admin.error_words import words_register
from riskengine.errors import RiskEngineError
from rules.localised import localised

WORDS: dict[str, str | Promise] = {
    "version_is_frozen": _("Only a draft can be changed. Make a new draft from this version."),
    "version_changed": _(
        "Somebody saved this version after you opened it, so your change was not saved. "
        "Look at what it says now and make your change again."
    ),
    "version_unchanged": _("This version says the same as the live one: there is nothing to approve."),
    "version_not_submitted": _("This version is not waiting for approval."),
    "version_evidence_outdated": _(
        "Another version went live after this was submitted. Look at what it changes now before you decide."
    ),
    "version_is_live": _("This version is live. It ends when another version is approved to take its place."),
    "activation_start_taken": _(
        "Another approved version is planned to start then or later. Retire that one first, or choose a later start."
    ),
    "activation_start_passed": _(
        "This time has passed. Choose a later one, or leave it empty for as soon as it is approved."
    ),
    "version_has_problems": _("This version has problems and goes no further. Correct each of them in a draft."),
    "same_person": _("You wrote, edited or submitted this version, so somebody else must check it."),
    "referral_not_permitted": _("Your account does not decide referred applications."),
    "referral_taken": _("Somebody took this case before you. Choose another, or “Next case”."),
    "referral_not_yours": _("This case is not in work with you. Take it first."),
    "referral_fresh": _("This case can be taken over once it has lain with somebody for eight hours."),
    "referral_decided": _("This case is decided. A decided case is never opened again."),
    "referral_erased": _("The customer's data is erased: there is nothing left to decide on."),
    "referral_second_is_first": _("You proposed this yourself, so somebody else must confirm it."),
    "referral_authority_too_small": _("The amount is above what you may confirm."),
    "referral_proposal_changed": _("The proposal changed after you opened this page. Read it again."),
    "review_authority_invalid": _("Choose one person or one role, and an amount above nothing."),
    "review_authority_not_waiting": _("This authority was approved, rejected or ended before."),
    "review_authority_for_oneself": _("This authority would be your own, so somebody else must approve it."),
    "already_stopped": _("This rule set is stopped already."),
    "stop_not_possible": _("Only decisions before the loan can be stopped, and only with a reason."),
    "stop_not_waiting": _("Somebody decided this already."),
    "stop_not_confirmed": _("Nobody has confirmed this stop yet. Another person ends it by not confirming it."),
    "catalogue_draft_frozen": _("This draft was submitted or discarded. Open a new one."),
    "catalogue_draft_changed": _("Somebody saved this draft after you opened it. Look at it again."),
    "catalogue_unchanged": _("This draft says the same as the live catalogue: there is nothing to approve."),
    "catalogue_breaks_models": _("A live rule set or model reads what this catalogue takes away or changes:"),
    "invalid_catalogue": _("The catalogue has problems and goes no further. Correct each of them."),
    "catalogue_not_submitted": _("This catalogue is not waiting for approval."),
    "list_entry_exists": _("This identifier is on this list already, or proposed for it."),
    "list_entry_state": _("Somebody decided on this entry meanwhile. Look at it again."),
    "list_entry_not_proposer": _("Only who asked can take it back. Others reject it."),
    "list_entry_not_submitted": _("Nothing about this entry waits for approval."),
    "list_import_closed": _("This file was proposed or discarded already."),
    "may_not_keep_case": _("Your account may not keep decisions as cases."),
    "decision_cannot_be_case": _(
        "This decision cannot be kept here: its values are gone, it is of another product, or the draft has it already."
    ),
    "document_invalid": _("This could not be saved."),
    "decision_sealed": _("The values of this decision are erased, or their key does not open them."),
    "decision_not_found": _("There is no such decision of this product."),
    "decision_not_permitted": _("Your account may not look at decisions."),
    "case_not_found": _("This version has no such case any more."),
    "changes_refused": _("An application with these values would be refused before any rule is read."),
}


words_register(WORDS)


def problems_of(error: RiskEngineError) -> list[dict[str, object]]:
    """The problems an error lists, each with `message` in the reader's language."""
    problems = error.facts.get("problems")
    if not isinstance(problems, list):
        return []
    return [{**found, "message": localised(found, "message")} for found in problems if isinstance(found, dict)]
