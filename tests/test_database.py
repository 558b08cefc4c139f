import os

from django.db import connection


def asked_for():
    given = "postgresql" if os.environ.get("DATABASE_URL", "").startswith("postgres") else "sqlite"
    return os.environ.get("TEST_REQUIRES_DB", given)


def test_the_tests_run_on_the_database_that_was_asked_for(db):
    with connection.cursor() as cursor:
        cursor.execute("select 1")
        answer = cursor.fetchone()

    assert connection.vendor == asked_for()
    assert answer == (1,)
