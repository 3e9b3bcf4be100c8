"""How the admin looks: the UNFOLD setting, imported by `riskengine.settings`."""

from typing import Any

from django.templatetags.static import static
from django.utils.translation import gettext_lazy as _

UNFOLD: dict[str, Any] = {
    "SITE_TITLE": _("Credit decision engine"),
    "SITE_HEADER": _("Credit decision engine"),
    "SITE_SYMBOL": "account_balance",
    "SITE_URL": None,
    "THEME": "light",
    "SHOW_LANGUAGES": True,
    "BORDER_RADIUS": "6px",
    "SITE_FAVICONS": [
        {"rel": "icon", "type": "image/svg+xml", "href": lambda request: static("riskengine/favicon.svg")},
    ],
    "STYLES": [lambda request: static("riskengine/shell.css")],
    "SIDEBAR": {"navigation": "riskengine.navigation.navigation"},
    "DASHBOARD_CALLBACK": "riskengine.start_page.start_page",
    "COLORS": {
        "primary": {
            "50": "oklch(97% .014 254.604)",
            "100": "oklch(93.2% .032 255.585)",
            "200": "oklch(88.2% .059 254.128)",
            "300": "oklch(80.9% .105 251.813)",
            "400": "oklch(70.7% .165 254.624)",
            "500": "oklch(62.3% .214 259.815)",
            "600": "oklch(54.6% .245 262.881)",
            "700": "oklch(48.8% .243 264.376)",
            "800": "oklch(42.4% .199 265.638)",
            "900": "oklch(37.9% .146 265.522)",
            "950": "oklch(28.2% .091 267.935)",
        },
    },
}
