from django.apps import AppConfig


class ReachConfig(AppConfig):
    name = "linli.reach"
    label = "reach"
