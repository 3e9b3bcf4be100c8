"""The rows of snoozes, closings and measures in the matrix of four eyes."""

from monitoring.services.cases.closing import OBJECT_TYPE as CLOSING
from monitoring.services.cases.closing import closing_decide
from monitoring.services.cases.measures import OBJECT_TYPE as MEASURE
from monitoring.services.cases.measures import measure_decide
from monitoring.services.cases.snoozes import OBJECT_TYPE as SNOOZE
from monitoring.services.cases.snoozes import snooze_decide
from tests.appr.governing import LATEST, Governed, service, word
from tests.cases.waiting import closing_waiting, measure_waiting, snooze_waiting

WARNINGS = [
    Governed(
        SNOOZE,
        snooze_waiting,
        service(snooze_decide, "snooze", is_approved=True),
        "/admin/monitoring/warningsnooze/{pk}/change/",
        word,
        f"UPDATE monitoring_warningsnooze SET started_at = now(), approval_id = {LATEST} WHERE id = {{pk}}",
    ),
    Governed(
        CLOSING,
        closing_waiting,
        service(closing_decide, "case", is_approved=True),
        "/admin/monitoring/warningcase/{pk}/closing/",
        word,
        "UPDATE monitoring_warningcase SET state = 'CLOSED', closed_at = now(),"
        f" approval_id = {LATEST} WHERE id = {{pk}}",
    ),
    Governed(
        MEASURE,
        measure_waiting,
        service(measure_decide, "measure", is_approved=True),
        "/admin/monitoring/proposedmeasure/{pk}/change/",
        word,
        f"UPDATE monitoring_proposedmeasure SET state = 'ACCEPTED', approval_id = {LATEST} WHERE id = {{pk}}",
    ),
]
