"""The WSGI entry point."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "riskengine.settings")
application = get_wsgi_application()

import riskengine.urls  # noqa: E402, F401  # now, not in somebody's first request
