"""gunicorn's settings, for `make run` and real servers alike.

Use: `gunicorn -c python:riskengine.gunicorn_config riskengine.wsgi`.

Threads, because each keeps its database connection; no preload, because a model used before the fork hangs the child.
"""

from typing import Any

from gunicorn.glogging import Logger
from gunicorn.workers.base import Worker

from riskengine.env import read_environment, read_stack_environment
from riskengine.logs import secrets_hidden

_STACK = read_stack_environment()
bind = f"{_STACK.web_host}:{_STACK.port}"
worker_class = "gthread"
workers = _STACK.web_workers
threads = _STACK.web_threads
preload_app = False
keepalive = 15
timeout = 60
graceful_timeout = 10
control_socket_disable = True
loglevel = "warning"
accesslog = "-"
# The path without its query: a search in the admin may hold a name or a telephone number.
access_log_format = "%(m)s %(U)s %(s)s %(M)sms"
forwarded_allow_ips = "*" if read_environment().trusted_proxy_count else "127.0.0.1"


class AccessLogger(Logger):
    """The access log without the links of holders, which open their page."""

    def atoms(self, *request: Any) -> dict[str, Any]:
        """What a line is made of."""
        found: dict[str, Any] = super().atoms(*request)  # type: ignore[no-untyped-call]
        return found | {"U": secrets_hidden(str(found["U"]))}


logger_class = AccessLogger


def post_worker_init(_worker: Worker) -> None:
    """Load models in the worker, once it has loaded the application."""
    from riskengine.database_wait import database_wait_limit
    from riskengine.warm import process_warm

    database_wait_limit()
    process_warm()
