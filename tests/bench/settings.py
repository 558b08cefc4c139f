"""The shipped settings and one bare view."""

from tracking_site.settings import *  # noqa: F403

ROOT_URLCONF = "tests.bench.urls"
API_REQUESTS_A_MINUTE = 10_000_000
