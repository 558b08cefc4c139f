"""The shipped settings, with the sandbox carrier, passwords that are quick to check and jobs
that are only noted down.

What is queued is in `django_tasks.task_backends["default"].results`.
"""

import os

os.environ.setdefault("SANDBOX", "on")

from tracking_site.settings import *  # noqa: E402, F403
from tracking_site.settings import DATABASES  # noqa: E402

TASKS = {"default": {"BACKEND": "django_tasks.backends.dummy.DummyBackend"}}
# Half a second for each person who logs in would be a third of all tests.
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
if DATABASES["default"]["ENGINE"] == "django.db.backends.postgresql":
    # What tests write need not outlive the server.
    DATABASES["default"]["OPTIONS"] = {"options": "-c synchronous_commit=off"}
