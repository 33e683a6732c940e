from django.apps import AppConfig


class RegistryConfig(AppConfig):
    name = "linli.registry"
    label = "registry"
    verbose_name = "家底"
    default_auto_field = "django.db.models.BigAutoField"
