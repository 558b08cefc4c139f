from django.urls import path, register_converter
from django.urls.converters import StringConverter

from apps.branding.views import file, theme
from apps.pages import embed, enquiries, guests, loader, oembed, outputs, views


class TokenConverter(StringConverter):
    """What a link's secret looks like; anything else is no address of ours."""

    regex = "[A-Za-z0-9_-]{20,40}"


class SealedConverter(StringConverter):
    """What a link to pass on looks like."""

    regex = "[A-Za-z0-9_-]{50,120}"


class NumberConverter(StringConverter):
    """What a tracking number looks like in an address."""

    regex = "[A-Za-z0-9-]{4,40}"


class DigestConverter(StringConverter):
    """What the bytes of a brand's file come to."""

    regex = "[0-9a-f]{64}"


# The name of the shape that a link's secret has, for addresses of other rooms.
LINK_SHAPE = "token"

register_converter(DigestConverter, "digest")
register_converter(TokenConverter, LINK_SHAPE)
register_converter(SealedConverter, "sealed")
register_converter(NumberConverter, "number")

app_name = "pages"
urlpatterns = [
    path("", enquiries.start, name="start"),
    path("b/<slug:slug>/", enquiries.start, name="look_up"),
    path("b/<slug:slug>/n/<number:number>/", guests.by_number, name="by_number"),
    path("robots.txt", views.robots, name="robots"),
    path("t/<token:token>/", views.tracking, name="tracking"),
    path("t/<token:token>/live", views.live, name="live"),
    path("t/<token:token>/calendar.ics", outputs.calendar, name="calendar"),
    path("t/<token:token>/feed.atom", outputs.feed, name="feed"),
    path("t/<token:token>/parcel.txt", outputs.text, name="text"),
    path("t/<token:token>/print", outputs.print_sheet, name="print"),
    path("t/<token:token>/prove", views.prove, name="prove"),
    path("t/<token:token>/rating", views.rate, name="rating"),
    path("s/<sealed:sealed>/", guests.shared, name="shared"),
    path("s/<sealed:sealed>/live", guests.shared_live, name="shared_live"),
    path("e/<slug:slug>/", embed.look_up, name="embed"),
    path("e/<slug:slug>/<token:token>/", embed.tracking, name="embed"),
    path("e/<slug:slug>/<token:token>/live", embed.live, name="embed_live"),
    path("e/<slug:slug>/<token:token>/rating", embed.rate, name="embed_rating"),
    path("embed/v1.js", loader.script, name="loader"),
    path("oembed", oembed.oembed, name="oembed"),
    path("theme/<slug:slug>/<int:version>.css", theme, name="theme"),
    path("theme/<slug:slug>/<digest:digest>.<slug:ending>", file, name="theme_file"),
]
