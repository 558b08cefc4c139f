from django.apps import AppConfig
from django.contrib.admin import apps as admin


class DeskConfig(AppConfig):
    name = "apps.desk"
    verbose_name = "People"
    default = True


class DeskAdminConfig(admin.AdminConfig):
    """Django's admin, opened as the staff desk: every list is one merchant's."""

    default = False
    default_site = "apps.desk.site.Desk"
