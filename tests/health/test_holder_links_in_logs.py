"""A holder's link opens their page: no log keeps it."""

import logging
from datetime import timedelta
from types import SimpleNamespace

from gunicorn.config import Config

from riskengine import gunicorn_config
from riskengine.logs import JsonFormatter

PATH = "/health/holder/s3cret-_of-the-link"


def access_line(logger_class):
    request, response = SimpleNamespace(headers=[]), SimpleNamespace(status=200, sent=1, headers=[])
    environ = {"PATH_INFO": PATH, "REQUEST_METHOD": "POST", "RAW_URI": PATH, "SERVER_PROTOCOL": "HTTP/1.1"}
    atoms = logger_class(Config()).atoms(response, request, environ, timedelta(seconds=1))
    return gunicorn_config.access_log_format % atoms


def test_the_access_log_names_the_page_and_not_the_link():
    assert access_line(gunicorn_config.logger_class) == "POST /health/holder/… 200 1000ms"


def test_the_twin_with_the_usual_logger_keeps_it():
    assert PATH in access_line(gunicorn_config.Logger)


def test_a_refused_page_is_logged_without_its_link():
    record = logging.LogRecord("django.request", logging.WARNING, "", 0, "Forbidden: %s", (PATH,), None)
    line = JsonFormatter().format(record)
    assert "s3cret" not in line and "/health/holder/" in line
