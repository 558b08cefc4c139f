from django.apps import AppConfig


class BrandingConfig(AppConfig):
    name = "apps.branding"
    verbose_name = "Brands"
