"""What `make run` says at the end: where it is, and five minutes through what it does."""

import json
import shlex
from pathlib import Path

from riskengine.stack.places import Places

TOUR = """
================================================================================
 Ready after {seconds:.0f} s:  {base}/admin/     API: {base}/api/docs/
 Who you can be, and the API keys: {demo} (only you can read it)
================================================================================
 Five minutes:
 1. Decide. In another terminal, in this folder:
      {curl}
 2. See why. Sign in at {base}/admin/ as the auditor and open Decisions: every rule with
    its value, threshold and distance, and what the model saw.
 3. Change a threshold. As the maker: Rule sets, the live version, "New draft"; change a
    parameter, submit it.
 4. Have it approved. As the checker (the maker cannot): the difference in words, "Approve".
 5. Decide again: step 1 with another Idempotency-Key and external_id; another bundle_hash.
 6. Review the portfolio, then open Early warnings as the reviewer:
      .venv/bin/python manage.py review_portfolio --as-of 2005-09-30
 Ctrl-C stops everything.
"""
OWN_DATABASE = """
 Ready after {seconds:.0f} s:  {base}/admin/     API: {base}/api/docs/
 The demo is not loaded. Ctrl-C stops everything.
"""


def text(base: str, places: Places, *, seconds: float) -> str:
    """The closing words; `seconds` since the start began."""
    if not places.demo.exists():
        return OWN_DATABASE.format(base=base, seconds=seconds)
    return TOUR.format(base=base, seconds=seconds, demo=_short(places.demo), curl=curl_line(base, places.demo))


def curl_line(base: str, demo: Path, *, product: str = "instalment") -> str:
    """A line that decides the example application of a product, as it stands in the schema."""
    key = shlex.quote(str(json.loads(demo.read_text())["api_key"]))
    authorization = f'-H "Authorization: Api-Key "{key}'
    body = "python3 -c \"import json,sys; print(json.dumps(json.load(sys.stdin)['example']))\""
    return (
        f"curl -s {authorization} {base}/api/v1/products/{product}/schema | {body} |"
        f' curl -s {authorization} -H "Idempotency-Key: tour-1" -H "Content-Type: application/json"'
        f" -d @- {base}/api/v1/decisions"
    )


def _short(path: Path) -> str:
    return str(path.relative_to(Path.cwd())) if path.is_relative_to(Path.cwd()) else str(path)
