from django.apps import AppConfig


class JobsToTryConfig(AppConfig):
    name = "tests.jobs.app"
    label = "jobs_to_try"
