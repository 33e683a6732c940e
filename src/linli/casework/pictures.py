"""What of an upload is worth keeping: a picture's pixels, a document of a known kind, nothing else."""

from __future__ import annotations

import io
import math
import struct
import zipfile
import zlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, BinaryIO

from PIL import ExifTags, Image, ImageDraw, ImageOps, UnidentifiedImageError

from linli.rulebook.mechanism import Label

if TYPE_CHECKING:
    from collections.abc import Iterable

MAX_UPLOAD = 10 * 1024 * 1024
MAX_PIXELS = 52_000_000  # a phone's 50 megapixels; more would take too much memory to decode
MAX_UNPACKED = 200 * 1024 * 1024
POLE, ANTIMERIDIAN = 90, 180
PICTURE_SIDE = 2048
THUMBNAIL_SIDE = 480
THOUSAND = 1000
JPEG = "image/jpeg"
PDF = "application/pdf"
OFFICE_FILES = {
    "word/": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xl/": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
_BROKEN = (OSError, ValueError, SyntaxError, EOFError, struct.error, zlib.error, KeyError)
_BOMBS = (Image.DecompressionBombError, Image.DecompressionBombWarning)


class UploadRefused(Exception):
    """The upload is not kept; `message` says why and how to mend it."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(en)
        self.message = Label(zh=zh, en=en)


@dataclass(frozen=True)
class Position:
    """Where a photo was taken, as its camera wrote it, in degrees (WGS-84)."""

    lon: float
    lat: float


@dataclass(frozen=True)
class Cleaned:
    """What of an upload is worth keeping."""

    content: bytes
    media_type: str
    thumbnail: bytes | None = None
    position: Position | None = None


def clean(upload: BinaryIO, kind: str) -> Cleaned:
    """Give what is worth keeping of an upload, by its content; its name is not asked. Raises UploadRefused."""
    content = upload.read(MAX_UPLOAD + 1)
    if len(content) > MAX_UPLOAD:
        raise UploadRefused(
            f"文件超过 {MAX_UPLOAD >> 20} MB：请压缩后再传，或把照片改为“标准”画质。",
            f"The file is larger than {MAX_UPLOAD >> 20} MB: compress it, or take the photo at "
            "standard quality.",
        )
    if not content:
        raise UploadRefused("文件是空的：请重新选择。", "The file is empty: choose it again.")
    if _is_heic(content):
        raise UploadRefused(
            "暂不支持 HEIC 照片：请在手机“设置—相机—格式”中选“兼容性最佳”，或先转存为 JPEG。",
            "HEIC photos cannot be read here: set the camera's format to Most Compatible, or save "
            "the photo as JPEG.",
        )
    if kind != "photo" and (media_type := _document_type(content)):
        return Cleaned(content, media_type)
    return _picture(content)


def blackened(content: bytes, boxes: Iterable[tuple[int, int, int, int]]) -> bytes:
    """Give a picture with rectangles blacked out for good, each (left, top, width, height) in thousandths of it."""
    with Image.open(io.BytesIO(content), formats=["JPEG"]) as image:
        pixels = image.convert("RGB")
    brush = ImageDraw.Draw(pixels)
    for left, top, wide, high in boxes:
        brush.rectangle(
            (
                left * pixels.width // THOUSAND,
                top * pixels.height // THOUSAND,
                -(-(left + wide) * pixels.width // THOUSAND),
                -(-(top + high) * pixels.height // THOUSAND),
            ),
            fill="black",
        )
    return _jpeg(pixels)


def size_of(content: bytes) -> tuple[int, int]:
    """Give how wide and how high a kept picture is, in pixels."""
    with Image.open(io.BytesIO(content), formats=["JPEG"]) as image:
        return image.size


def _picture(content: bytes) -> Cleaned:
    try:
        with Image.open(io.BytesIO(content), formats=["JPEG", "PNG", "WEBP"]) as image:
            if image.width * image.height > MAX_PIXELS:
                raise _too_many_pixels()
            position = position_of(image)
            image.draft("RGB", (PICTURE_SIDE, PICTURE_SIDE))
            upright = _flat(ImageOps.exif_transpose(image))
    except UnidentifiedImageError as refusal:
        raise UploadRefused(
            "看不懂这个文件：照片请用 JPEG、PNG 或 WebP，文件请用 PDF、DOCX 或 XLSX。",
            "This kind of file is not taken: send photos as JPEG, PNG or WebP, documents as PDF, "
            "DOCX or XLSX.",
        ) from refusal
    except _BOMBS as refusal:
        raise _too_many_pixels() from refusal
    except _BROKEN as refusal:
        raise UploadRefused(
            "照片已损坏或没有传完整：请重新拍摄或重新选择。",
            "The photo is damaged or incomplete: take it or choose it again.",
        ) from refusal
    upright.thumbnail((PICTURE_SIDE, PICTURE_SIDE))
    whole = _jpeg(upright)
    upright.thumbnail((THUMBNAIL_SIDE, THUMBNAIL_SIDE))
    return Cleaned(whole, JPEG, _jpeg(upright), position)


def _flat(image: Image.Image) -> Image.Image:
    """Give the pixels alone, on white where they are transparent."""
    if image.has_transparency_data:
        layered = image.convert("RGBA")
        ground = Image.new("RGB", layered.size, "white")
        ground.paste(layered, mask=layered.getchannel("A"))
        return ground
    pixels = image.convert("RGB")
    pixels.info.clear()
    return pixels


def _jpeg(image: Image.Image) -> bytes:
    sink = io.BytesIO()
    image.save(sink, "JPEG", quality=85)
    return sink.getvalue()


def _too_many_pixels() -> UploadRefused:
    return UploadRefused(
        "照片像素过高（超过 5000 万）：请用普通模式拍摄，或缩小后再传。",
        "The photo has more than 50 million pixels: take it in normal mode, or scale it down.",
    )


def position_of(image: Image.Image) -> Position | None:
    """Give the position in the photo's EXIF; None where there is none or it makes no sense."""
    try:
        place = image.getexif().get_ifd(ExifTags.IFD.GPSInfo)
        lat = _degrees(place[ExifTags.GPS.GPSLatitude], place[ExifTags.GPS.GPSLatitudeRef], "S")
        lon = _degrees(place[ExifTags.GPS.GPSLongitude], place[ExifTags.GPS.GPSLongitudeRef], "W")
    except (*_BROKEN, TypeError, ZeroDivisionError):
        return None
    sensible = abs(lat) <= POLE and abs(lon) <= ANTIMERIDIAN and (lat, lon) != (0, 0)
    return Position(round(lon, 6), round(lat, 6)) if sensible else None


def _degrees(parts: Iterable[float], side: str, negative: str) -> float:
    degrees, minutes, seconds = (float(part) for part in parts)
    found = degrees + minutes / 60 + seconds / 3600
    if not math.isfinite(found):
        raise ValueError("not a position")
    return -found if side.strip("\0 ").upper() == negative else found


def _is_heic(content: bytes) -> bool:
    return content[4:8] == b"ftyp" and content[8:12] in {
        b"heic", b"heix", b"hevc", b"heim", b"heis", b"mif1", b"msf1",
    }  # fmt: skip


def _document_type(content: bytes) -> str | None:
    if content.startswith(b"%PDF-"):
        return PDF
    if content.startswith(b"\xd0\xcf\x11\xe0"):
        raise UploadRefused(
            "旧版 Office 文件不收：请另存为 DOCX、XLSX 或 PDF。",
            "Old Office files are not taken: save as DOCX, XLSX or PDF.",
        )
    return _package_type(content) if content.startswith(b"PK\x03\x04") else None


def _package_type(content: bytes) -> str:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as package:
            parts = {part.filename: part.file_size for part in package.infolist()}
    except (zipfile.BadZipFile, *_BROKEN) as refusal:
        raise UploadRefused(
            "文件已损坏：请重新导出后再传。", "The file is damaged: export it again."
        ) from refusal
    if any(name.endswith("vbaProject.bin") for name in parts):
        raise UploadRefused(
            "文件带有宏：请另存为不含宏的 DOCX 或 XLSX。",
            "The file holds macros: save it as DOCX or XLSX without macros.",
        )
    for folder, media_type in OFFICE_FILES.items():
        if "[Content_Types].xml" in parts and any(name.startswith(folder) for name in parts):
            if sum(parts.values()) <= MAX_UNPACKED:
                return media_type
            break
    raise UploadRefused(
        "压缩包不收：请逐个上传 PDF、DOCX、XLSX 或照片。",
        "Archives are not taken: send PDF, DOCX, XLSX or photos one by one.",
    )
