from django.apps import AppConfig


class BudgetConfig(AppConfig):
    name = "linli.budget"
    label = "budget"
