"""Settings, all from `halland.env`. Three modes: production (default), development (`./portal up`), test."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import dj_database_url
from celery.schedules import crontab
from csp.constants import NONE, SELF
from django.utils.translation import gettext_lazy as _

from halland.env import BASE_DIR, read_env
from halland.logging import configuration as logging_configuration

ENV = read_env()
PRODUCTION = ENV.portal_mode == "production"
DEMO = ENV.portal_demo

SECRET_KEY = ENV.secret_key
AUDIT_KEY = ENV.audit_key
DEBUG = False
ALLOWED_HOSTS = ENV.allowed_hosts
CSRF_TRUSTED_ORIGINS = [ENV.public_address]
PUBLIC_ADDRESS = ENV.public_address
SUPPORT_CONTACT = ENV.support_contact
VERSION = "0.1.0"

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django.contrib.postgres",
    "django.forms",
    "guardian",
    "axes",
    "django_otp",
    "django_otp.plugins.otp_totp",
    "django_otp.plugins.otp_static",
    "django_htmx",
    "pgtrigger",
    "knox",
    "rest_framework",
    "django_filters",
    "drf_spectacular",
    "core",
    "organisations",
    "agreements",
    "individuals",
    "deadlines",
    "sip",
    "placements",
    "deviations",
    "disputes",
    "followup",
]

# The order matters: nothing that reads personal data runs outside the acting transaction.
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "core.middleware.RequestLog",
    "core.middleware.ClientAddress",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django_otp.middleware.OTPMiddleware",
    "organisations.middleware.TokenLogin",
    "organisations.middleware.SessionLimits",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "organisations.middleware.ActingAssignment",
    "core.middleware.DenyByDefault",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "halland.urls"
WSGI_APPLICATION = "halland.wsgi.application"
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "OPTIONS": {
            "loaders": [
                (
                    "django.template.loaders.cached.Loader",
                    ["django.template.loaders.filesystem.Loader", "django.template.loaders.app_directories.Loader"],
                )
            ],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "csp.context_processors.nonce",
                "organisations.context.frame",
            ],
            "builtins": ["core.templatetags.portal"],
        },
    }
]

# --- database ---------------------------------------------------------------------------------------------------
_database: dict[str, Any] = dict(dj_database_url.parse(ENV.database_url, conn_max_age=600, conn_health_checks=True))
_database.setdefault("OPTIONS", {})
if ENV.database_role:
    # The second wall: the process logs in as a role that inherits nothing and works as one that owns nothing.
    _database["OPTIONS"]["assume_role"] = ENV.database_role
DATABASE_ROLE = ENV.database_role
_database["ATOMIC_REQUESTS"] = True
DATABASES = {"default": _database}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# --- people and rights ------------------------------------------------------------------------------------------
AUTH_USER_MODEL = "organisations.User"
AUTHENTICATION_BACKENDS = ["axes.backends.AxesStandaloneBackend", "django.contrib.auth.backends.ModelBackend"]
GUARDIAN_GET_INIT_ANONYMOUS_USER = None
ANONYMOUS_USER_NAME = None
GUARDIAN_RAISE_403 = False
LOGIN_URL = "organisations:login"
LOGIN_REDIRECT_URL = "home"
LOGOUT_REDIRECT_URL = "organisations:login"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
PASSWORD_HASHERS = (
    ["django.contrib.auth.hashers.MD5PasswordHasher"]
    if ENV.portal_mode == "test"
    else ["django.contrib.auth.hashers.ScryptPasswordHasher"]
)
SESSION_IDLE_LIMIT = timedelta(minutes=30)
SESSION_ABSOLUTE_LIMIT = timedelta(hours=10)
SESSION_ENGINE = "django.contrib.sessions.backends.db"
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SESSION_COOKIE_AGE = int(SESSION_ABSOLUTE_LIMIT.total_seconds())

AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = timedelta(minutes=15)
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_CLIENT_IP_CALLABLE = "core.middleware.client_address"
AXES_LOCKOUT_CALLABLE = "organisations.views.account.locked_out"
AXES_RESET_ON_SUCCESS = True
AXES_VERBOSE = False
TRUSTED_PROXIES = ENV.trusted_proxies
OTP_TOTP_ISSUER = "Samordningsportalen"

# --- the browser ------------------------------------------------------------------------------------------------
SECURE_COOKIES = PRODUCTION
SESSION_COOKIE_NAME = "__Host-session" if SECURE_COOKIES else "session"
CSRF_COOKIE_NAME = "__Host-csrf" if SECURE_COOKIES else "csrf"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE_COOKIES
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_AGE = None
CSRF_FAILURE_VIEW = "core.views.csrf_failure"
SECURE_SSL_REDIRECT = PRODUCTION
SECURE_REDIRECT_EXEMPT = [r"^halsa/$"]
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if ENV.trusted_proxies else None
SECURE_HSTS_SECONDS = 31_536_000 if PRODUCTION else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = PRODUCTION
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
        "manifest-src": [SELF],
    }
}
DATA_UPLOAD_MAX_MEMORY_SIZE = 2_500_000
DATA_UPLOAD_MAX_NUMBER_FIELDS = 500

# --- language and time ------------------------------------------------------------------------------------------
LANGUAGE_CODE = "sv"
LANGUAGES = [("sv", _("Svenska"))]
TIME_ZONE = "Europe/Stockholm"
USE_I18N = USE_TZ = True
LOCALE_PATHS = [BASE_DIR / "locale"]

# --- files ------------------------------------------------------------------------------------------------------
STATIC_URL = "/static/"
STATIC_ROOT = ENV.portal_data / "static"
STATICFILES_DIRS = [
    BASE_DIR / "static",
    ("vendor/designsystemet", BASE_DIR / "node_modules/@digdir/designsystemet-css/dist"),
    ("vendor/inter", BASE_DIR / "node_modules/@fontsource-variable/inter"),
    ("vendor/htmx", BASE_DIR / "node_modules/htmx.org/dist"),
]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if ENV.portal_mode == "test"
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}
WHITENOISE_MANIFEST_STRICT = False
MEDIA_ROOT = ENV.portal_data / "media"

# --- PDF: limits of the process that makes documents (core.pdf) -----------------------------------------------------
PDF_TIME_LIMIT = 20.0
PDF_MEMORY_LIMIT = 1_500_000_000
PDF_RENDERERS = 2

# --- mail: no personal data, ever (LAW-6) -----------------------------------------------------------------------
DEFAULT_FROM_EMAIL = SERVER_EMAIL = ENV.email_from
if ENV.email_url.startswith("smtp"):
    from urllib.parse import unquote, urlparse

    _mail = urlparse(ENV.email_url)
    EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    EMAIL_HOST, EMAIL_PORT = _mail.hostname or "localhost", _mail.port or 25
    EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = unquote(_mail.username or ""), unquote(_mail.password or "")
    EMAIL_USE_TLS = _mail.scheme == "smtp+tls"
    EMAIL_USE_SSL = _mail.scheme == "smtps"
    EMAIL_TIMEOUT = 20
elif ENV.email_url == "console:":
    EMAIL_BACKEND = "django.core.mail.backends.console.EmailBackend"
else:
    EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    EMAIL_FILE_PATH = ENV.portal_data / ENV.email_url.removeprefix("file:")

# --- Celery: carries no domain data, so losing the broker loses nothing --------------------------------------------
CELERY_BROKER_URL = ENV.redis_url
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_TIME_LIMIT = 300
CELERY_TASK_SOFT_TIME_LIMIT = 240
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_TRANSPORT_OPTIONS = {"visibility_timeout": 600}
CELERY_TIMEZONE = TIME_ZONE
CELERY_BEAT_SCHEDULE_FILENAME = str(ENV.portal_data / "celerybeat-schedule")
CELERY_BEAT_SCHEDULE = {
    "sweep": {"task": "deadlines.sweep", "schedule": 20.0, "options": {"expires": 20}},
    "deliver": {"task": "core.deliver", "schedule": 15.0, "options": {"expires": 15}},
    "seal": {"task": "core.seal", "schedule": 60.0, "options": {"expires": 60}},
    "watch-agreements": {"task": "agreements.watch", "schedule": 3600.0},
    # A round takes some seconds over a million cases; with it the figures are never older than a minute.
    "figures": {"task": "followup.refresh", "schedule": 45.0, "options": {"expires": 45}},
    # Rung when a report is handed in; this is for what a dead worker left.
    "print-reports": {"task": "followup.print_reports", "schedule": 30.0, "options": {"expires": 30}},
    # At an hour of its own: counted from beat's start, it would never come where beat is started anew every day.
    "compare-rights": {"task": "individuals.compare_rights", "schedule": crontab(hour="2", minute="40")},
}

# --- API --------------------------------------------------------------------------------------------------------
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["organisations.api_login.ActingAuthentication"],
    "DEFAULT_PERMISSION_CLASSES": ["organisations.api_login.HasAssignment"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.JSONParser"],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "DEFAULT_PAGINATION_CLASS": "core.api.Pages",
    "DEFAULT_THROTTLE_CLASSES": ["rest_framework.throttling.UserRateThrottle"],
    "DEFAULT_THROTTLE_RATES": {"user": "100000/min" if ENV.portal_mode == "test" else "600/min"},
    "EXCEPTION_HANDLER": "core.api.explain",
    "UNAUTHENTICATED_USER": "django.contrib.auth.models.AnonymousUser",
}
REST_KNOX = {"TOKEN_TTL": timedelta(hours=10), "TOKEN_LIMIT_PER_USER": 10}
SPECTACULAR_SETTINGS = {
    "TITLE": "Samordningsportalen",
    "VERSION": "1",
    "SERVE_INCLUDE_SCHEMA": False,
    "SERVE_PERMISSIONS": ["rest_framework.permissions.AllowAny"],
    "DESCRIPTION": "Samma uppgifter och regler som på webben. Allt som läses loggas.",
    "POSTPROCESSING_HOOKS": ["drf_spectacular.hooks.postprocess_schema_enums", "core.api.document_errors"],
    "ENUM_NAME_OVERRIDES": {
        "GroupMeetingStateEnum": "followup.kinds.MeetingState.choices",
        "GroupDecisionStateEnum": "followup.kinds.DecisionState.choices",
        "GroupReportStateEnum": "followup.kinds.ReportState.choices",
        "RegionalReportStateEnum": "followup.kinds.RegionalState.choices",
        "BoardTaskStateEnum": "followup.kinds.TaskState.choices",
        "AgreementDecisionEnum": "agreements.values.DecisionKind.choices",
        "AuthorityKindEnum": "organisations.kinds.AuthorityKind.choices",
        "BasisKindEnum": "individuals.kinds.BasisKind.choices",
        "CallStateEnum": "sip.kinds.CallState.choices",
        "CaseStateEnum": "sip.kinds.State.choices",
        "CategoryEnum": "individuals.kinds.Category.choices",
        "CheckHitKindEnum": "deviations.kinds.HIT_KINDS",
        "CloseReasonEnum": "sip.kinds.CloseReason.choices",
        "CommentOutcomeEnum": "agreements.values.Outcome.choices",
        "CommitmentStateEnum": "sip.kinds.CommitmentState.choices",
        "ConsentMannerEnum": "individuals.kinds.Manner.choices",
        "ContactMannerEnum": "sip.kinds.ContactManner.choices",
        "DeclineReasonEnum": "placements.kinds.DeclineReason.choices",
        "DeviationOutcomeEnum": "deviations.kinds.Outcome.choices",
        "DeviationSeverityEnum": "deviations.kinds.Severity.choices",
        "DeviationStateEnum": "deviations.kinds.State.choices",
        "DisputeStateEnum": "disputes.kinds.State.choices",
        "EndKindEnum": "placements.kinds.EndKind.choices",
        "ExaminationKindEnum": "placements.kinds.ExaminationKind.choices",
        "ExaminationStateEnum": "placements.kinds.ExaminationState.choices",
        "FollowUpKindEnum": "placements.kinds.FollowUpKind.choices",
        "GoalResultEnum": "sip.kinds.GoalResult.choices",
        "GroupKindEnum": "organisations.kinds.GroupKind.choices",
        "HandlingStepKindEnum": "deviations.kinds.StepKind.choices",
        "HuvudmanKindEnum": "organisations.kinds.HuvudmanKind.choices",
        "ImprovementStateEnum": "deviations.kinds.ImprovementState.choices",
        "JointStateEnum": "deviations.kinds.JointState.choices",
        "LeadOfferStateEnum": "sip.kinds.OfferState.choices",
        "LocalDocumentKindEnum": "agreements.values.LocalKind.choices",
        "MeasureResultEnum": "sip.kinds.MeasureResult.choices",
        "MeetingStateEnum": "sip.kinds.MeetingState.choices",
        "OtherPlanKindEnum": "sip.kinds.OtherPlanKind.choices",
        "PlacementCloseReasonEnum": "placements.kinds.CloseReason.choices",
        "PlacementDoEnum": "placements.kinds.Do.choices",
        "PlacementStateEnum": "placements.kinds.State.choices",
        "PlanStateEnum": "sip.kinds.PlanState.choices",
        "PlanTextKindEnum": "sip.kinds.PlanTextKind.choices",
        "ReviewKindEnum": "placements.kinds.ReviewKind.choices",
        "ReviewOutcomeEnum": "placements.kinds.Outcome.choices",
        "SharedStateEnum": "deviations.kinds.SharedState.choices",
        "StageEnum": "placements.kinds.Stage.choices",
        "UnitKindEnum": "organisations.kinds.UnitKind.choices",
    },
}
SIGNATURE_SERVICE = "placements.signing.LocalApproval"
"""Who vouches for signatures on an ansvarsförbindelse. An external service is a class with the same methods."""

CACHES = {"default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": ENV.redis_url}}

SILENCED_SYSTEM_CHECKS = ["guardian.W001"]  # Rights are groups' (one per unit), asked by core.authz, not by a backend.
LOGGING_CONFIG = None
LOGGING = logging_configuration(ENV.log_format)
