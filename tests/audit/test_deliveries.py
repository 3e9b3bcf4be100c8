"""Every message the project writes has somebody to deliver it."""

import re
from pathlib import Path

import pytest

from audit.outbox_handlers import handler_of
from audit.services.outbox import message_add, messages_deliver
from riskengine.deliveries import HANDLERS
from riskengine.env import BASE_DIR
from tests.factories.audit import AT

TOPIC = re.compile(r'topic="([a-z_.]+)"')


def test_every_topic_in_the_sources_has_a_handler():
    apps = ["riskengine", "monitoring", "rules", "scoring", "lending"]
    sources = [path for app in apps for path in Path(BASE_DIR, app).rglob("*.py")]
    topics = {topic for path in sources for topic in TOPIC.findall(path.read_text())}
    assert "decision.made" in topics
    assert topics <= set(HANDLERS)
    assert all(handler_of(topic) is handler for topic, handler in HANDLERS.items())


@pytest.mark.django_db(transaction=True)
def test_a_decision_is_announced_by_number(caplog):
    caplog.set_level("INFO")
    message_add(topic="decision.made", key="7", payload={"decision": "d-1", "outcome": "REFER"}, at=AT)
    assert messages_deliver(at=AT) == 1
    assert "decision_made decision=d-1 outcome=REFER" in caplog.text
