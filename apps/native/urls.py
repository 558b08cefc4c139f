"""Our own API. Addresses end without a slash; what is none of them is answered by `api`."""

from django.urls import URLPattern, path

from apps.native import (
    brands,
    deliveries,
    events,
    items,
    keys,
    legs,
    many_events,
    numbers,
    problems,
    promises,
    shipments,
    subscriptions,
    webhooks,
)
from apps.native.openapi import serving

app_name = "native"
PARTS = "shipments/<str:reference>"
urlpatterns: list[URLPattern] = [
    # The documents, and pages to read them.
    path("openapi/<slug:name>.json", serving.document, name="openapi"),
    path("docs/", serving.index, name="docs"),
    path("docs/guides/<slug:name>.md", serving.guide, name="docs_guide"),
    path(f"docs/guides/{serving.CLIENT}", serving.client),
    path("docs/viewer/<str:version>/<str:name>", serving.viewer, name="docs_viewer"),
    path("docs/<slug:name>/", serving.page, name="docs_of"),
    # Keys and problems.
    path("key", keys.OwnKey.as_view()),
    path("key/rotate", keys.KeyRotation.as_view()),
    path("problems/<str:code>", problems.problem),
    # Webhooks.
    path("webhooks", webhooks.Webhooks.as_view()),
    path("webhooks/<int:pk>", webhooks.Webhook.as_view()),
    path("webhooks/<int:pk>/rotate_secret", webhooks.WebhookSecret.as_view()),
    path("webhooks/<int:pk>/test", webhooks.WebhookTest.as_view()),
    path("webhooks/<int:pk>/resume", webhooks.WebhookResumption.as_view()),
    path("webhooks/<int:pk>/resend", deliveries.Repetitions.as_view()),
    path("webhooks/<int:pk>/deliveries", deliveries.Deliveries.as_view()),
    path("webhooks/<int:pk>/deliveries/<int:delivery>", deliveries.OneDelivery.as_view()),
    path("webhooks/<int:pk>/deliveries/<int:delivery>/resend", deliveries.Repetition.as_view()),
    # Brands.
    path("brands", brands.Brands.as_view()),
    path("brands/<slug:slug>", brands.OneBrand.as_view()),
    path("brands/<slug:slug>/history", brands.BrandHistory.as_view()),
    path("brands/<slug:slug>/history/<int:version>/return", brands.BrandReturn.as_view()),
    # Shipments.
    path("shipments", shipments.Shipments.as_view()),
    path("shipments/batch", shipments.ShipmentBatch.as_view()),
    path("shipments/<str:reference>", shipments.OneShipment.as_view()),
    path("shipments/<str:reference>/void", shipments.ShipmentVoiding.as_view()),
    path("shipments/<str:reference>/renew_link", shipments.LinkRenewal.as_view()),
    path("shipments/<str:reference>/erase", shipments.PersonErasure.as_view()),
    # Parts of shipments.
    path(f"{PARTS}/items", items.Items.as_view()),
    path(f"{PARTS}/items/<str:item>", items.Item.as_view()),
    path(f"{PARTS}/legs", legs.Legs.as_view()),
    path(f"{PARTS}/legs/<int:position>", legs.Leg.as_view()),
    path(f"{PARTS}/tracking_numbers", numbers.Numbers.as_view()),
    path(f"{PARTS}/tracking_numbers/<str:number>", numbers.Number.as_view()),
    path(f"{PARTS}/promises", promises.Promises.as_view()),
    path(f"{PARTS}/events", events.Events.as_view()),
    path(f"{PARTS}/subscriptions", subscriptions.Subscriptions.as_view()),
    path(f"{PARTS}/subscriptions/<str:subscription>", subscriptions.OneSubscription.as_view()),
    path("events", many_events.ManyEvents.as_view()),
]
