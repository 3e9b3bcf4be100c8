"""Fixtures of the tests that call the API: a live policy and a lender. A conftest imports the ones it uses."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client

from tests.factories import decisions as make


class Lender:
    """A lending system that calls over HTTP."""

    def __init__(self, **key: Any) -> None:
        self.client, self.authorization = make.lender(**key)
        self._http = Client(raise_request_exception=False)
        self._keys = iter(range(10**9))

    def post(self, body: object, key: str | None = "", *, path: str = "/api/v1/decisions", **headers: str) -> Any:
        """POST a decision; a new Idempotency-Key unless one is given, none for None."""
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        sent = {"Authorization": self.authorization, **headers}
        if key is not None:
            sent["Idempotency-Key"] = key or f"key-{next(self._keys)}"
        content_type = sent.pop("Content-Type", "application/json")
        return self._http.post(path, data, content_type=content_type, headers=sent)

    def get(self, path: str, **headers: str) -> Any:
        return self._http.get(path, headers={"Authorization": self.authorization, **headers})


@pytest.fixture(autouse=True)
def forget() -> Iterator[None]:
    make.forget()
    yield
    make.forget()


@pytest.fixture
def small_policy(db: None) -> None:
    """SMALL_POLICY live for `instalment`, no model."""
    make.catalogue_goes_live()
    make.policy_goes_live()


@pytest.fixture
def lender(small_policy: None) -> Lender:
    return Lender()


@pytest.fixture
def committing_lender(transactional_db: None) -> Lender:
    """A lender whose decisions really commit, for tests with threads and second connections."""
    make.catalogue_goes_live()
    make.policy_goes_live()
    return Lender()
