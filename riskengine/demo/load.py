"""Loading the demo, step by step: each step is whole or not at all, and done once however often it is asked for."""

from collections.abc import Callable, Iterator
from datetime import datetime
from functools import partial
from pathlib import Path

from riskengine.demo.alternative import alternative_law_ensure
from riskengine.demo.applications import applications_ensure
from riskengine.demo.authorities import authorities_ensure
from riskengine.demo.bad_definitions import bad_definition_ensure
from riskengine.demo.book import card_book_ensure, products_ensure
from riskengine.demo.cured_loans import cured_loans_ensure
from riskengine.demo.delinquency import delinquency_policies_ensure
from riskengine.demo.diversion import diversion_ensure
from riskengine.demo.drift import drift_policy_ensure, drift_reports_ensure
from riskengine.demo.events import events_ensure
from riskengine.demo.fairness import fairness_ensure
from riskengine.demo.health import health_policy_ensure, health_story_ensure
from riskengine.demo.lists import lists_ensure
from riskengine.demo.other_models import capped_draft_ensure, other_models_ensure
from riskengine.demo.people import credentials_ensure, staff_ensure
from riskengine.demo.policies import POLICIES, catalogue_ensure, model_ensure, rule_set_ensure
from riskengine.demo.portraits import customer_facts_ensure, portrait_policy_ensure, portrait_snapshots_ensure
from riskengine.demo.profiles import profiles_ensure
from riskengine.demo.regions import regions_ensure
from riskengine.demo.small_book import small_book_ensure
from riskengine.demo.warning_scheme import warning_settings_ensure
from riskengine.demo.warnings import warning_story_ensure

Step = tuple[str, Callable[[], object]]


def demo_load(*, credentials: Path, at: datetime) -> Iterator[tuple[str, object]]:
    """Load what is missing; yields each step's name and what it did. The credentials are written last.

    So their file means that the demo is whole; a load that was cut short goes on where it stopped.
    """
    products, staff = products_ensure(), staff_ensure()
    checked_by = staff["checker"]
    steps: list[Step] = [
        ("catalogue", partial(catalogue_ensure, maker=staff["maker"], checker=checked_by, at=at)),
        *(
            (
                f"fairness policy {code}",
                partial(fairness_ensure, product=product, maker=staff["maker"], checker=checked_by, at=at),
            )
            for code, product in products.items()
        ),
        *(
            (
                f"definition of bad {code}",
                partial(bad_definition_ensure, product=product, maker=staff["maker"], checker=checked_by, at=at),
            )
            for code, product in products.items()
        ),
        *(
            (
                f"drift policy {code}",
                partial(drift_policy_ensure, product=product, maker=staff["maker"], checker=checked_by, at=at),
            )
            for code, product in products.items()
        ),
        *(
            (
                f"policy and scheme of warnings {code}",
                partial(warning_settings_ensure, product=product, maker=staff["maker"], checker=checked_by, at=at),
            )
            for code, product in products.items()
        ),
        *(
            (
                f"buckets and categories {code}",
                partial(delinquency_policies_ensure, product=product, maker=staff["maker"], checker=checked_by, at=at),
            )
            for code, product in products.items()
        ),
        *((f"profiles {code}", partial(profiles_ensure, product=product, at=at)) for code, product in products.items()),
        *(
            (
                f"model {code}",
                partial(model_ensure, product=product, modeller=staff["modeller"], checker=checked_by, at=at),
            )
            for code, product in products.items()
        ),
        *(
            (
                f"rule set {code}",
                partial(
                    rule_set_ensure,
                    code=code,
                    product=products[product],
                    maker=staff["maker"],
                    checker=checked_by,
                    at=at,
                ),
            )
            for code, (product, *_) in POLICIES.items()
        ),
        (
            "models beside the main one",
            partial(
                other_models_ensure,
                product=products["instalment"],
                modeller=staff["modeller"],
                maker=staff["maker"],
                checker=checked_by,
                at=at,
            ),
        ),
        ("draft capped by the amount control", partial(capped_draft_ensure, maker=staff["maker"], at=at)),
        ("review authorities", partial(authorities_ensure, staff=staff, products=products, at=at)),
        ("card accounts", partial(card_book_ensure, product=products["card"], at=at)),
        ("made-up instalment loans", partial(small_book_ensure, product=products["instalment"], at=at)),
        ("made-up risk events", partial(events_ensure, product=products["card"])),
        ("made-up list entries", partial(lists_ensure, maker=staff["maker"], checker=checked_by, at=at)),
        ("law on alternative data", partial(alternative_law_ensure, maker=staff["maker"], checker=checked_by, at=at)),
        ("example decisions", partial(applications_ensure, at=at)),
        ("portrait policy", partial(portrait_policy_ensure, maker=staff["maker"], checker=checked_by, at=at)),
        ("made-up facts about customers", partial(customer_facts_ensure, at=at)),
        ("portraits", partial(portrait_snapshots_ensure, at=at)),
        ("health policy", partial(health_policy_ensure, maker=staff["maker"], checker=checked_by, at=at)),
        ("reviews of the card book", partial(warning_story_ensure, product=products["card"], staff=staff, at=at)),
        ("drift reports of the card book", partial(drift_reports_ensure, product=products["card"], at=at)),
        ("made-up shares of health codes", partial(health_story_ensure, staff=staff, at=at)),
        (
            "reviews of the made-up instalment loans",
            partial(cured_loans_ensure, product=products["instalment"], staff=staff, at=at),
        ),
        ("made-up products and regions", partial(regions_ensure, maker=staff["maker"], checker=checked_by, at=at)),
        (
            "made-up statements",
            partial(diversion_ensure, product=products["instalment"], maker=staff["maker"], checker=checked_by, at=at),
        ),
    ]
    for name, step in steps:
        yield name, step()
    credentials_ensure(path=credentials, at=at)
    yield "credentials", str(credentials)
