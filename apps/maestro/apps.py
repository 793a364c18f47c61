from django.apps import AppConfig


class MaestroConfig(AppConfig):
    name = "apps.maestro"
    label = "maestro"
