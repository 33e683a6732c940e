"""Uploads: refused with a cure or kept encrypted, pictures cleaned of all that is not picture."""

from __future__ import annotations

import hashlib
import io
import math
import os
import secrets
import struct
import zipfile
import zlib
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from django.conf import settings
from django.db import transaction
from PIL import ExifTags, Image, ImageOps

from linli.casework import keys
from linli.casework.models import Attachment
from linli.rulebook.casefile import Exhibit
from linli.rulebook.mechanism import Label

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from django.db.models import QuerySet

MAX_UPLOAD = 10 * 1024 * 1024
MAX_PIXELS = 52_000_000  # a phone's 50 megapixels; more would take too much memory to decode
MAX_UNPACKED = 200 * 1024 * 1024
POLE, ANTIMERIDIAN = 90, 180
PICTURE_SIDE = 2048
THUMBNAIL_SIDE = 480
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


class AttachmentMissing(Exception):
    """There is no such attachment, or its file is not on this machine."""


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


@dataclass(frozen=True)
class Kept:
    """An upload that was kept: the exhibit to bring along with the action, and the photo's position."""

    exhibit: Exhibit
    position: Position | None


@dataclass(frozen=True)
class Opened:
    """An attachment read back."""

    content: bytes
    media_type: str
    name: str


@dataclass(frozen=True)
class Sender:
    """Who sends a file, when, as evidence of which kind (photo, file, signature) and tag."""

    by: str
    at: datetime
    kind: str
    tag: str


def keep_upload(
    *, office: int, case: int | None, upload: BinaryIO, name: str, sender: Sender
) -> Kept:
    """Keep a file for a case, or (case None) for one that is about to be opened. Raises UploadRefused."""
    cleaned = clean(upload, sender.kind)
    file_key = keys.new_data_key()
    sha256 = _store(office, keys.encrypt(file_key, cleaned.content, b"whole"))
    thumbnail, position = cleaned.thumbnail, cleaned.position
    row = Attachment.objects.create(
        office_id=office,
        case_id=case,
        sha256=sha256,
        thumbnail=thumbnail and _store(office, keys.encrypt(file_key, thumbnail, b"thumbnail")),
        wrapped_key=keys.wrap(office, file_key),
        kind=sender.kind,
        tag=sender.tag,
        name="" if thumbnail else Path(name.replace("\\", "/")).name[:120],
        media_type=cleaned.media_type,
        size=len(cleaned.content),
        lon=position and position.lon,
        lat=position and position.lat,
        by=sender.by,
        at=sender.at,
    )
    return _kept(row)


def kept_before(*, office: int, sha256: str, by: str) -> Kept:
    """Give an upload of this sender that no case has taken yet, so that it need not be sent twice."""
    return _kept(_found(office, None, sha256, by=by))


def photo(*, office: int, case: int | None, sha256: str) -> Opened:
    """Give an attachment back, whole. Whether the reader may see it is the caller's question."""
    row = _found(office, case, sha256)
    return _open(row, row.sha256, b"whole")


def thumbnail(*, office: int, case: int | None, sha256: str) -> Opened:
    """Give the small picture of a photo, at most 480 pixels a side."""
    row = _found(office, case, sha256)
    return _open(row, row.thumbnail, b"thumbnail")


def erase_files(*, office: int, case: int) -> int:
    """Erase the files of a case: their keys now, their bytes once this transaction is committed."""
    return _erase(office, Attachment.objects.filter(office_id=office, case_id=case))


def sweep_orphans(*, office: int, before: datetime) -> int:
    """Erase what was sent before that moment and never became part of a case; give how many files."""
    unclaimed = Attachment.objects.filter(office_id=office, case_id=None, at__lt=before)
    erased = _erase(office, unclaimed)
    for folder in sorted(_folder(office).glob("??")):
        old = {
            path.name: path
            for path in folder.iterdir()
            if path.stat().st_mtime < before.timestamp()
        }
        for name in old.keys() - _known(office, old):
            old[name].unlink()
            erased += 1
    return erased


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


def _picture(content: bytes) -> Cleaned:
    try:
        with Image.open(io.BytesIO(content), formats=["JPEG", "PNG", "WEBP"]) as image:
            if image.width * image.height > MAX_PIXELS:
                raise _too_many_pixels()
            position = position_of(image)
            image.draft("RGB", (PICTURE_SIDE, PICTURE_SIDE))
            upright = _flat(ImageOps.exif_transpose(image))
    except Image.UnidentifiedImageError as refusal:
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


def _folder(office: int) -> Path:
    return Path(settings.LINLI_HOME) / "files" / str(office)


def _store(office: int, sealed: bytes) -> str:
    """Write ciphertext under its own hash, on the disk before the database hears of it."""
    sha256 = hashlib.sha256(sealed).hexdigest()
    path = _folder(office) / sha256[:2] / sha256
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = path.with_name(f"{sha256}.{secrets.token_hex(4)}")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(sealed)
        file.flush()
        os.fsync(file.fileno())
    draft.rename(path)
    return sha256


def _found(office: int, case: int | None, sha256: str, **more: str) -> Attachment:
    row = Attachment.objects.filter(office_id=office, case_id=case, sha256=sha256, **more).first()
    if row is None:
        raise AttachmentMissing(f"no attachment {sha256}")
    return row


def _kept(row: Attachment) -> Kept:
    known = row.lon is not None and row.lat is not None
    position = Position(row.lon, row.lat) if known else None
    return Kept(Exhibit(row.kind, row.tag, row.sha256, has_position=known), position)


def _open(row: Attachment, sha256: str, part: bytes) -> Opened:
    if not sha256:
        raise AttachmentMissing("this attachment has no small picture")
    file_key = keys.unwrap(row.office_id, bytes(row.wrapped_key))
    try:
        sealed = _path(row.office_id, sha256).read_bytes()
    except FileNotFoundError as refusal:
        raise AttachmentMissing(f"the file {sha256} is not on this machine") from refusal
    return Opened(keys.decrypt(file_key, sealed, part), row.media_type, row.name)


def _erase(office: int, rows: QuerySet[Attachment]) -> int:
    """Delete rows (and with them the keys) now; files nobody else needs once the deletion is committed."""
    names = {name for pair in rows.values_list("sha256", "thumbnail") for name in pair if name}
    count, _per_table = rows.delete()
    for name in names - _known(office, names):
        transaction.on_commit(partial(_path(office, name).unlink, missing_ok=True))
    return count


def _known(office: int, names: Iterable[str]) -> set[str]:
    rows = Attachment.objects.filter(office_id=office)
    listed = list(names)
    whole = rows.filter(sha256__in=listed).values_list("sha256", flat=True)
    small = rows.filter(thumbnail__in=listed).values_list("thumbnail", flat=True)
    return {*whole, *small}


def _path(office: int, sha256: str) -> Path:
    return _folder(office) / sha256[:2] / sha256
