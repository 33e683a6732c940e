import io
import zipfile

import pytest
from PIL import ExifTags, Image

from linli.casework.pictures import (
    MAX_PIXELS,
    MAX_UPLOAD,
    PDF,
    PICTURE_SIDE,
    THUMBNAIL_SIDE,
    Position,
    UploadRefused,
    clean,
)

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


def test_a_photo_gives_its_position_and_keeps_nothing_but_pixels():
    exif = gps({1: "N", 2: (31, 10, 30.0), 3: "E", 4: (121, 24, 36.0)})
    exif[ExifTags.Base.Make] = "Camera 4711"
    sent = picture("JPEG", size=(3000, 1500), exif=exif)

    cleaned = clean(sent, "photo")

    assert cleaned.position == Position(lon=121.41, lat=31.175)
    assert cleaned.media_type == "image/jpeg"
    with Image.open(io.BytesIO(cleaned.content)) as kept:
        assert kept.size == (PICTURE_SIDE, PICTURE_SIDE // 2)
        assert not kept.getexif()
        assert set(kept.info) == {"jfif", "jfif_version", "jfif_unit", "jfif_density"}
    assert b"4711" not in cleaned.content
    with Image.open(io.BytesIO(cleaned.thumbnail)) as small:
        assert small.size == (THUMBNAIL_SIDE, THUMBNAIL_SIDE // 2)


def test_a_photo_is_turned_upright():
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = 6

    cleaned = clean(picture("JPEG", size=(60, 40), exif=exif), "photo")

    with Image.open(io.BytesIO(cleaned.content)) as kept:
        assert kept.size == (40, 60)


@pytest.mark.parametrize("form", ["PNG", "WEBP", "JPEG"])
def test_pictures_of_every_kind_become_jpeg(form):
    cleaned = clean(picture(form, mode="RGBA" if form != "JPEG" else "CMYK"), "photo")

    with Image.open(io.BytesIO(cleaned.content)) as kept:
        assert (kept.format, kept.mode) == ("JPEG", "RGB")


def test_a_transparent_signature_stands_on_white():
    sink = io.BytesIO()
    Image.new("RGBA", (20, 20), (0, 0, 0, 0)).save(sink, "PNG")
    sink.seek(0)

    cleaned = clean(sink, "signature")

    with Image.open(io.BytesIO(cleaned.content)) as kept:
        assert kept.getpixel((10, 10)) == (255, 255, 255)


@pytest.mark.parametrize(
    "place",
    [
        {},
        {1: "N", 2: (31, 10, 30.0)},
        {1: "N", 2: (91.0, 0, 0), 3: "E", 4: (121.0, 0, 0)},
        {1: "N", 2: (0.0, 0, 0), 3: "E", 4: (0.0, 0, 0)},
    ],
)
def test_a_position_that_makes_no_sense_is_none(place):
    assert clean(picture("JPEG", exif=gps(place)), "photo").position is None


def test_south_and_west_are_negative():
    place = {1: "S", 2: (33.0, 30, 0), 3: "W", 4: (70.0, 15, 0)}

    assert clean(picture("JPEG", exif=gps(place)), "photo").position == Position(-70.25, -33.5)


@pytest.mark.parametrize(
    ("content", "kind", "cure"),
    [
        (b"", "photo", "choose it again"),
        (b"x" * (MAX_UPLOAD + 1), "photo", "10 MB"),
        (b"MZ\x90\x00 program", "photo", "JPEG, PNG or WebP"),
        (b"MZ\x90\x00 program", "file", "JPEG, PNG or WebP"),
        (b"%PDF-1.7 a document", "photo", "JPEG, PNG or WebP"),
        (b"\x00\x00\x00\x18ftypheic" + b"\x00" * 40, "photo", "Most Compatible"),
        (b"\xd0\xcf\x11\xe0" + b"\x00" * 40, "file", "DOCX"),
        (b"PK\x03\x04 broken", "file", "export it again"),
        (b"\xff\xd8\xff\xe0 broken", "photo", ""),
    ],
)
def test_what_cannot_be_kept_is_refused_with_a_cure(content, kind, cure):
    with pytest.raises(UploadRefused) as refusal:
        clean(io.BytesIO(content), kind)

    assert cure in refusal.value.message.en
    assert refusal.value.message.zh


def test_a_truncated_photo_is_refused():
    whole = picture("JPEG", size=(800, 600)).getvalue()

    with pytest.raises(UploadRefused, match="damaged or incomplete"):
        clean(io.BytesIO(whole[: len(whole) // 2]), "photo")


@pytest.mark.parametrize("side", [8000, 10000, 14000])
def test_a_decompression_bomb_is_refused_before_it_is_decoded(side):
    assert side * side > MAX_PIXELS
    sink = io.BytesIO()
    Image.new("1", (side, side)).save(sink, "PNG")
    assert sink.tell() < MAX_UPLOAD
    sink.seek(0)

    with pytest.raises(UploadRefused, match="50 million pixels"):
        clean(sink, "photo")


def test_documents_are_known_by_their_content():
    assert clean(io.BytesIO(b"%PDF-1.7 a document"), "file").media_type == PDF
    assert clean(package("word/document.xml"), "file").media_type == DOCX
    assert clean(package("word/document.xml"), "file").thumbnail is None


@pytest.mark.parametrize(
    ("part", "cure"),
    [("word/vbaProject.bin", "without macros"), ("photos/1.jpg", "one by one")],
)
def test_packages_with_macros_and_archives_are_refused(part, cure):
    with pytest.raises(UploadRefused, match=cure):
        clean(package(part), "file")


def test_a_package_that_unpacks_to_too_much_is_refused():
    with pytest.raises(UploadRefused, match="one by one"):
        clean(package("xl/workbook.xml", size=201 * 1024 * 1024), "file")


def picture(form, size=(64, 48), mode="RGB", exif=None):
    sink = io.BytesIO()
    more = {"exif": exif} if exif is not None else {}
    Image.linear_gradient("L").resize(size).convert("RGB").convert(mode).save(sink, form, **more)
    sink.seek(0)
    return sink


def gps(place):
    exif = Image.Exif()
    exif.get_ifd(ExifTags.IFD.GPSInfo).update(place)
    return exif


def package(part, size=10):
    sink = io.BytesIO()
    with zipfile.ZipFile(sink, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr(part, b"\0" * size)
    sink.seek(0)
    return sink
