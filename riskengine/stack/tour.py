"""What `make run` says at the end: where it is, and five minutes through what it does."""

import json
import urllib.request
from pathlib import Path

from riskengine.stack.console import say
from riskengine.stack.places import Places, write_private

PRODUCT = "instalment"
RULE = "=" * 96
TOUR = f"""
{RULE}
 Ready after {{seconds:.0f}} s.   Admin: {{base}}/admin/   API: {{base}}/api/docs/
 User names, passwords, API keys and access codes: {{demo}} (readable by you alone)
{RULE}
 Five minutes, in another terminal of this folder and in a browser:

 1. Decide an application:
    curl -H @{{headers}} -H 'Idempotency-Key: tour-1' -d @{{application}} \\
         {{base}}/api/v1/decisions
 2. See why: sign in as the auditor, open Decisions and the newest one: every rule with its
    value, threshold and distance, and what the model saw.
 3. Change a threshold: sign in as the maker, open Rule sets, instalment, make a draft, set
    "PD above which a person decides" to 10 % and submit it.
 4. Have it approved: the maker cannot; sign in as the checker, read the difference, approve.
 5. Decide again: the same line with 'Idempotency-Key: tour-2'. Now a person decides,
    and the answer gives the model's own reasons.
 6. Review the portfolio, then open Early warnings as the reviewer:
    .venv/bin/python manage.py review_portfolio --as-of 2005-09-30

 Ctrl-C stops everything.
"""
OWN_DATABASE = """
 Ready after {seconds:.0f} s.   Admin: {base}/admin/   API: {base}/api/docs/
 The demo is not loaded. Ctrl-C stops everything.
"""


def text(base: str, places: Places, *, seconds: float) -> str:
    """The closing words; `seconds` since the start began."""
    if not places.demo.exists():
        return OWN_DATABASE.format(base=base, seconds=seconds)
    return TOUR.format(
        base=base,
        seconds=seconds,
        demo=_short(places.demo),
        headers=_short(places.tour_headers),
        application=_short(places.tour_application),
    )


def files_write(base: str, places: Places) -> None:
    """Keep the demo's address true when the port has changed, and lay out what the tour's curl line sends.

    In files, for a key in a command line is visible to everybody and stays in the shell's history.
    """
    if not places.demo.exists():
        return
    credentials = json.loads(places.demo.read_text())
    if credentials.get("base_url") != base:
        write_private(places.demo, json.dumps({**credentials, "base_url": base}, ensure_ascii=False, indent=2))
    authorization = f"Api-Key {credentials['api_key']}"
    write_private(places.tour_headers, f"Authorization: {authorization}\nContent-Type: application/json\n")
    request = urllib.request.Request(  # noqa: S310
        f"{base}/api/v1/products/{PRODUCT}/schema", headers={"Authorization": authorization}
    )
    try:
        with urllib.request.urlopen(request, timeout=10) as answer:  # noqa: S310
            example = json.load(answer)["example"]
    except (OSError, ValueError, KeyError) as error:
        say(f"the example application could not be fetched: {error}")
        return
    write_private(places.tour_application, json.dumps(example, ensure_ascii=False, indent=1))


def _short(path: Path) -> str:
    return str(path.relative_to(Path.cwd())) if path.is_relative_to(Path.cwd()) else str(path)
