from django.apps import AppConfig


class NativeConfig(AppConfig):
    name = "apps.native"
    verbose_name = "Our own API"
