"""One file; the environment is read at the top and nonsense in it stops the start."""

import logging
import os
import secrets
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from ipaddress import ip_network
from pathlib import Path

import environ
from cryptography.fernet import Fernet
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured

from tracking_site import jobs, logs, mail

BASE_DIR = Path(__file__).resolve().parent.parent
env = environ.Env()
VAR_DIR = Path(env.str("VAR_DIR", default=str(BASE_DIR / "var")))
VAR_DIR.mkdir(parents=True, exist_ok=True)


def kept_secret(name: str, make: Callable[[], str] = lambda: secrets.token_urlsafe(48)) -> str:
    """Return the secret in a file of ours, made on first use; never half written."""
    path = VAR_DIR / name
    if not path.exists():
        draft = VAR_DIR / f"{name}.{secrets.token_hex(8)}"
        with open(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(make())
        with suppress(FileExistsError):
            os.link(draft, path)
        draft.unlink()
    return path.read_text()


DEBUG = env.bool("DEBUG", default=False)
SECRET_KEY = env.str("SECRET_KEY", default="") or kept_secret("secret_key")
if len(SECRET_KEY) < 32:
    raise ImproperlyConfigured("SECRET_KEY is too short: give it 32 characters or leave it out.")
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["localhost", "127.0.0.1", "[::1]"])
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])
# The public address, for links in answers and mails; the request's own when not given.
PUBLIC_URL = env.str("PUBLIC_URL", default="")
# SortedPRO refuses requests without x-api-version; the documents we follow never send it.
SORTED_REQUIRES_VERSION = env.bool("SORTED_REQUIRES_VERSION", default=False)
# Keys of providers' credentials. The first encrypts, all decrypt.
CREDENTIAL_KEYS = env.list("CREDENTIAL_KEYS", default=[]) or [
    kept_secret("credential_key", lambda: Fernet.generate_key().decode())
]
try:
    [Fernet(key) for key in CREDENTIAL_KEYS]
except ValueError as error:
    raise ImproperlyConfigured("CREDENTIAL_KEYS holds what is no Fernet key.") from error
API_REQUESTS_A_MINUTE = env.int("API_REQUESTS_A_MINUTE", default=200)

INSTALLED_APPS = [
    "apps.desk.apps.DeskAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django_htmx",
    "rest_framework",
    "rest_framework_api_key",
    "csp",
    "django_structlog",
    "django_tasks",
    "django_countries",
    "simple_history",
    "axes",
    "django_otp",
    "django_otp.plugins.otp_totp",
    "django_otp.plugins.otp_static",
    "tracking_site",
    "apps.shipments",
    "apps.outbound",
    "apps.dialects",
    "apps.api",
    "apps.providers",
    "apps.branding",
    "apps.pages",
    "apps.notifications",
    "apps.mails",
    "apps.native",
    "apps.desk",
]
# A carrier to play with, for the demo and the tests.
SANDBOX = env.bool("SANDBOX", default=False)
SANDBOX_URL = env.str("SANDBOX_URL", default="")
if SANDBOX:
    INSTALLED_APPS.append("apps.sandbox")

MIDDLEWARE = [
    "apps.pages.front.Front",
    "apps.pages.domains.OwnDomain",
    "tracking_site.logs.RequestLog",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "apps.api.errors.OwnLanguage",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django_otp.middleware.OTPMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "simple_history.middleware.HistoryRequestMiddleware",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "tracking_site.urls"
# What is to be found at a merchant's own host: customers' pages and nothing else.
OWN_DOMAIN_URLCONF = "tracking_site.domain_urls"
WSGI_APPLICATION = "tracking_site.wsgi.application"

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
            ],
        },
    },
]

DATABASES = {"default": env.db("DATABASE_URL", default=f"sqlite:///{VAR_DIR / 'tracking.sqlite3'}")}
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    DATABASES["default"]["OPTIONS"] = {
        # A writer takes its lock at the start, so two of them queue instead of failing.
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
    }
    # A file, as in use: an in-memory database would hide what threads do to each other.
    DATABASES["default"]["TEST"] = {"NAME": VAR_DIR / "test.sqlite3"}
else:
    # Opening a connection costs more than any page.
    DATABASES["default"]["CONN_MAX_AGE"] = 600
    DATABASES["default"]["CONN_HEALTH_CHECKS"] = True

AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "apps.desk.permits.SeatBackend",
]
LOGIN_URL = LOGIN_REDIRECT_URL = "/admin/"
# Five wrong passwords for one name from one address, then a pause.
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = timedelta(minutes=15)
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_RESET_ON_SUCCESS = True
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False
AXES_LOCKOUT_CALLABLE = "apps.desk.login.locked"
AXES_CLIENT_IP_CALLABLE = "apps.desk.login.address_of"
# Who logged in when is no business of the database's.
AXES_DISABLE_ACCESS_LOG = True
AXES_VERBOSE = False
OTP_TOTP_ISSUER = "Parcel tracking"
# Nobody reads somebody else's key off the admin.
OTP_ADMIN_HIDE_SENSITIVE_DATA = True

DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]

LANGUAGE_CODE = "en"
# What customers read. Staff and programs are spoken to in English, so no middleware changes
# the language; pages choose it themselves.
LANGUAGES = [
    ("en", "English"),
    ("de", "Deutsch"),
    ("fr", "Français"),
    ("es", "Español"),
    ("it", "Italiano"),
    ("pl", "Polski"),
    ("el", "Ελληνικά"),
    ("ar", "العربية"),
]
LOCALE_PATHS = [BASE_DIR / "locale"]
TIME_ZONE = "UTC"
USE_I18N = True
USE_TZ = True

STATIC_URL = "static/"
STATIC_ROOT = VAR_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}

# Ten thousand events of the longest dialect fit; a larger body is refused unread.
DATA_UPLOAD_MAX_MEMORY_SIZE = 6 * 1024 * 1024

REST_FRAMEWORK: dict[str, object] = {
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.JSONParser"],
    "DEFAULT_AUTHENTICATION_CLASSES": [],
    "DEFAULT_PERMISSION_CLASSES": [],
    "UNAUTHENTICATED_USER": None,
}

SECURE_CONTENT_TYPE_NOSNIFF = True
# Pages of parcels say no-referrer themselves; with it the admin's forms would be sent
# without an origin and refused.
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
IS_HTTPS = env.bool("HTTPS", default=False)
SECURE_SSL_REDIRECT = IS_HTTPS
# Asked by machines beside us, in plain HTTP.
SECURE_REDIRECT_EXEMPT = [r"^health/", r"^metrics$"]
SECURE_HSTS_SECONDS = 365 * 24 * 3600 if IS_HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = IS_HTTPS
SECURE_HSTS_PRELOAD = IS_HTTPS
IS_BEHIND_PROXY = env.bool("BEHIND_PROXY", default=False)
if IS_BEHIND_PROXY:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    REST_FRAMEWORK["NUM_PROXIES"] = 1
# The desk's own limits are in apps/desk/sitting.py; this is the browser's.
SESSION_COOKIE_AGE = 12 * 3600
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = IS_HTTPS
if IS_HTTPS:
    # No other host and no plain connection can set cookies of these names.
    SESSION_COOKIE_NAME, CSRF_COOKIE_NAME = "__Host-sessionid", "__Host-csrftoken"

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "style-src": [SELF],
        "script-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}

# Networks that calls may go to although they are ours, such as 127.0.0.0/8 for the demo.
OUTBOUND_ALLOWED_NETWORKS = env.list("OUTBOUND_ALLOWED_NETWORKS", default=[])
try:
    [ip_network(network) for network in OUTBOUND_ALLOWED_NETWORKS]
except ValueError as error:
    raise ImproperlyConfigured(f"OUTBOUND_ALLOWED_NETWORKS: {error}.") from error
# Certificates to trust besides the public ones.
OUTBOUND_CA_FILE = env.str("OUTBOUND_CA_FILE", default="")
if OUTBOUND_CA_FILE and not Path(OUTBOUND_CA_FILE).is_file():
    raise ImproperlyConfigured("OUTBOUND_CA_FILE is no file.")

# A watch that was taken up and not finished is free again after this long.
SYNC_LEASE_SECONDS = env.int("SYNC_LEASE_SECONDS", default=120)
# Multiplies the gaps between two questions about a parcel; the demo is in a hurry.
SYNC_GAP_SCALE = env.float("SYNC_GAP_SCALE", default=1.0)
# When the oldest question is overdue for longer, the site is not ready.
SYNC_LAG_LIMIT_SECONDS = env.int("SYNC_LAG_LIMIT_SECONDS", default=900)
# Multiplies the time an open page waits before it asks for news.
LIVE_PACE_SCALE = env.float("LIVE_PACE_SCALE", default=1.0)
# A webhook's message that was taken up and not finished is free again after this long.
RELAY_LEASE_SECONDS = env.int("RELAY_LEASE_SECONDS", default=60)
for number in (
    SYNC_LEASE_SECONDS,
    SYNC_GAP_SCALE,
    SYNC_LAG_LIMIT_SECONDS,
    LIVE_PACE_SCALE,
    RELAY_LEASE_SECONDS,
):
    if not 0 < number < 1_000_000:
        raise ImproperlyConfigured(
            "Every SYNC_… setting, LIVE_PACE_SCALE and RELAY_LEASE_SECONDS is more than 0 and "
            "below a million."
        )

JOBS_QUEUE = env.str("JOBS_QUEUE", default="parcel-tracking")
TASKS = {
    "default": jobs.engine(env.str("JOBS_URL", default=""), JOBS_QUEUE, VAR_DIR, jobs.SCHEDULE)
}

# Which way mail goes, if any, and the address it comes from.
MAIL_PROVIDER, MAIL_FROM = env.str("MAIL_PROVIDER", ""), env.str("MAIL_FROM", "")
_way = mail.way(env.str("EMAIL_URL", ""), MAIL_PROVIDER)
SENDS_MAIL = mail.is_sent(_way, MAIL_FROM, PUBLIC_URL)
(
    EMAIL_BACKEND,
    EMAIL_HOST,
    EMAIL_PORT,
    EMAIL_HOST_USER,
    EMAIL_HOST_PASSWORD,
    EMAIL_USE_TLS,
    EMAIL_USE_SSL,
) = _way or mail.Way()
EMAIL_TIMEOUT = mail.PATIENCE
ANYMAIL = mail.options(os.environ, MAIL_PROVIDER)

# Without a token, numbers are shown to this machine only.
METRICS_TOKEN = env.str("METRICS_TOKEN", default="")
if METRICS_TOKEN and len(METRICS_TOKEN) < 16:
    raise ImproperlyConfigured("METRICS_TOKEN is too short: give it 16 characters or leave it out.")

LOG_FORMAT, LOG_LEVEL = env.str("LOG_FORMAT", "plain"), env.str("LOG_LEVEL", "WARNING")
if LOG_FORMAT not in logs.FORMATS or LOG_LEVEL not in logging.getLevelNamesMapping():
    raise ImproperlyConfigured("LOG_FORMAT is plain or json, LOG_LEVEL such as INFO or WARNING.")
LOGGING = logs.configuration(LOG_FORMAT, LOG_LEVEL)
DJANGO_STRUCTLOG_IP_LOGGING_ENABLED = False
DJANGO_STRUCTLOG_USER_ID_FIELD = ""
# Django logs what went wrong; this only says that a request was there.
DJANGO_STRUCTLOG_STATUS_4XX_LOG_LEVEL = logging.INFO
DJANGO_STRUCTLOG_STATUS_5XX_LOG_LEVEL = logging.INFO
