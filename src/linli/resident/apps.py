from django.apps import AppConfig


class ResidentConfig(AppConfig):
    name = "linli.resident"
    label = "resident"
