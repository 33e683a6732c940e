"""A plain form read in one go is read as Django reads it; everything else Django reads itself."""

from io import BytesIO

import pytest
from django.core.handlers.wsgi import WSGIRequest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from linli.project.posting import MOST_BYTES, PostedRequest, plain_fields

BOUNDARY = "----WebKitFormBoundaryAbC123"
NO_FILE = 'Content-Disposition: form-data; name="{}"; filename=""\r\nContent-Type: application/octet-stream\r\n\r\n'
TEXT = 'Content-Disposition: form-data; name="{}"\r\n\r\n'
LINES = [
    "\r\n",
    "--",
    BOUNDARY,
    "--" + BOUNDARY,
    "\r\n--" + BOUNDARY,
    "\r\n\r\n",
    "--\r\n",
    "=",
    ";",
]
values = st.lists(st.sampled_from(LINES) | st.text(max_size=12), max_size=5).map("".join)
names = st.from_regex(r"[a-z_][a-z_.0-9-]{0,9}", fullmatch=True) | st.text(min_size=1, max_size=6)
heads = st.sampled_from([TEXT, TEXT, TEXT, NO_FILE, TEXT.replace("form-data", "Form-Data")])


def form(*parts, end=f"--{BOUNDARY}--\r\n"):
    return (
        "".join(
            f"--{BOUNDARY}\r\n{head.format(name)}{value}\r\n" for head, name, value in parts
        ).encode("utf-8", "surrogatepass")
        + end.encode()
    )


def read(kind, body, content_type=f"multipart/form-data; boundary={BOUNDARY}"):
    environment = {
        "REQUEST_METHOD": "POST",
        "PATH_INFO": "/",
        "CONTENT_TYPE": content_type,
        "CONTENT_LENGTH": str(len(body)),
        "wsgi.input": BytesIO(body),
    }
    request = kind(environment)
    try:
        files = {
            name: [file.read() for file in request.FILES.getlist(name)] for name in request.FILES
        }
        return dict(request.POST.lists()), files
    except Exception as refusal:  # noqa: BLE001 - both must refuse alike
        return type(refusal), str(refusal)


@settings(max_examples=200, deadline=None)
@given(
    st.lists(st.tuples(heads, names, values), max_size=5), st.sampled_from(["\r\n", "--\r\n", ""])
)
@example([(NO_FILE, "photo", "not empty")], "--\r\n")
def test_every_form_is_read_as_django_reads_it(parts, end):
    body = form(*parts, end=f"--{BOUNDARY}{end}")

    assert read(PostedRequest, body) == read(WSGIRequest, body)


def test_a_plain_form_is_read_in_one_go_and_keeps_repeated_names():
    body = form(
        (TEXT, "what", "路灯\r\n不亮"),
        (TEXT, "unit", "1"),
        (TEXT, "unit", "2"),
        (NO_FILE, "before", ""),
    )

    fields = [("what", "路灯\r\n不亮"), ("unit", "1"), ("unit", "2"), ("before", "")]
    assert plain_fields(body, BOUNDARY.encode()) == fields
    assert read(PostedRequest, body) == read(WSGIRequest, body)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        form((TEXT, "what", "x"))[:-4],
        b"preamble\r\n" + form((TEXT, "what", "x")),
        form((TEXT, "what", "x")) + b"epilogue",
        form((TEXT, "what", "x")).replace(b"x", b"\xff"),
        form((NO_FILE.replace('filename=""', 'filename="a.txt"'), "before", "content")),
        form(("Content-Transfer-Encoding: base64\r\n" + TEXT, "what", "eA==")),
        form((TEXT, "what", "x" * MOST_BYTES)),
    ],
)
def test_what_is_not_plain_is_read_by_django(body):
    assert plain_fields(body[:MOST_BYTES], BOUNDARY.encode()) is None
    assert read(PostedRequest, body) == read(WSGIRequest, body)


def test_a_form_of_another_type_is_read_by_django():
    kind = "application/x-www-form-urlencoded"

    assert read(PostedRequest, b"what=x&unit=1&unit=2", kind) == (
        {"what": ["x"], "unit": ["1", "2"]},
        {},
    )
