from django.apps import AppConfig


class LedgersConfig(AppConfig):
    name = "linli.ledgers"
    label = "ledgers"
