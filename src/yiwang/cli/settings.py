"""Django's settings, made from the office's own configuration (`yiwang.cli.config`, docs/settings.md)."""

from typing import Any
from urllib.parse import unquote, urlsplit
from zoneinfo import ZoneInfo

from yiwang.cli.config import current_config
from yiwang.cli.databases import django_database
from yiwang.cli.keys import signing_key
from yiwang.cli.logs import logging_settings

CONFIG = current_config()
VAR = CONFIG.var
YIWANG_VAR = str(VAR)
YIWANG_HEADS_FOLDER = str(CONFIG.heads_folder or "")
JOURNAL_MONTHS = CONFIG.journal_months
ENV = CONFIG.environment
OFFICE_NAME = CONFIG.office_name
OFFICE_NAME_EN = CONFIG.office_name_en
OFFICE_TELEPHONE = CONFIG.office_telephone
OFFICE_ZONE = ZoneInfo(CONFIG.time_zone)
ROLLOVER = CONFIG.rollover

DEBUG = CONFIG.debug
SEALING = CONFIG.sealing
KEY_COMMAND = CONFIG.key_command
DATA_REQUEST_DAYS = CONFIG.data_request_days
SECRET_KEY = signing_key(CONFIG.keys_folder, CONFIG.key_command)
ROOT_URLCONF = "yiwang.cli.urls"
WSGI_APPLICATION = "yiwang.cli.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

_ROOMS = [
    "store",
    "vault",
    "journal",
    "people",
    "agencies",
    "papers",
    "outbox",
    "workdays",
    "transparency",
    "doors",
    "logins",
    "petitions",
    "insight",
    "watch",
    "supervision",
    "satisfaction",
    "performance",
    "ui",
]
_FACES = ["portal", "desk", "channels"]
INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django_htmx",
    "django_cotton.apps.SimpleAppConfig",
    *[f"yiwang.{room}" for room in [*_ROOMS, *_FACES]],
    "yiwang.cli.apps.CliConfig",
    "yiwang.cli.apps.OfficeAdminConfig",
]

MIDDLEWARE = [
    "yiwang.cli.middleware.timed",
    "yiwang.cli.middleware.headers",
    "yiwang.cli.middleware.polite_when_away",
    "yiwang.cli.middleware.refuse_oversized",
    "yiwang.cli.middleware.refuse_nul",
    "yiwang.cli.middleware.forget_uploads",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
]

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [],
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "yiwang.ui.context.page",
            ],
            "loaders": [
                (
                    "django.template.loaders.cached.Loader",
                    [
                        "django_cotton.cotton_loader.Loader",
                        "django.template.loaders.filesystem.Loader",
                        "django.template.loaders.app_directories.Loader",
                    ],
                )
            ],
            "builtins": ["django_cotton.templatetags.cotton"],
        },
    }
]

DATABASES = {"default": django_database(CONFIG)}

# Who may log in, and how
AUTH_USER_MODEL = "agencies.Staff"
LOGIN_URL = "/desk/login/"
LOGIN_REDIRECT_URL = "/desk/"
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
_DJANGOS, _OURS = "django.contrib.auth.password_validation", "yiwang.logins.passwords"
AUTH_PASSWORD_VALIDATORS: list[dict[str, Any]] = [
    {"NAME": f"{_DJANGOS}.MinimumLengthValidator", "OPTIONS": {"min_length": CONFIG.password_length}},
    {"NAME": f"{_OURS}.NotCommon"},
    {"NAME": f"{_DJANGOS}.NumericPasswordValidator"},
    {
        "NAME": f"{_DJANGOS}.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ("username", "name", "telephone", "email")},
    },
]
if CONFIG.password_kinds:
    AUTH_PASSWORD_VALIDATORS.append({"NAME": f"{_OURS}.KindsOfSigns", "OPTIONS": {"kinds": CONFIG.password_kinds}})
if CONFIG.password_history:
    AUTH_PASSWORD_VALIDATORS.append({"NAME": f"{_OURS}.NotUsedBefore", "OPTIONS": {"number": CONFIG.password_history}})
PASSWORD_DAYS, PASSWORD_HISTORY = CONFIG.password_days, CONFIG.password_history
SECOND_FACTOR_REQUIRED = CONFIG.second_factor_required
SETUP_LINK_HOURS = CONFIG.setup_link_hours
OIDC_ISSUER, OIDC_NAME, OIDC_CLAIM = CONFIG.oidc_issuer, CONFIG.oidc_name, CONFIG.oidc_claim
OIDC_CLIENT_ID, OIDC_CLIENT_SECRET = CONFIG.oidc_client_id, CONFIG.oidc_client_secret
OIDC_TRUSTED_FACTORS = CONFIG.oidc_trusted_factors

# Cookies: staff have sessions in the database, petitioners signed cookies alone.
SESSION_ENGINE = "yiwang.logins.sessions"
SESSION_IDLE_MINUTES = CONFIG.session_idle_minutes
SESSION_COOKIE_AGE = CONFIG.session_hours * 3600
SESSION_COOKIE_NAME = "yiwang_session"
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = LANGUAGE_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = LANGUAGE_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = CONFIG.secure
CSRF_COOKIE_NAME = "yiwang_csrf"
LANGUAGE_COOKIE_AGE = 365 * 24 * 3600
MESSAGE_STORAGE = "django.contrib.messages.storage.cookie.CookieStorage"

# Whom this server answers to, and which proxies it believes (the headers themselves: yiwang.doors.headers)
_own_host = urlsplit(CONFIG.base_url).hostname
_local_hosts = [] if CONFIG.production else ["localhost", "127.0.0.1", "[::1]"]
ALLOWED_HOSTS = [*CONFIG.allowed_hosts, *([_own_host] if _own_host else []), *_local_hosts]
CSRF_TRUSTED_ORIGINS = [CONFIG.base_url] if CONFIG.base_url else []
PROXIES = CONFIG.proxies
CLAMD = CONFIG.clamd

# Who may look at how the platform fares, and where alerts may go
MONITOR_ADDRESSES, METRICS_TOKEN = CONFIG.monitor_addresses, CONFIG.metrics_token
WEBHOOK_SECRET, WEBHOOK_NETWORKS = CONFIG.webhook_secret, CONFIG.webhook_networks

# What is taken in. Files go to disk, under the office's folder, so that they are never left on a shared /tmp.
DATA_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 500
DATA_UPLOAD_MAX_NUMBER_FILES = 20
FILE_UPLOAD_HANDLERS = [
    "yiwang.cli.small_forms.SmallForms",
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "django.core.files.uploadhandler.TemporaryFileUploadHandler",
]
FILE_UPLOAD_MAX_MEMORY_SIZE = 256 * 1024
# (`yiwang migrate` makes the folder; until then nothing is served.)
FILE_UPLOAD_TEMP_DIR = str(CONFIG.uploads_folder) if CONFIG.uploads_folder.is_dir() else None
FILE_UPLOAD_PERMISSIONS = 0o600
REQUEST_MAX_BYTES = 120 * 1024 * 1024

# Language and time
LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "简体中文"), ("en", "English")]
USE_I18N = USE_TZ = True
TIME_ZONE = CONFIG.time_zone

# What a page is made of: hashed names that browsers may keep for ever, collected by `yiwang migrate`
STATIC_URL = "/static/"
STATIC_ROOT = str(CONFIG.static_folder)
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": (
            "django.contrib.staticfiles.storage.StaticFilesStorage"
            if CONFIG.environment == "test"
            else "whitenoise.storage.CompressedManifestStaticFilesStorage"
        )
    },
}
# Where links in messages lead, and how messages leave
BASE_URL = CONFIG.own_address
MAIL_FROM = DEFAULT_FROM_EMAIL = CONFIG.mail_from
_smtp = urlsplit(CONFIG.smtp_url)
EMAIL_HOST = _smtp.hostname or ""
EMAIL_PORT = _smtp.port or {"smtps": 465, "smtp+starttls": 587}.get(_smtp.scheme, 25)
EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = unquote(_smtp.username or ""), unquote(_smtp.password or "")
EMAIL_USE_SSL, EMAIL_USE_TLS = _smtp.scheme == "smtps", _smtp.scheme == "smtp+starttls"

LOGGING_CONFIG = "yiwang.cli.logs.configure"
LOGGING = logging_settings(CONFIG)
