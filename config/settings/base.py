"""Settings that hold everywhere. The environment decides; nothing secret has a default here.

Each variable that is read below is listed in ``.env.example``.
"""

from datetime import timedelta
from pathlib import Path

import environ

BASE_DIR = Path(__file__).resolve().parent.parent.parent
env = environ.Env()

# --- The environment's kind -------------------------------------------------------------------------------------
DEBUG = env.bool("DEBUG", default=False)
SANDBOX = env.bool("SANDBOX", default=False)
ENVIRONMENT = env("ENVIRONMENT", default="development")
SECRET_KEY = env("SECRET_KEY")
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=[])
PUBLIC_BASE_URL = env("PUBLIC_BASE_URL", default="http://127.0.0.1:8000").rstrip("/")
RELEASE = env("RELEASE", default="")

# --- Applications -----------------------------------------------------------------------------------------------
INSTALLED_APPS = [
    "unfold",
    "unfold.contrib.filters",
    "unfold.contrib.forms",
    "unfold.contrib.import_export",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.contrib.gis",
    "django.contrib.postgres",
    "rest_framework",
    "django_filters",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "corsheaders",
    "csp",
    "channels",
    "django_celery_beat",
    "django_prometheus",
    "import_export",
    "pgtrigger",
    "pghistory",
    "anymail",
    "apps.core",
    "apps.accounts",
    "apps.notifications",
    "apps.catalog",
    "apps.availability",
    "apps.maestro",
    "apps.ledger",
    "apps.payments",
    "apps.credits",
    "apps.loyalty",
    "apps.payouts",
    "apps.packages",
    "apps.invoices",
    "apps.statements",
    "apps.disputes",
    "apps.bookings",
    "apps.subscriptions",
    "apps.reconciliation",
    "apps.backoffice",
    "apps.demo",
]

MIDDLEWARE = [
    "django_prometheus.middleware.PrometheusBeforeMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "apps.core.middleware.RequestContextMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "corsheaders.middleware.CorsMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "apps.core.middleware.AddressMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "apps.accounts.middleware.BackOfficeMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "csp.middleware.CSPMiddleware",
    "apps.core.middleware.HistoryContextMiddleware",
    "django_prometheus.middleware.PrometheusAfterMiddleware",
]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
ASGI_APPLICATION = "config.asgi.application"
APPEND_SLASH = True

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.debug",
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "csp.context_processors.nonce",
            ],
        },
    },
]

# --- PostgreSQL: the only truth ---------------------------------------------------------------------------------
DATABASE_APP_ROLE = env("DATABASE_APP_ROLE", default="")
DATABASES = {"default": env.db_url("DATABASE_URL", engine="django.contrib.gis.db.backends.postgis")}
DATABASES["default"]["ENGINE"] = "django.contrib.gis.db.backends.postgis"
DATABASES["default"]["CONN_MAX_AGE"] = env.int("DATABASE_CONN_MAX_AGE", default=300)
DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
# JIT costs more than it saves on our short queries (260 → 743 ms measured); a stuck lock must end by itself.
DATABASE_SESSION = ["-c jit=off", "-c lock_timeout=15s", "-c idle_in_transaction_session_timeout=60s"]
if DATABASE_APP_ROLE:
    # Run time gives up the owner's rights at connect; migrations run without this variable.
    DATABASE_SESSION.append(f"-c role={DATABASE_APP_ROLE}")
DATABASES["default"].setdefault("OPTIONS", {})["options"] = " ".join(DATABASE_SESSION)
DATABASE_REPLICA_URLS = env.list("DATABASE_REPLICA_URLS", default=[])
for number, replica_url in enumerate(DATABASE_REPLICA_URLS):
    DATABASES[f"replica{number}"] = {
        **DATABASES["default"],
        **env.db_url_config(replica_url, engine="django.contrib.gis.db.backends.postgis"),
        "TEST": {"MIRROR": "default"},
    }
DATABASE_ROUTERS = ["config.database_router.ReplicaRouter"] if DATABASE_REPLICA_URLS else []
# GeoDjango's libraries, where they are not the system's.
GDAL_LIBRARY_PATH = env("GDAL_LIBRARY_PATH", default=None)
GEOS_LIBRARY_PATH = env("GEOS_LIBRARY_PATH", default=None)
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
PGHISTORY_APPEND_ONLY = True

# --- Redis: speed that may be lost at any moment ----------------------------------------------------------------
REDIS_URL = env("REDIS_URL")
CACHES = {
    "default": {
        "BACKEND": "apps.core.redis_cache.RedisCache",
        "LOCATION": REDIS_URL,
        "KEY_PREFIX": "guild",
        "OPTIONS": {"socket_timeout": 2, "socket_connect_timeout": 2},
    },
}
CHANNEL_LAYERS = {
    "default": {
        "BACKEND": "channels_redis.pubsub.RedisPubSubChannelLayer",
        "CONFIG": {"hosts": [REDIS_URL], "prefix": "guild-live"},
    },
}

# --- Celery -----------------------------------------------------------------------------------------------------
CELERY_BROKER_URL = REDIS_URL
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_TRANSPORT_OPTIONS = {"visibility_timeout": 3600, "socket_timeout": 5, "retry_on_timeout": True}
CELERY_TASK_DEFAULT_QUEUE = "default"
CELERY_TASK_TIME_LIMIT = 900
CELERY_TASK_SOFT_TIME_LIMIT = 840
CELERY_BEAT_SCHEDULER = "django_celery_beat.schedulers:DatabaseScheduler"
CELERY_BEAT_MAX_LOOP_INTERVAL = 5
CELERY_TIMEZONE = "UTC"
CELERY_WORKER_HIJACK_ROOT_LOGGER = False

# --- People -----------------------------------------------------------------------------------------------------
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["apps.accounts.backends.EmailBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
LOGIN_URL = "/admin/login/"
FIRST_ADMIN_EMAIL = env("FIRST_ADMIN_EMAIL", default="")
FIRST_ADMIN_PASSWORD = env("FIRST_ADMIN_PASSWORD", default="")
FIELD_ENCRYPTION_KEYS = env.list("FIELD_ENCRYPTION_KEYS")
JWT_SIGNING_KEY = env("JWT_SIGNING_KEY", default="") or SECRET_KEY
SIMPLE_JWT = {
    "ACCESS_TOKEN_LIFETIME": timedelta(minutes=60),
    "REFRESH_TOKEN_LIFETIME": timedelta(days=7),
    "SIGNING_KEY": JWT_SIGNING_KEY,
    "USER_ID_FIELD": "id",
    "USER_ID_CLAIM": "user_id",
    "UPDATE_LAST_LOGIN": False,
    "AUTH_TOKEN_CLASSES": ("apps.accounts.tokens.AccessToken",),
}
# ADMIN and OPS need a second factor; only a sandbox may do without.
SECOND_FACTOR_REQUIRED = env.bool("SECOND_FACTOR_REQUIRED", default=True)
# Where browsers' makers take web pushes; the server speaks to no other host on a client's word.
WEB_PUSH_HOSTS = (
    "fcm.googleapis.com", "updates.push.services.mozilla.com", ".notify.windows.com", ".push.apple.com",
)  # fmt: skip
GEOCODER = env("GEOCODER", default="apps.accounts.geocoding.OfflineGeocoder")
GEOCODER_URL = env("GEOCODER_URL", default="")

# --- API --------------------------------------------------------------------------------------------------------
NUMBER_OF_PROXIES = env.int("NUMBER_OF_PROXIES", default=1)
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "apps.accounts.authentication.TokenAuthentication",
        "apps.accounts.authentication.ApiKeyAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_RENDERER_CLASSES": ["apps.core.api.envelope.EnvelopeRenderer"],
    "DEFAULT_PARSER_CLASSES": ["apps.core.api.parsers.BoundedJSONParser"],
    "DEFAULT_PAGINATION_CLASS": "apps.core.api.pagination.PagePagination",
    "DEFAULT_FILTER_BACKENDS": ["django_filters.rest_framework.DjangoFilterBackend"],
    "DEFAULT_SCHEMA_CLASS": "apps.core.api.schema.EnvelopeAutoSchema",
    "DEFAULT_THROTTLE_CLASSES": ["apps.core.api.throttles.CallerThrottle"],
    "EXCEPTION_HANDLER": "apps.core.api.envelope.exception_handler",
    "NUM_PROXIES": NUMBER_OF_PROXIES,
    "TEST_REQUEST_DEFAULT_FORMAT": "json",
    "COERCE_DECIMAL_TO_STRING": True,
    "UNAUTHENTICATED_USER": "django.contrib.auth.models.AnonymousUser",
}
# Limits per hour by caller's kind, and tighter ones by scope (platform.md, Security).
THROTTLE_RATES = {
    "anonymous": env("THROTTLE_ANONYMOUS", default="100/h"),
    "user": env("THROTTLE_USER", default="1000/h"),
    "business": env("THROTTLE_BUSINESS", default="2000/h"),
    "login": env("THROTTLE_LOGIN", default="20/h"),
    "register": env("THROTTLE_REGISTER", default="20/h"),
    "password": env("THROTTLE_PASSWORD", default="10/h"),
    "one_time_code": env("THROTTLE_ONE_TIME_CODE", default="10/h"),
    "device_token": env("THROTTLE_DEVICE_TOKEN", default="60/h"),
    "payment": env("THROTTLE_PAYMENT", default="60/h"),
    "reference": env("THROTTLE_REFERENCE", default="60/h"),
    "calendar_feed": env("THROTTLE_CALENDAR_FEED", default="60/h"),
}
THROTTLING = env.bool("THROTTLING", default=True)
DATA_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024

SILENCED_SYSTEM_CHECKS = [
    # E-mail is unique without regard to case, by a constraint on its lower case that this check does not see.
    "auth.W004",
    # No input reaches GDAL; points arrive as two numbers.
    "gis.W001",
]

# --- Security headers -------------------------------------------------------------------------------------------
CORS_ALLOWED_ORIGINS = env.list("CORS_ALLOWED_ORIGINS", default=[])
CORS_EXPOSE_HEADERS = ["X-Request-ID", "RateLimit", "RateLimit-Policy", "Retry-After", "ETag", "Idempotency-Replayed"]
CORS_ALLOW_HEADERS = [
    "accept", "authorization", "content-type", "idempotency-key", "x-request-id", "x-device-token", "accept-language",
    "if-none-match", "x-csrftoken",
]  # fmt: skip
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'self'"],
        # Alpine, which the admin's theme is built on, evaluates expressions.
        "script-src": ["'self'", "'unsafe-eval'", "'unsafe-inline'"],
        "style-src": ["'self'", "'unsafe-inline'"],
        "img-src": ["'self'", "data:", "blob:"],
        "font-src": ["'self'", "data:"],
        # The search of the API's reading page.
        "worker-src": ["'self'", "blob:"],
        "connect-src": ["'self'"],
        "object-src": ["'none'"],
        "frame-ancestors": ["'none'"],
        "base-uri": ["'self'"],
        "form-action": ["'self'"],
    },
}
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"

# --- Words, time ------------------------------------------------------------------------------------------------
LANGUAGE_CODE = "en"
FORMAT_MODULE_PATH = ["config.formats"]
LANGUAGES = [("en", "English"), ("fr", "Français")]
LOCALE_PATHS = [BASE_DIR / "config" / "locale"]
TIME_ZONE = "UTC"
USE_TZ = True
USE_I18N = True

# --- Files ------------------------------------------------------------------------------------------------------
CDN_BASE_URL = env("CDN_BASE_URL", default="").rstrip("/")
STATIC_URL = f"{CDN_BASE_URL}/static/"
STATIC_ROOT = env("STATIC_ROOT", default=str(BASE_DIR / "staticfiles"))
STATICFILES_DIRS = [BASE_DIR / "config" / "static"]
MEDIA_URL = "/media/"
MEDIA_ROOT = env("MEDIA_ROOT", default=str(BASE_DIR / "media"))
S3_BUCKET = env("S3_BUCKET", default="")
STORAGES = {
    "default": (
        {
            "BACKEND": "storages.backends.s3.S3Storage",
            "OPTIONS": {
                "bucket_name": S3_BUCKET,
                "endpoint_url": env("S3_ENDPOINT_URL", default=None),
                "region_name": env("S3_REGION", default=None),
                "access_key": env("S3_ACCESS_KEY_ID", default=None),
                "secret_key": env("S3_SECRET_ACCESS_KEY", default=None),
            },
        }
        if S3_BUCKET
        else {"BACKEND": "django.core.files.storage.FileSystemStorage"}
    ),
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}

# --- E-mail, SMS, push ------------------------------------------------------------------------------------------
EMAIL_BACKEND = env("EMAIL_BACKEND", default="apps.notifications.mailboxes.FileBackend")
EMAIL_FILE_PATH = env("EMAIL_FILE_PATH", default=str(BASE_DIR / ".guild" / "mail"))
EMAIL_HOST = env("EMAIL_HOST", default="localhost")
EMAIL_PORT = env.int("EMAIL_PORT", default=25)
EMAIL_HOST_USER = env("EMAIL_HOST_USER", default="")
EMAIL_HOST_PASSWORD = env("EMAIL_HOST_PASSWORD", default="")
EMAIL_USE_TLS = env.bool("EMAIL_USE_TLS", default=False)
EMAIL_TIMEOUT = env.int("EMAIL_TIMEOUT_S", default=15)
DEFAULT_FROM_EMAIL = env("DEFAULT_FROM_EMAIL", default="The Guild <hello@guild.example>")
ANYMAIL = {
    "AMAZON_SES_CLIENT_PARAMS": {"region_name": env("SES_REGION", default="eu-west-1")},
    "WEBHOOK_SECRET": env("ANYMAIL_WEBHOOK_SECRET", default=None),
    "REQUESTS_TIMEOUT": EMAIL_TIMEOUT,
}
# The provider that reports bounces and openings to /webhooks/mail/<name>/tracking/, by Anymail's name for it.
MAIL_REPORTS_FROM = env("MAIL_REPORTS_FROM", default="")
SMS_BACKEND = env("SMS_BACKEND", default="apps.notifications.sms.FileBackend")
SMS_FILE_PATH = env("SMS_FILE_PATH", default=str(BASE_DIR / ".guild" / "sms"))
TWILIO_BASE_URL = env("TWILIO_BASE_URL", default="https://api.twilio.com")
TWILIO_ACCOUNT_SID = env("TWILIO_ACCOUNT_SID", default="")
TWILIO_AUTH_TOKEN = env("TWILIO_AUTH_TOKEN", default="")
TWILIO_FROM = env("TWILIO_FROM", default="")
AFRICAS_TALKING_BASE_URL = env("AFRICAS_TALKING_BASE_URL", default="https://api.africastalking.com")
AFRICAS_TALKING_USERNAME = env("AFRICAS_TALKING_USERNAME", default="")
AFRICAS_TALKING_API_KEY = env("AFRICAS_TALKING_API_KEY", default="")
AFRICAS_TALKING_SENDER = env("AFRICAS_TALKING_SENDER", default="")
PUSH_BACKEND = env("PUSH_BACKEND", default="apps.notifications.push.FileBackend")
PUSH_FILE_PATH = env("PUSH_FILE_PATH", default=str(BASE_DIR / ".guild" / "push"))
VAPID_PRIVATE_KEY = env("VAPID_PRIVATE_KEY", default="")
FIREBASE_CREDENTIALS_FILE = env("FIREBASE_CREDENTIALS_FILE", default="")

# --- Payment gateways -------------------------------------------------------------------------------------------
PAYSTACK_SECRET_KEY = env("PAYSTACK_SECRET_KEY", default="")
PAYSTACK_PUBLIC_KEY = env("PAYSTACK_PUBLIC_KEY", default="")
PAYSTACK_WEBHOOK_SECRET = env("PAYSTACK_WEBHOOK_SECRET", default="") or PAYSTACK_SECRET_KEY
PAYSTACK_BASE_URL = env("PAYSTACK_BASE_URL", default="https://api.paystack.co")
STRIPE_SECRET_KEY = env("STRIPE_SECRET_KEY", default="")
STRIPE_PUBLISHABLE_KEY = env("STRIPE_PUBLISHABLE_KEY", default="")
STRIPE_WEBHOOK_SECRET = env("STRIPE_WEBHOOK_SECRET", default="")
STRIPE_BASE_URL = env("STRIPE_BASE_URL", default="https://api.stripe.com")
SANDBOX_GATEWAY_SECRET = env("SANDBOX_GATEWAY_SECRET", default="")
GATEWAY_TIMEOUT_S = env.int("GATEWAY_TIMEOUT_S", default=15)
GATEWAY_BY_CURRENCY = {"NGN": "paystack", "*": "stripe"}

# --- Observation ------------------------------------------------------------------------------------------------
SENTRY_DSN = env("SENTRY_DSN", default="")
if SENTRY_DSN:
    import sentry_sdk

    from apps.core.redaction import strike_event

    sentry_sdk.init(
        dsn=SENTRY_DSN,
        environment=ENVIRONMENT,
        release=RELEASE or None,
        send_default_pii=False,
        # What a secret is called is known to one list; a request's body stays here altogether.
        before_send=strike_event,
        max_request_body_size="never",
    )
METRICS_TOKEN = env("METRICS_TOKEN", default="")
PROMETHEUS_EXPORT_MIGRATIONS = False
LOG_LEVEL = env("LOG_LEVEL", default="INFO")
LOG_FORMAT = env("LOG_FORMAT", default="json")
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"structured": {"()": "apps.core.logs.formatter", "style": LOG_FORMAT}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "structured"}},
    "root": {"handlers": ["console"], "level": LOG_LEVEL},
    "loggers": {
        "django.request": {"level": "ERROR"},
        "django.server": {"level": "WARNING"},
        "celery": {"level": "INFO"},
        "firebase_admin": {"level": "WARNING"},
    },
}

# --- The marketplace's own numbers ------------------------------------------------------------------------------
# Timers, each with the default of platform.md; override one with GUILD_TIMER_<NAME>="1h30m".
from config.settings.guild import GUILD, UNFOLD  # noqa: E402,F401
from config.settings.schema import SPECTACULAR_SETTINGS  # noqa: E402,F401
