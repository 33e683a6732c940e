"""The door for web servers."""

import gc
import os

from django.core.wsgi import get_wsgi_application

from linli.project.lifeline import follow_parent
from linli.project.posting import PostedRequest

YOUNG, OLDER, OLDEST = 20_000, 50, 100

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "linli.project.settings")
application = get_wsgi_application()
application.request_class = PostedRequest
follow_parent()
gc.freeze()  # what stands now stays for good: no use in looking through it for rubbish again and again
gc.set_threshold(YOUNG, OLDER, OLDEST)
