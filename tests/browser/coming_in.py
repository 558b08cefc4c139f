"""Somebody at the desk in a browser, without the log-in form."""

from django.conf import settings
from django.test import Client


def bring_in(page, live_server, user):
    """Give a page the session of somebody who has logged in."""
    client = Client()
    client.force_login(user)
    name = settings.SESSION_COOKIE_NAME
    cookie = {"name": name, "value": client.cookies[name].value, "url": live_server.url}
    page.context.add_cookies([cookie])
