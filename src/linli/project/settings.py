"""Django's settings, taken from the environment and the data folder."""

from __future__ import annotations

import os
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from csp.constants import SELF
from django.utils.translation import gettext_lazy as _

from linli.project.database.addresses import application_role, django_database, serving_address
from linli.project.home import home, signing_key

LINLI_HOME = home()
LINLI_AS_OWNER = os.environ.get("LINLI_AS_OWNER") == "1"
THREADS = int(os.environ.get("LINLI_THREADS", "4"))

try:
    LINLI_APP_ROLE = application_role()
except LookupError:
    LINLI_APP_ROLE = "linli_app"

SECRET_KEY = signing_key(LINLI_HOME)
DEBUG = False
ALLOWED_HOSTS = os.environ.get("LINLI_HOSTS", "*").split(",")
CSRF_TRUSTED_ORIGINS = [o for o in os.environ.get("LINLI_ORIGINS", "").split(",") if o]
LINLI_CHANNELS = {
    name: os.environ.get(f"LINLI_{name.upper()}", "")
    for name in ("mail", "sms", "wecom", "dingtalk")
}
LINLI_MAILBOX = os.environ.get("LINLI_MAILBOX", "")
LINLI_MAILBOX_OFFICE = os.environ.get("LINLI_MAILBOX_OFFICE", "")
LINLI_PROXIES = os.environ.get("LINLI_PROXIES", "")
ROOT_URLCONF = "linli.project.urls"
WSGI_APPLICATION = "linli.project.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
AUTH_USER_MODEL = "registry.Account"
AUTHENTICATION_BACKENDS = ["linli.registry.login.OfficeBackend"]

INSTALLED_APPS = [
    "linli.project.apps.ProjectConfig",
    "linli.budget.apps.BudgetConfig",
    "linli.deliberation.apps.DeliberationConfig",
    "linli.reach.apps.ReachConfig",
    "linli.surveys.apps.SurveysConfig",
    "linli.appraisal.apps.AppraisalConfig",
    "linli.exchange.apps.ExchangeConfig",
    "linli.reports.apps.ReportsConfig",
    "linli.hints.apps.HintsConfig",
    "linli.ledgers.apps.LedgersConfig",
    "linli.notices.apps.NoticesConfig",
    "linli.staff.apps.StaffConfig",
    "linli.api.apps.ApiConfig",
    "linli.resident.apps.ResidentConfig",
    "linli.figures.apps.FiguresConfig",
    "linli.casework.apps.CaseworkConfig",
    "linli.registry.apps.RegistryConfig",
    "linli.ui.apps.UiConfig",
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.postgres",
    "django.contrib.staticfiles",
    "csp",
    "django_htmx",
    *(["django_linear_migrations"] if find_spec("django_linear_migrations") else []),  # for authors
]

MIDDLEWARE = [
    "linli.project.middleware.ClientAddressMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "linli.project.middleware.GuardsMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "linli.project.middleware.LanguageMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "linli.project.middleware.OfficeMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
]

TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "OPTIONS": {
            "builtins": [
                "django.templatetags.i18n",
                "django.templatetags.static",
                "template_partials.templatetags.partials",
                "linli.ui.templatetags.kept",
            ],
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
            "loaders": [
                (
                    "template_partials.loader.Loader",
                    [
                        (
                            "django.template.loaders.cached.Loader",
                            ["django.template.loaders.app_directories.Loader"],
                        )
                    ],
                )
            ],
        },
    }
]

DATABASES = {"default": django_database(serving_address(as_owner=LINLI_AS_OWNER))}
DATABASES["default"]["CONN_MAX_AGE"] = None  # each thread keeps its own, and what is prepared on it

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", _("中文")), ("en", _("英文"))]
TIME_ZONE = "Asia/Shanghai"
USE_TZ = True

STATIC_URL = "/static/"
STATIC_ROOT = Path(os.environ.get("LINLI_STATIC", LINLI_HOME / "static"))
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "linli.project.processes.static_files.StaticFiles"},
}

SESSION_ENGINE = "linli.project.sessions"
SESSION_COOKIE_AGE = 12 * 3600
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = bool(CSRF_TRUSTED_ORIGINS)
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SILENCED_SYSTEM_CHECKS = ["auth.W004"]  # a log-in name is unique within its office
CSRF_FAILURE_VIEW = "linli.project.pages.errors.csrf_failure"
MESSAGE_STORAGE = "django.contrib.messages.storage.cookie.CookieStorage"
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "worker-src": [SELF, "blob:"],
        "img-src": [SELF, "data:", "blob:"],
        "base-uri": [SELF],
        "form-action": [SELF],
        "frame-ancestors": ["'none'"],
    }
}
LOGIN_URL = "/staff/login/"
PASSWORD_HASHERS = ["django.contrib.auth.hashers.PBKDF2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}", "OPTIONS": options}
    for name, options in (
        ("MinimumLengthValidator", {"min_length": 10}),
        ("CommonPasswordValidator", {}),
        ("NumericPasswordValidator", {}),
        ("UserAttributeSimilarityValidator", {"user_attributes": ["username", "display_name"]}),
    )
]
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 6000  # a tick for each form of a vote of 5,000 dwellings

# No request line, form value or name ever enters a log: only what broke, and where.
LOGGING: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {"impersonal": {"()": "linli.project.processes.logs.Impersonal"}},
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {
        "console": {
            "class": "logging.StreamHandler",
            "formatter": "line",
            "filters": ["impersonal"],
        }
    },
    "root": {"handlers": ["console"], "level": "WARNING"},
    "loggers": {
        "django": {"handlers": ["console"], "level": "ERROR", "propagate": False},
        "linli": {"level": "INFO"},
    },
}
