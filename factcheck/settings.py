"""One settings file for every place the desk runs; what differs comes from the environment.

`docs/operations.md` lists its variables.
"""

import os
import sys
from pathlib import Path
from typing import Any

import dj_database_url
from django.utils.csp import CSP
from kombu import Exchange, Queue

from core.database.pool import check_if_open
from core.log import logging_config
from factcheck.queues import QUEUES, ROUTES

BASE_DIR = Path(__file__).resolve().parent.parent


def _env_bool(name: str, default: bool = False) -> bool:
    return os.environ.get(name, str(default)).strip().lower() in {"1", "true", "yes", "on"}


def _env_list(name: str, default: str = "") -> list[str]:
    return [part.strip() for part in os.environ.get(name, default).split(",") if part.strip()]


DEBUG = _env_bool("DEBUG")
# DEMO offers one-click login as the sample people; never set it where real work is done.
DEMO = _env_bool("DEMO")
TESTING = "pytest" in sys.modules
DATA_DIR = Path(os.environ.get("FACTCHECK_DATA_DIR", BASE_DIR / ".data"))

_INSECURE_KEY = "insecure-key-for-development-and-tests-only-do-not-deploy-with-it"
SECRET_KEY = os.environ.get("SECRET_KEY", _INSECURE_KEY if (DEBUG or DEMO or TESTING) else "")
# Earlier keys: they still open sessions, links and second factors while a new key takes over.
SECRET_KEY_FALLBACKS = _env_list("SECRET_KEY_FALLBACKS")
SITE_URL = os.environ.get("SITE_URL", "http://localhost:8000").rstrip("/")
ALLOWED_HOSTS = _env_list("ALLOWED_HOSTS", "localhost,127.0.0.1,[::1]")
CSRF_TRUSTED_ORIGINS = [SITE_URL]

INSTALLED_APPS = [
    "factcheck",
    "api",
    "board",
    "publishing",
    "annotations",
    "articles",
    "accounts",
    "core",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.postgres",
    "django.contrib.sitemaps",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django.forms",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "django_htmx",
    "rest_framework",
    "drf_spectacular",
]

MIDDLEWARE = [
    "accounts.middleware.ForwardedHeadersMiddleware",
    "core.http.RequestIdMiddleware",
    "core.log.RequestLogMiddleware",
    "core.http.NoStoreMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "django.middleware.csp.ContentSecurityPolicyMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "core.http.FormSizeMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "api.rate_limits.RateLimitHeadersMiddleware",
    "accounts.middleware.ActingViaMiddleware",
    "accounts.middleware.TimeZoneMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "core.pages.problems.DomainErrorMiddleware",
]

ROOT_URLCONF = "factcheck.urls"
WSGI_APPLICATION = "factcheck.wsgi.application"

TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "board.context_processors.waiting",
            ],
            # {% icon %}, {% status %} and the rest of the design system are everywhere.
            # {% translate %} and {% blocktranslate %} too: every visible text stands in one.
            "builtins": ["core.templatetags.ui", "django.templatetags.i18n"],
        },
    },
]

# Forms are drawn by templates/django/forms/ (the design system's fields).
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"

# --- Postgres. "default" is the app's role; "owner" exists for migrations and the tests' reset alone.
_DATABASE_URL = os.environ.get("DATABASE_URL", "postgres://factcheck_app@127.0.0.1:5432/factcheck")
_OWNER_URL = os.environ.get("MIGRATE_DATABASE_URL", _DATABASE_URL)
# Threads of the web server share a pool; workers and commands hold one connection each.
_IS_POOLED = _env_bool("DATABASE_POOL")


def _database(url: str, *, pooled: bool) -> dict[str, Any]:
    engine = "core.database.postgres"
    config: dict[str, Any] = dict(dj_database_url.parse(url, engine=engine, conn_health_checks=True))
    options = config.setdefault("OPTIONS", {})
    # Compiling the API's JSON expressions took a second where the statement itself takes one millisecond. Planning them takes
    # longer than running them too: what is prepared (core/database/sql.py, triggers) is planned once. Starting a parallel
    # worker takes longer than a page of the feed, and the worker's core is what the next request waits for.
    options.setdefault(
        "options",
        "-c jit=off -c plan_cache_mode=force_generic_plan -c max_parallel_workers_per_gather=0"
        # A page from an SSD or from memory costs the same wherever it lies. With the 4 that is meant for disks, lists of fifty
        # read tables of thousands of rows whole.
        " -c random_page_cost=1.1"
        # The finder's vector index looks at so many candidates, and goes on where a filter leaves too few of them.
        " -c hnsw.ef_search=200 -c hnsw.iterative_scan=relaxed_order"
        " -c statement_timeout=30s -c lock_timeout=10s -c idle_in_transaction_session_timeout=60s -c timezone=UTC",
    )
    options.setdefault("application_name", "factcheck")
    # For core/database/sql.py alone: Django's own queries bind parameters in the client and are never prepared.
    options.setdefault("prepare_threshold", 2)
    config["CONN_MAX_AGE"] = 0
    if pooled:
        size = int(os.environ.get("DATABASE_POOL_SIZE", "8"))
        options["pool"] = {"min_size": 1, "max_size": size, "timeout": 10, "check": check_if_open}
    return config


DATABASES = {
    "default": _database(_DATABASE_URL, pooled=_IS_POOLED),
    "owner": _database(_OWNER_URL, pooled=False),
}
# The owner builds indexes and rewrites tables: no statement timeout, but it never queues behind a lock for long.
DATABASES["owner"]["OPTIONS"]["options"] = "-c lock_timeout=10s -c timezone=UTC"
DATABASE_ROUTERS: list[str] = []
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# --- Redis and Celery
REDIS_URL = os.environ.get("REDIS_URL", "redis://127.0.0.1:6379/0")
CACHES = {"default": {"BACKEND": "core.caching.RedisOrLocalCache", "LOCATION": REDIS_URL}}
CELERY_BROKER_URL = REDIS_URL
# A queue that the table does not know would be read by no worker: sending to it fails instead.
CELERY_TASK_QUEUES = [Queue(name, Exchange("factcheck"), routing_key=name) for name in QUEUES]
CELERY_TASK_ROUTES = {task: {"queue": queue} for task, queue in ROUTES.items()}
CELERY_TASK_DEFAULT_QUEUE = "publishing"
CELERY_TASK_CREATE_MISSING_QUEUES = False
# With both a task of a killed worker runs again, so every task is idempotent.
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
# A worker that reserved more would keep short tasks behind its long one.
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
# In prefork workers alone: threads cannot be ended. What they do is short or ends itself (factcheck/queues.py).
CELERY_TASK_TIME_LIMIT = 30 * 60
CELERY_TASK_SOFT_TIME_LIMIT = 25 * 60
CELERY_TASK_IGNORE_RESULT = True
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_TIMEZONE = "UTC"
CELERY_BROKER_TRANSPORT_OPTIONS = {"socket_timeout": 10, "socket_connect_timeout": 5, "visibility_timeout": 3600}

# What a lost message or a dead worker left is found by these; every task is handed over at once as well.
CELERY_BEAT_SCHEDULE = {
    "poll-feeds": {"task": "articles.poll_feeds", "schedule": 60.0, "options": {"expires": 60}},
    "revisit-feed-pages": {"task": "articles.revisit_pages", "schedule": 60.0, "options": {"expires": 60}},
    "wake-enrichment": {"task": "publishing.wake_enrichment", "schedule": 20.0, "options": {"expires": 20}},
    "sweep-imports": {"task": "articles.sweep_imports", "schedule": 30.0, "options": {"expires": 30}},
    "place-pending-revisions": {"task": "annotations.place_all_pending", "schedule": 30.0, "options": {"expires": 30}},
    "publish-scheduled": {"task": "publishing.publish_scheduled", "schedule": 15.0, "options": {"expires": 15}},
    "send-notifications": {"task": "annotations.send_notifications", "schedule": 60.0, "options": {"expires": 60}},
    "announce-changed-articles": {
        "task": "publishing.announce_changed_articles",
        "schedule": 60.0,
        "options": {"expires": 60},
    },
    "find-expired-verdicts": {"task": "publishing.find_expired", "schedule": 3600.0, "options": {"expires": 3600}},
    "check-links": {"task": "publishing.check_links", "schedule": 3600.0, "options": {"expires": 3600}},
    "clean-up": {"task": "publishing.clean_up", "schedule": 3600.0, "options": {"expires": 3600}},
    "anchor-audit": {"task": "accounts.anchor_audit", "schedule": 900.0, "options": {"expires": 900}},
    "drain-outbox": {"task": "publishing.drain_outbox", "schedule": 10.0, "options": {"expires": 10}},
    "sweep-exports": {"task": "publishing.sweep_exports", "schedule": 30.0, "options": {"expires": 30}},
}

# --- Live updates (factcheck/events): off, pages poll. EVENTS_PORT is for a desk without a proxy in front, such as the demo's:
# the process then answers on this port of the same host name; else on /events/ of the desk's own address.
EVENTS = _env_bool("EVENTS", default=not TESTING)
EVENTS_PORT = os.environ.get("EVENTS_PORT", "")
# Open pages that one events process serves, and those of one person; what is beyond polls.
EVENTS_MAX_STREAMS = int(os.environ.get("EVENTS_MAX_STREAMS", "2000"))
EVENTS_MAX_STREAMS_PER_PERSON = int(os.environ.get("EVENTS_MAX_STREAMS_PER_PERSON", "20"))

# --- People: by invitation only, known by e-mail address alone
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["accounts.login.backends.DeskBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = "account_login"
SESSION_ENGINE = "accounts.login.sessions"
SESSION_COOKIE_AGE = 14 * 24 * 3600
# Addresses (CIDR) of the reverse proxies whose X-Forwarded-* headers are believed; from anybody else they are dropped.
TRUSTED_PROXIES = _env_list("TRUSTED_PROXIES")

ACCOUNT_ADAPTER = "accounts.login.adapters.AccountAdapter"
ACCOUNT_FORMS = {"login": "accounts.login.forms.LoginForm"}
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_CHANGE_EMAIL = True
ACCOUNT_EMAIL_SUBJECT_PREFIX = "[Factcheck] "
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_DEFAULT_HTTP_PROTOCOL = SITE_URL.partition(":")[0]
# Counted in Redis, in each web process while it is away (core/caching.py). A wrong password: 10 a minute per network address,
# 5 in five minutes per account and network, 50 an hour per account from networks that it never logged in from.
ACCOUNT_RATE_LIMITS = {
    "login": "30/m/ip",
    "login_failed": "10/m/ip,5/300s/key",
    "login_failed_elsewhere": "50/h/key",
    "reset_password": "20/m/ip,5/m/key",
}
MFA_ADAPTER = "accounts.login.adapters.MFAAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_ISSUER = "Factcheck"
# Browsers offer passkeys over plain http on localhost alone, so this opens nothing elsewhere.
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not SITE_URL.startswith("https://")

# --- Text and files
LANGUAGE_CODE = "en"
# Texts stand in gettext calls; `manage.py makemessages -l de` writes a catalogue into the first of these.
LANGUAGES = [("en", "English")]
LOCALE_PATHS = [BASE_DIR / "locale"]
TIME_ZONE = "UTC"
USE_I18N = True
USE_TZ = True
STATIC_URL = "/static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
STATIC_ROOT = Path(os.environ.get("STATIC_ROOT", DATA_DIR / "staticfiles"))
MEDIA_ROOT = Path(os.environ.get("MEDIA_ROOT", DATA_DIR / "media"))
STORAGES: dict[str, dict[str, Any]] = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG or TESTING
        else "factcheck.storage.HashedStaticFilesStorage"
    },
}
# Nothing links to a file without its hash; compressing those too would double the time of a first start.
WHITENOISE_KEEP_ONLY_HASHED_FILES = True
# Where anchor_audit writes the heads of the audit chains; best on a disk of its own.
AUDIT_ANCHORS = Path(os.environ.get("AUDIT_ANCHORS", DATA_DIR / "anchors" / "audit-heads.jsonl"))
# Hard limits on what comes in; the import's own limits are finer (articles/limits.py).
DATA_UPLOAD_MAX_MEMORY_SIZE = 12 * 1024 * 1024
# A form without files: the longest rationale in a script of four bytes a character, percent-encoded, is 720 kB.
FORM_MAX_BYTES = 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2_000
DATA_UPLOAD_MAX_NUMBER_FILES = 200
FILE_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024

# --- Fetching: who we say we are, and hosts of an intranet that may be fetched although they are not public.
FETCH_USER_AGENT = f"Factcheck/1.0 (+{SITE_URL})"
FETCH_ALLOWED_HOSTS = _env_list("FETCH_ALLOWED_HOSTS")

# --- The finder's sentence encoder: `bundled` (English), `folder` (an ONNX model with its tokenizer.json), `endpoint` (an
# OpenAI-compatible address; texts leave the desk), or `off`: words alone.
EMBEDDER = os.environ.get("EMBEDDER", "bundled").strip().lower()
EMBEDDER_FOLDER = os.environ.get("EMBEDDER_FOLDER", "")
EMBEDDER_URL = os.environ.get("EMBEDDER_URL", "")
EMBEDDER_MODEL = os.environ.get("EMBEDDER_MODEL", "")
EMBEDDER_KEY = os.environ.get("EMBEDDER_KEY", "")
# Of a folder's or an endpoint's model; `*` is all. Texts in other languages are found by their words alone.
EMBEDDER_LANGUAGES = _env_list("EMBEDDER_LANGUAGES", "*")
EMBEDDER_THREADS = int(os.environ.get("EMBEDDER_THREADS", "1"))
# A process drops an encoder that nobody asked for during this time; 0 keeps it.
EMBEDDER_IDLE_SECONDS = float(os.environ.get("EMBEDDER_IDLE_SECONDS", "300"))

# A worker that died is missed after this long; its items then go to another.
IMPORT_LEASE_SECONDS = int(os.environ.get("IMPORT_LEASE_SECONDS", "120"))

# --- Safety
_FROM_US = ("script-src", "style-src", "img-src", "font-src", "connect-src", "form-action", "manifest-src")
_FROM_NOBODY = ("default-src", "frame-ancestors", "base-uri")
SECURE_CSP: dict[str, list[str]] = {
    **{name: [CSP.SELF] for name in _FROM_US},
    **{name: [CSP.NONE] for name in _FROM_NOBODY},
}
if EVENTS_PORT:
    _SCHEME = SITE_URL.partition("://")[0]
    # A policy knows no IPv6 addresses.
    SECURE_CSP["connect-src"] += [
        f"{_SCHEME}://{host}:{EVENTS_PORT}" for host in ALLOWED_HOSTS if not set("*[") & set(host)
    ]
X_FRAME_OPTIONS = "DENY"
# What readers and programs ask for; every other answer is a desk page and kept by no cache.
PUBLIC_PATHS = (STATIC_URL, "/api/", "/fact-checks/", "/corrections/", "/about/", "/embed/")
SECURE_REFERRER_POLICY = "strict-origin-when-cross-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
# Over plain http (a laptop, the demo) secure cookies would lock everybody out: they follow the public address.
_IS_HTTPS = SITE_URL.startswith("https://")
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = _IS_HTTPS
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SECURE_SSL_REDIRECT = _IS_HTTPS and _env_bool("SECURE_SSL_REDIRECT", default=True)
# Probes ask over plain http from inside the network.
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]
SECURE_HSTS_SECONDS = 365 * 24 * 3600 if _IS_HTTPS else 0
# Both speak for the whole domain, which may hold more than the desk: its owner says so.
SECURE_HSTS_INCLUDE_SUBDOMAINS = _IS_HTTPS and _env_bool("HSTS_INCLUDE_SUBDOMAINS")
SECURE_HSTS_PRELOAD = SECURE_HSTS_INCLUDE_SUBDOMAINS and _env_bool("HSTS_PRELOAD")
# Django's deploy check wants both on.
SILENCED_SYSTEM_CHECKS = ["security.W005", "security.W021"]
# Believed from TRUSTED_PROXIES alone (accounts.middleware.ForwardedHeadersMiddleware).
BEHIND_TLS_PROXY = _env_bool("BEHIND_TLS_PROXY")
if BEHIND_TLS_PROXY:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

# --- API
REST_FRAMEWORK: dict[str, Any] = {
    # A view that is no ApiView (api/base.py) knows nobody and lets nobody in.
    "DEFAULT_AUTHENTICATION_CLASSES": [],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_PARSER_CLASSES": ["api.json.JsonParser"],
    "DEFAULT_RENDERER_CLASSES": ["api.json.JsonRenderer"],
    "DEFAULT_CONTENT_NEGOTIATION_CLASS": "api.json.AlwaysJson",
    "DEFAULT_SCHEMA_CLASS": "api.schema.describe.DescribedSchema",
    "EXCEPTION_HANDLER": "api.problems.handle",
    "URL_FORMAT_OVERRIDE": None,
}
SPECTACULAR_SETTINGS: dict[str, Any] = {
    "TITLE": "Factcheck API",
    "DESCRIPTION": "What a CMS and other programs need of the desk. How to begin: /api/v1/docs/integrating.md of any desk.",
    "VERSION": "1.0.0",
    "OAS_VERSION": "3.1.0",
    "COMPONENT_SPLIT_PATCH": False,  # the forms of PATCH are declared apart, with names of their own
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "PREPROCESSING_HOOKS": ["api.schema.hooks.only_the_api"],
    "POSTPROCESSING_HOOKS": ["api.schema.hooks.complete"],
    "ENABLE_DJANGO_DEPLOY_CHECK": False,
}


# --- E-mail
# Without a mail server messages go to the log of the process, where the demo's person finds them.
def _mailers() -> dict[str, dict[str, Any]]:
    host, port = os.environ.get("EMAIL_HOST", ""), int(os.environ.get("EMAIL_PORT", "587"))
    if not host:
        return {"default": {"BACKEND": "django.core.mail.backends.console.EmailBackend"}}
    options = {
        "host": host,
        "port": port,
        "username": os.environ.get("EMAIL_HOST_USER", ""),
        "password": os.environ.get("EMAIL_HOST_PASSWORD", ""),
        "use_ssl": port == 465,
        "use_tls": port != 465 and _env_bool("EMAIL_USE_TLS", default=True),
        "timeout": 15,
    }
    return {"default": {"BACKEND": "django.core.mail.backends.smtp.EmailBackend", "OPTIONS": options}}


MAILERS = _mailers()
DEFAULT_FROM_EMAIL = os.environ.get("DEFAULT_FROM_EMAIL", "factcheck@localhost")

# --- Logs, as core.log describes them
LOG_LEVEL = os.environ.get("LOG_LEVEL", "INFO")
LOGGING = logging_config(LOG_LEVEL)
