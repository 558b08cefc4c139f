"""The four APIs, each at the addresses its clients know. They stand at the host's root."""

from django.urls import path, re_path

from apps.api import errors, labels, shiplemon, shipstation, sorted_v1, sorted_v2
from apps.api.languages import ROOTS

CUSTOM = "pro/tracking/custom_reference/<path:custom_reference>"

urlpatterns = [
    path(f"{CUSTOM}/shipment_contents", sorted_v2.ContentsByCustomReference.as_view()),
    path(CUSTOM, sorted_v2.TrackingByCustomReference.as_view()),
    path("pro/tracking/<str:reference>/shipment_contents", sorted_v2.Contents.as_view()),
    path("pro/tracking/<str:reference>", sorted_v2.Tracking.as_view()),
    path("tracking/carrierevents", sorted_v1.CarrierEvents.as_view()),
    path("carrierTrackingEvents", sorted_v1.CarrierEvents.as_view()),
    path("tracking/flattened/<str:reference>", sorted_v1.Flattened.as_view()),
    path("tracking/clientreference/<path:client_reference>", sorted_v1.ByClientReference.as_view()),
    path("tracking/<str:reference>", sorted_v1.Legs.as_view()),
    # ShipStation's clients write these with and without a slash and follow no redirect.
    re_path(r"^v1/tracking/?\Z", shipstation.Tracking.as_view()),
    re_path(r"^v1/tracking/start/?\Z", shipstation.Following.as_view()),
    re_path(r"^v1/tracking/stop/?\Z", shipstation.Following.as_view(is_followed=False)),
    re_path(r"^v1/labels/?\Z", labels.Labels.as_view()),
    re_path(r"^v1/labels/(?P<label_id>[^/]+)/track/?\Z", shipstation.LabelTracking.as_view()),
    re_path(r"^v1/carriers/?\Z", shipstation.Carriers.as_view()),
    re_path(r"^v1/carriers/(?P<carrier_id>[^/]+)/?\Z", shipstation.OneCarrier.as_view()),
    path("public/v1/shipments/<str:reference>/tracking", shiplemon.Tracking.as_view()),
    path("v1/shipments/<str:reference>/tracking", shiplemon.History.as_view()),
    # Here, so that no page is drawn for an answer that has to be JSON.
    re_path(rf"^(?:{'|'.join(root[1:] for root, _ in ROOTS)})(?:/|\Z)", errors.nothing_here),
]
