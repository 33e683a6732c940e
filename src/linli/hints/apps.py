from django.apps import AppConfig


class HintsConfig(AppConfig):
    name = "linli.hints"
    label = "hints"
