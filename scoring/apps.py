"""The scoring app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ScoringConfig(AppConfig):
    name = "scoring"
    verbose_name = _("Scoring")

    def ready(self) -> None:
        from audit.governed_kinds import kind_register  # models are there only now
        from lending.services.book_imports.variable_side import variable_side_register
        from scoring.services.alternative.kinds import KINDS
        from scoring.services.amount_control import KIND as AMOUNT_CONTROL_KIND
        from scoring.services.bad_definitions import KIND as BAD_DEFINITION_KIND
        from scoring.services.catalogues.book_variables import SIDE
        from scoring.services.fairness.kinds import NECESSITY_KIND, POLICY_KIND
        from scoring.services.models.keeping import KIND as MODEL_KEEPING_KIND

        variable_side_register(SIDE)
        kind_register(BAD_DEFINITION_KIND)
        kind_register(AMOUNT_CONTROL_KIND)
        kind_register(POLICY_KIND)
        kind_register(NECESSITY_KIND)
        kind_register(MODEL_KEEPING_KIND)
        for kind in KINDS:
            kind_register(kind)
