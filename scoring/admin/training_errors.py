"""Why a training came to nothing, in the reader's language; what has no known form stays as the training wrote it."""

from typing import Final

from django.utils.translation import gettext_lazy as _

from scoring.admin.training_words import Forms, said_in
from scoring.models import TrainingJob
from scoring.services.training.jobs import WORKER_LOST

_CODES: Final[Forms] = {
    WORKER_LOST: _("Its worker died more than once. Perhaps memory is short; an administrator's log says more."),
    "training_too_long": _("It took longer than a training may."),
    "training_failed": _("It ended with an error that is nobody's input. An administrator's log says more."),
}
_FORMS: Final[Forms] = {
    r"Training needs at least (?P<least>\d+) bad and \d+ good cases; there are (?P<bads>\d+) and (?P<goods>\d+)\.": _(
        "Training needs at least %(least)s bad and as many good cases; there are %(bads)s and %(goods)s."
    ),
    r"There is no column (?P<name>.+); there are (?P<names>.+)\.": _(
        "There is no column %(name)s; there are %(names)s."
    ),
    r"There is no column (?P<name>.+) to order the rows in time\.": _("There is no column of dates %(name)s."),
    r"(?P<name>.+) does not hold dates that order the rows in time\.": _(
        "%(name)s does not hold dates that order the rows in time."
    ),
    r"There is no column (?:or variable )?(?P<names>.+) to drop\.": _("There is no column %(names)s to leave out."),
    r"The target cannot be dropped\.": _("The column with the outcome cannot be left out."),
    r"The target (?P<name>.+) must have two values; it has (?P<count>\d+) \((?P<shown>.*)\)\. Leave it empty where the"
    r" outcome is unknown\.": _(
        "The column with the outcome, %(name)s, must have two values; it has %(count)s (%(shown)s). Leave it empty"
        " where the outcome is unknown."
    ),
    r"--where takes COLUMN = value of a column of the file, not (?P<part>.+)\.": _(
        "Rows that train are chosen by COLUMN = value of a column of the file, not %(part)s."
    ),
    r"No row of the file is such that (?P<where>.+)\.": _("No row of the file is such that %(where)s."),
    r"(?P<name>.+) holds numbers; (?P<value>.+) is none\.": _("%(name)s holds numbers; %(value)s is none."),
    r"(?P<column>.+) holds (?P<held>.+), but (?P<name>.+) is catalogued as (?P<type>.+)\.": _(
        "%(column)s holds %(held)s, but %(name)s is catalogued as %(type)s."
    ),
    r"The catalogue has no variables of a product (?P<product>.+)\.": _(
        "The catalogue has no variables of the product %(product)s."
    ),
    r"No (?:catalogued variable|column) is left to learn from\.": _("No variable is left to learn from."),
    r"The table needs the amount asked, and variables of record and of willingness\.": _(
        "The amount control needs the amount asked, and variables of the credit record and of willingness to repay."
    ),
    r"Not registered: these variables seem to know the outcome: (?P<names>.+)\. Drop them, or waive each with a"
    r" reason\.": _(
        "Not registered: these variables seem to know the outcome: %(names)s. Leave them out, or waive each with a"
        " reason."
    ),
}


def training_error(job: TrainingJob) -> str:
    """What went wrong; empty where nothing did."""
    if job.error_code in _CODES:
        return str(_CODES[job.error_code])
    return said_in(job.error_text, _FORMS)
