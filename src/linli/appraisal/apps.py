from django.apps import AppConfig


class AppraisalConfig(AppConfig):
    name = "linli.appraisal"
    label = "appraisal"
