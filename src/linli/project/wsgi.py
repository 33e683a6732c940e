"""The door for web servers."""

import os

from django.core.wsgi import get_wsgi_application

from linli.project.lifeline import follow_parent

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "linli.project.settings")
application = get_wsgi_application()
follow_parent()
