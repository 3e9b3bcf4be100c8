"""Owner, next validation and exit rule of the shipped models, whose packages are older than the question."""

from datetime import datetime, timedelta

from audit.governed_kinds import Text
from audit.models import User
from riskengine.demo.governed import governed_ensure
from riskengine.demo.places import statement_file
from scoring.models import ModelPackage
from scoring.services.models.keeping import KIND_CODE, ModelKeeping, keeping_of
from scoring.training.statement import statement_read

NOTE = "Who answers for the shipped model, as its statement says; validated anew within a year."
YEAR = timedelta(days=365)


def keeping_ensure(*, model: ModelPackage, maker: User, checker: User, at: datetime) -> bool:
    """Take the words of the product's shipped statement live for a model of which they are not all stated."""
    if not keeping_of(model, at.date()).missing:
        return False
    stated = statement_read(statement_file(model.product.code))
    if stated.exit_rule is None:
        raise ValueError("a shipped statement says when the model is taken out of use")
    document = ModelKeeping(
        owner=stated.owner,
        next_validation_on=at.date() + YEAR,
        exit_rule=Text(stated.exit_rule.en, stated.exit_rule.zh),
    )
    return governed_ensure(
        kind=KIND_CODE, name=model.content_hash, document=document, note=NOTE, maker=maker, checker=checker, at=at
    )
