"""Whatever is sent to what manages keys, webhooks and brands, the answer is an answer."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from apps.branding.models import Brand
from apps.native.brand_words import FIELDS
from tests.builders import make_merchant
from tests.native.managing import HOOK, Program
from tests.notifications.making import make_endpoint

pytestmark = pytest.mark.django_db
NAMES = ["url", "topics", "language", "is_active", "ids", "since", "state", "slug", *FIELDS]
SCALARS = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False)
    | st.text(max_size=20)
    | st.sampled_from([HOOK, "delivered", "given_up", "2026-03-01T00:00:00Z", "#112233", "de"])
)
VALUES = st.recursive(
    SCALARS,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.text(max_size=8) | st.sampled_from(["de", "delivered"]), inner, max_size=3
        )
    ),
    max_leaves=5,
)
BODIES = st.dictionaries(st.sampled_from(NAMES), VALUES, max_size=6) | VALUES


@pytest.fixture
def program(db):
    merchant = make_merchant()
    program = Program(merchant)
    program.endpoint = make_endpoint(HOOK, merchant)
    Brand.objects.create(merchant=merchant, slug="acme", name="Acme")
    return program


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(body=BODIES)
def test_no_body_breaks_anything(program, no_limit, body):
    for method, path in (
        ("POST", "/api/key/rotate"),
        ("POST", "/api/webhooks"),
        ("PATCH", f"/api/webhooks/{program.endpoint.pk}"),
        ("POST", f"/api/webhooks/{program.endpoint.pk}/resend"),
        ("POST", "/api/brands"),
        ("PATCH", "/api/brands/acme"),
    ):
        answer = program.send(method, path, body)

        assert answer.status_code < 500, (method, path, body)
        if answer.status_code >= 400:
            assert answer["Content-Type"] == "application/problem+json"


@pytest.fixture
def no_limit(settings):
    settings.API_REQUESTS_A_MINUTE = 10_000
