"""How the database goes about the queries of a call."""

from django.db import connection
from django.test.utils import CaptureQueriesContext


def plans_of(call):
    with CaptureQueriesContext(connection) as context:
        call()
    word = "EXPLAIN" if connection.vendor == "postgresql" else "EXPLAIN QUERY PLAN"
    for query in context.captured_queries:
        with connection.cursor() as cursor:
            cursor.execute(f"{word} {query['sql']}")
            yield "\n".join(str(row[-1]) for row in cursor.fetchall())
