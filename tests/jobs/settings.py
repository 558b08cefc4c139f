"""The shipped settings with jobs to try and a schedule of their own, for worker processes."""

from tracking_site.jobs import Periodic, engine
from tracking_site.settings import *  # noqa: F403
from tracking_site.settings import INSTALLED_APPS, JOBS_QUEUE, VAR_DIR, env

INSTALLED_APPS = [*INSTALLED_APPS, "tests.jobs.app"]
SCHEDULE = (
    Periodic("tests.jobs.app.tasks.tick", "*", 55),
    Periodic("tests.jobs.app.tasks.tock", "5,35", 3300),
)
TASKS = {"default": engine(env.str("JOBS_URL", ""), JOBS_QUEUE, VAR_DIR, SCHEDULE)}
