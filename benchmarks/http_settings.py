"""The project's settings with the bare view beside the project's own addresses."""

from riskengine.settings import *  # noqa: F403

ROOT_URLCONF = "benchmarks.http_bare"
