"""The project package as an app: commands and templates that compose the others."""

from django.apps import AppConfig


class RiskengineConfig(AppConfig):
    name = "riskengine"
