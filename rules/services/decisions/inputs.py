"""From what was read of a case to what its decision is a pure function of."""

import logging
from collections.abc import Mapping
from typing import Any

import msgspec

from lending.business_dates import business_date_of
from lending.vault import VaultError
from rules.engine.choice import AMOUNT_CONTROL
from rules.engine.patterns import Fact
from rules.services.bundles.loading import Bundle
from rules.services.bundles.model_choice import features_read
from rules.services.decisions.deciding import STOPPED, Inputs
from rules.services.decisions.request import SHARED_KINDS, DecisionRequest
from rules.services.decisions.store import FACT_LIMIT, Case
from scoring.alternative.gate import Closed
from scoring.package import ModelInputError
from scoring.services.alternative.opening import NOTHING_OPENED, Opened, alternative_open
from scoring.services.amount_control import control_values
from scoring.services.known_facts import facts_known
from scoring.variables import Variables, standing_kept, standing_values

logger = logging.getLogger(__name__)

SOURCE = "decision"
OWN_FACT = 0


def opened_for(case: Case, bundle: Bundle, request: DecisionRequest) -> Opened:
    """Which alternative variables that the rules or the model name may be read for the applicant, and the facts among
    them; no query where they name none. Raises InvalidVariables."""
    if bundle.schema is None or not bundle.schema.alternative:
        return NOTHING_OPENED
    named = features_read(bundle)
    wanted = [variable for variable in bundle.schema.alternative if variable.name in named]
    # What nobody reads is not taken in, whoever sent it.
    unread: dict[str, Closed] = {
        variable.name: "unread"
        for variable in bundle.schema.alternative
        if variable.name not in named and request.variables.get(variable.name) is not None
    }
    if not wanted:
        return Opened({}, unread, []) if unread else NOTHING_OPENED
    values = bundle.schema.complete(bundle.schema.read(request.variables), case.own).values
    try:
        opened = alternative_open(
            wanted,
            customer_id=case.customer_id,
            application_id=case.application_id,
            product=bundle.product_code,
            values=values,
            as_of=case.as_of,
            read_at=case.now,
        )
    except VaultError:
        logger.exception("alternative_facts_broken", extra={"customer": case.customer_id})
        return Opened({}, {**dict.fromkeys((item.name for item in wanted), "unreadable"), **unread}, [])
    return msgspec.structs.replace(opened, closed={**opened.closed, **unread})


def _facts_for(case: Case, bundle: Bundle) -> dict[str, Any]:
    """Facts about the customer that the rules or the model name; no query where they name none."""
    if bundle.schema is None:
        return {}
    named = features_read(bundle)
    wanted = [variable for variable in bundle.schema.facts if variable.name in named]
    if not wanted:
        return {}
    try:
        return facts_known(wanted, customer_id=case.customer_id, as_of=case.as_of, read_at=case.now)
    except VaultError:
        logger.exception("customer_facts_broken", extra={"customer": case.customer_id})
        return {variable.name: None for variable in wanted}


def _controlled(case: Case, bundle: Bundle, values: Mapping[str, Any]) -> dict[str, Any]:
    """What the amount control says, where the rules name it; not known where it is not live or cannot score."""
    names = [name for name in bundle.schema.modelled if name in features_read(bundle)] if bundle.schema else []
    if not names:
        return {}
    on = business_date_of(case.as_of, bundle.timezone)
    try:
        return control_values(
            names, model=bundle.models.get(AMOUNT_CONTROL), product=bundle.product_code, values=values, on=on
        )
    except ModelInputError:
        logger.exception("amount_control_failed", extra={"product": bundle.product_code})
        return dict.fromkeys(names)


def inputs_for(case: Case, bundle: Bundle, request: DecisionRequest, opened: Opened) -> Inputs:
    """What the decision is a pure function of. Raises InvalidVariables."""
    told = {**opened.facts, **_facts_for(case, bundle)}
    own = {**(case.own or {}), **told} if told else case.own
    if bundle.schema is None:  # our own fault, so the variables cannot be checked; a person decides
        variables = Variables(request.variables, request.variables, [])
    else:
        read = bundle.schema.closed(bundle.schema.read(request.variables), opened.closed)
        variables = bundle.schema.complete(read, own)
        if controlled := _controlled(
            case, bundle, {**variables.values, **standing_values(bundle.schema.standing, case.standing)}
        ):
            own = {**(own or {}), **controlled}
            variables = bundle.schema.complete(read, own)
    facts = case.facts
    faults = {**bundle.faults, **({STOPPED: "emergency_stop"} if bundle.is_stopped else {})}
    if len(facts) > FACT_LIMIT:
        faults["facts"] = "too_many_facts"
        facts = facts[-FACT_LIMIT:]
    if is_news(case, request):
        keys = request.shared_keys()
        this = Fact(
            id=OWN_FACT,
            kind="application",
            at=int(case.as_of.timestamp()),
            customer=str(case.customer_id),
            source=SOURCE,
            phone_key=keys["phone_key"],
            device_key=keys["device_key"],
            address_key=keys["address_key"],
        )
        facts = [*facts, this]
    return Inputs(
        given=variables.given,
        values=variables.values,
        refer=variables.refer,
        standing=standing_kept(bundle.schema.standing if bundle.schema else [], case.standing),
        own=own if bundle.schema is not None else None,
        alternative=dict(opened.closed) or None,
        facts=facts,
        customer=str(case.customer_id),
        as_of=case.as_of,
        faults=faults,
    )


def is_news(case: Case, request: DecisionRequest) -> bool:
    """Whether patterns have not seen this yet: a new application, or one that now gives another phone, device, …"""
    return case.is_new_application or any(
        kind in request.indexes and kind not in case.known_kinds for kind in SHARED_KINDS
    )
