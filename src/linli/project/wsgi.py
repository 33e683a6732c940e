"""The door for web servers."""

import os

from django.core.wsgi import get_wsgi_application

from linli.project.lifeline import follow_parent
from linli.project.posting import PostedRequest

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "linli.project.settings")
application = get_wsgi_application()
application.request_class = PostedRequest
follow_parent()
