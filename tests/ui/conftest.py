import threading
from wsgiref.simple_server import WSGIRequestHandler, make_server

import pytest
from browsing import chromium
from django.contrib.staticfiles.handlers import StaticFilesHandler
from django.core.handlers.wsgi import WSGIHandler

WITHOUT_OFFICE = (
    "csp.middleware.CSPMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
)


class Silent(WSGIRequestHandler):
    def log_message(self, *_):
        pass


@pytest.fixture
def showroom(settings):
    """The address of a server that shows the parts, with the house's own policy and no office behind it."""
    settings.ROOT_URLCONF = "ui.rooms"
    settings.MIDDLEWARE = list(WITHOUT_OFFICE)
    with make_server(
        "127.0.0.1", 0, StaticFilesHandler(WSGIHandler()), handler_class=Silent
    ) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


@pytest.fixture(scope="session")
def browser():
    with chromium() as opened:
        yield opened
