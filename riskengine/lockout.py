"""Guessing passwords ends: soon for one account at one address, later for an account or an address alone.

The combination comes first, because staff share the address of an office: nobody there locks out a colleague.
"""

from typing import Any

from axes.handlers.database import AxesDatabaseHandler
from axes.helpers import get_client_username
from axes.models import AccessAttempt
from django.http import HttpRequest

# In the order of AXES_LOCKOUT_PARAMETERS: how many failures weigh as much as one of an account at an address.
# With AXES_FAILURE_LIMIT = 5: an account anywhere locks at 20, an address at 100.
WEIGHTS = (1, 4, 20)


class LockoutHandler(AxesDatabaseHandler):  # type: ignore[misc]
    """Counts failures against one limit, those of an account or an address alone by their weight."""

    def get_failures(self, request: HttpRequest, credentials: dict[str, Any] | None = None) -> int:
        """The largest of the weighed counts."""
        attempts = self.get_user_attempts(request, credentials)
        counts = [sum(rows.values_list("failures_since_start", flat=True)) for rows in attempts]
        return max(int(count) // weight for count, weight in zip(counts, WEIGHTS, strict=True))

    def reset_user_attempts(self, request: HttpRequest, credentials: dict[str, Any] | None = None) -> int:
        """Signing in forgives this account at this address; guesses from elsewhere or at others stay counted."""
        username = get_client_username(request, credentials)
        address = request.axes_ip_address  # type: ignore[attr-defined]  # set by axes
        count, _by_model = AccessAttempt.objects.filter(username=username, ip_address=address).delete()
        return int(count)
