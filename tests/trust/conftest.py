"""One running product for the tests that do it harm; it outlives every kill."""

from collections.abc import Iterator

import pytest

from monitoring import address_limits
from tests.factories.api_fixtures import committing_lender, forget, lender, small_policy
from tests.factories.stack import launcher
from tests.trust.running import Running
from tests.trust.soak_file import Campaign, campaign_of

__all__ = ["committing_lender", "forget", "lender", "small_policy"]


@pytest.fixture(autouse=True)
def unlimited(monkeypatch: pytest.MonkeyPatch) -> None:
    """Everybody asks from one address here, and often."""
    monkeypatch.setattr(address_limits, "LIMIT", address_limits.AddressLimit(10**9))


@pytest.fixture(scope="package")
def product(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    folder = tmp_path_factory.mktemp("trust") / "var"
    with launcher(folder, LOAD_DEMO="false", WEB_WORKERS="2", IS_OTP_REQUIRED="false") as made:
        made.start()
        yield Running(made)


@pytest.fixture
def campaign(request: pytest.FixtureRequest, capsys: pytest.CaptureFixture[str]) -> Iterator[Campaign]:
    """A seeded series of faults: printed at its end, kept in var/soak.json, and failed where too few were injected."""
    made = campaign_of(request.node.name)
    yield made
    request.node.user_properties.append(("campaign", made.figures()))
    with capsys.disabled():
        print(f"\n{made.name}: {made.told()}")
    assert made.injected >= made.planned, f"not run: {made.injected} of {made.planned} faults injected"
