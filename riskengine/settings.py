"""The one settings file; everything that differs between machines comes from `riskengine.env`."""

from pathlib import Path

import dj_database_url
from csp.constants import NONE, SELF
from django.urls import reverse_lazy

from audit.schedule import BEAT_SCHEDULE as AUDIT_SCHEDULE
from lending.schedule import BEAT_SCHEDULE as LENDING_SCHEDULE
from monitoring.schedule import BEAT_SCHEDULE as MONITORING_SCHEDULE
from riskengine.env import BASE_DIR, read_environment
from riskengine.unfold import UNFOLD  # noqa: F401  # a setting
from rules.schedule import BEAT_SCHEDULE as RULES_SCHEDULE
from scoring.schedule import BEAT_SCHEDULE as SCORING_SCHEDULE

ENV = read_environment()
VAR_DIR = Path(ENV.var_dir)
SECRET_KEY = ENV.secret_key
DEBUG = ENV.debug
ALLOWED_HOSTS = [host for host in ENV.allowed_hosts.split(",") if host]
CSRF_TRUSTED_ORIGINS = [origin for origin in ENV.csrf_trusted_origins.split(",") if origin]

INSTALLED_APPS = [
    "unfold.apps.BasicAppConfig",
    "riskengine.apps.StaffAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "django_otp",
    "django_otp.plugins.otp_totp",
    "axes",
    "csp",
    "rest_framework",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "django_celery_beat",
    "audit",
    "lending",
    "scoring",
    "rules",
    "monitoring",
    "riskengine",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django_otp.middleware.OTPMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "axes.middleware.AxesMiddleware",
    "riskengine.nul.NulMiddleware",
    "riskengine.refusals.RefusalMiddleware",
]
ROOT_URLCONF = "riskengine.urls"
WSGI_APPLICATION = "riskengine.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ]
        },
    }
]

DATABASES = {
    # Connecting costs six times a request: keep connections, and check them before use.
    "default": dj_database_url.parse(ENV.database_url, conn_max_age=600, conn_health_checks=True)
}
DATABASES["default"]["OPTIONS"] = {
    **DATABASES["default"].get("OPTIONS", {}),
    # A database that is down, or a network that swallows packets, is an answer within two seconds.
    "connect_timeout": 2,
    "tcp_user_timeout": 2000,
    "keepalives": 1,
    "keepalives_idle": 10,
    "keepalives_interval": 3,
    "keepalives_count": 3,
    # jit: compiling a statement of a review takes longer than running it.
    "options": "-c jit=off -c lock_timeout=1500 -c idle_in_transaction_session_timeout=60000 -c timezone=UTC",
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "audit.User"
AUTHENTICATION_BACKENDS = ["axes.backends.AxesStandaloneBackend", "django.contrib.auth.backends.ModelBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
IS_OTP_REQUIRED = ENV.is_otp_required
CREDITOR_NAME = ENV.creditor_name
CREDITOR_CONTACT = ENV.creditor_contact
TRAINING_DATA_DIR = Path(ENV.training_data_dir)
HOLDER_CHANNEL = ENV.holder_channel
BOOK_SOURCE_HOSTS = ENV.book_source_hosts
# Not even a superuser reads the seed of somebody's second factor; `otp_enrol` shows it once, to the enrolling one.
OTP_ADMIN_HIDE_SENSITIVE_DATA = True
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = 1  # hour
AXES_HANDLER = "riskengine.lockout.LockoutHandler"
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"], "username", "ip_address"]  # weighed by the handler
AXES_RESET_ON_SUCCESS = True
AXES_LOCKOUT_TEMPLATE = "riskengine/locked.html"
AXES_VERBOSE = False
AXES_IPWARE_PROXY_COUNT = ENV.trusted_proxy_count or None
AXES_IPWARE_META_PRECEDENCE_ORDER = (
    ["HTTP_X_FORWARDED_FOR", "REMOTE_ADDR"] if ENV.trusted_proxy_count else ["REMOTE_ADDR"]
)

LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English"), ("zh-hans", "简体中文")]
LOCALE_PATHS = [BASE_DIR / "locale"]
FORMAT_MODULE_PATH = ["riskengine.formats"]  # ISO in both languages
TIME_ZONE = "UTC"
USE_TZ = True
STATIC_URL = "static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
STATIC_ROOT = VAR_DIR / "static"
WHITENOISE_USE_FINDERS = True

SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE_SSL_REDIRECT = ENV.is_https
SECURE_REDIRECT_EXEMPT = ["^healthz$", "^readyz$"]  # asked from inside, in plain http
SECURE_HSTS_SECONDS = 31_536_000 if ENV.is_https else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = ENV.is_https
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if ENV.trusted_proxy_count else None
DATA_UPLOAD_MAX_MEMORY_SIZE = 2_621_440
# In memory or not at all: an uploaded file may hold identifiers, and the usual second handler writes it to a disk.
FILE_UPLOAD_HANDLERS = ["django.core.files.uploadhandler.MemoryFileUploadHandler"]
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "img-src": [SELF, "data:"],
        "style-src": [SELF, "'unsafe-inline'"],
        # The admin theme's Alpine evaluates its attributes; pages of our own do not need it.
        "script-src": [SELF, "'unsafe-inline'", "'unsafe-eval'"],
        "object-src": [NONE],
        "base-uri": [SELF],
        "frame-ancestors": [NONE],
        "form-action": [SELF],
    }
}

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["riskengine.api.authentication.ApiKeyAuthentication"],
    "DEFAULT_PERMISSION_CLASSES": ["riskengine.api.permissions.HasScope"],
    "DEFAULT_THROTTLE_CLASSES": ["riskengine.api.throttling.KeyRateThrottle"],
    "DEFAULT_PARSER_CLASSES": ["riskengine.api.parsers.StrictJSONParser"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "EXCEPTION_HANDLER": "riskengine.api.errors.problem_response",
    "UNAUTHENTICATED_USER": None,
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Credit decision engine",
    "DESCRIPTION": "Pre-loan decisions with their reasons; what happens to the loan afterwards.",
    "VERSION": "0.1.0",
    "SERVE_INCLUDE_SCHEMA": False,
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "OAS_VERSION": "3.1.0",
    "SERVE_AUTHENTICATION": [],
}

CELERY_BROKER_URL = ENV.celery_broker_url
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TASK_SERIALIZER = "json"
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_TASK_PUBLISH_RETRY = False
CELERY_TASK_TIME_LIMIT = TASK_SECONDS_MAX = 120
CELERY_TASK_SOFT_TIME_LIMIT = 110
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_TIMEZONE = "UTC"
CELERY_BEAT_SCHEDULER = "django_celery_beat.schedulers:DatabaseScheduler"
CELERY_BEAT_SCHEDULE = {
    **AUDIT_SCHEDULE,
    **LENDING_SCHEDULE,
    **SCORING_SCHEDULE,
    **MONITORING_SCHEDULE,
    **RULES_SCHEDULE,
}
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_CONNECTION_MAX_RETRIES = None  # a worker waits for its broker however long that takes
CELERY_BROKER_CONNECTION_TIMEOUT = 2
if ENV.celery_broker_url.startswith(("redis", "valkey")):
    CELERY_BROKER_TRANSPORT_OPTIONS = {
        # A dead worker's messages return after this; it must exceed the longest task.
        "visibility_timeout": TASK_SECONDS_MAX + 30,
        # Look for them every 10 s; the transport's default is every 100 s.
        "unacked_restore_interval": 10,
        "unacked_restore_throttle": 1,
        "socket_timeout": 5,
        "socket_connect_timeout": 2,
    }

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"json": {"()": "riskengine.logs.JsonFormatter"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "json"}},
    "root": {"handlers": ["console"], "level": ENV.log_level},
    # Django's own handlers would mail errors and print requests in another form.
    "loggers": {
        **{name: {"handlers": [], "propagate": True} for name in ("django", "django.server", "celery")},
        # A line for each task that beat sends, and two for each that ends well, every five seconds.
        **{name: {"level": "WARNING"} for name in ("celery.beat", "celery.worker.strategy", "celery.app.trace")},
    },
}

CSRF_FAILURE_VIEW = "riskengine.api.fallbacks.csrf_failure"
LOGIN_URL = reverse_lazy("admin:login")
LOGIN_REDIRECT_URL = reverse_lazy("admin:index")  # who signs in at the bare address of the form
