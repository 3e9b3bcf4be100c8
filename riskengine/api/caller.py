"""Who calls: the client behind an API key, as requests see it."""

from datetime import datetime

import msgspec


class Caller(msgspec.Struct, frozen=True):
    """An authenticated API client. Stands where Django puts a user; it is never a member of staff."""

    client_id: int
    client_code: str
    key_id: int
    prefix: str
    secret_hash: bytes
    scopes: frozenset[str]
    rate_limit_per_second: int | None
    expires_at: datetime | None

    @property
    def is_authenticated(self) -> bool:
        """Always: an anonymous caller is None."""
        return True

    @property
    def pk(self) -> str:
        """Names the caller in throttles and logs."""
        return f"client:{self.client_code}"
