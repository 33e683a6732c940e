"""The demo's photos: a few dozen plain scenes drawn for it, before and after, one kind for each sort of trouble."""

from __future__ import annotations

import io
import math
from collections.abc import Callable
from random import Random

from PIL import Image, ImageDraw, ImageFilter

SIZE = (960, 720)
HORIZON = 300
KINDS = ("road", "litter", "bikes", "lamp", "water", "stall", "green", "wall", "cover", "stairs")
VARIANTS = 2

Draw = ImageDraw.ImageDraw
Colour = tuple[int, int, int]


def draw_pictures(seed: int) -> dict[tuple[str, str], list[bytes]]:
    """Give JPEG pictures by (kind, 'before' or 'after'), the same ones for the same seed."""
    pictures: dict[tuple[str, str], list[bytes]] = {}
    for number, kind in enumerate(KINDS):
        for moment in ("before", "after"):
            chances = (Random(f"{seed}-{number}-{variant}") for variant in range(VARIANTS))
            pictures[kind, moment] = [
                _picture(kind, moment == "before", chance) for chance in chances
            ]
    return pictures


def _picture(kind: str, is_before: bool, chance: Random) -> bytes:
    image = Image.new("RGB", SIZE)
    draw = ImageDraw.Draw(image)
    _street(draw, chance)
    _SCENES[kind](draw, is_before, chance)
    grain = Image.effect_noise(SIZE, 18).convert("RGB")
    image = Image.blend(image.filter(ImageFilter.GaussianBlur(0.8)), grain, 0.06)
    out = io.BytesIO()
    image.save(out, "JPEG", quality=82)
    return out.getvalue()


def _street(draw: Draw, chance: Random) -> None:
    light = chance.randint(-14, 14)
    for y in range(HORIZON):
        draw.line(
            ((0, y), (SIZE[0], y)), (176 + light + y // 10, 198 + light + y // 12, 220 + light)
        )
    x = -40
    while x < SIZE[0]:
        width, height = chance.randint(120, 220), chance.randint(110, 240)
        shade = chance.randint(168, 214)
        draw.rectangle((x, HORIZON - height, x + width, HORIZON), (shade, shade - 8, shade - 18))
        for row in range(HORIZON - height + 18, HORIZON - 24, 34):
            for column in range(x + 16, x + width - 24, 38):
                draw.rectangle((column, row, column + 20, row + 18), (112, 132, 150))
        x += width + chance.randint(4, 26)
    draw.rectangle((0, HORIZON, SIZE[0], SIZE[1]), (142, 140, 136))
    draw.rectangle((0, HORIZON, SIZE[0], HORIZON + 70), (186, 180, 170))
    for x in range(0, SIZE[0], 48):
        draw.line(((x, HORIZON), (x - 60, HORIZON + 70)), (166, 160, 150), 2)
    draw.rectangle((0, HORIZON + 70, SIZE[0], HORIZON + 82), (120, 118, 114))
    for x in range(-60, SIZE[0], 240):
        draw.polygon([(x, 560), (x + 130, 560), (x + 116, 580), (x - 14, 580)], (226, 224, 214))
    for x in (90, 820):
        draw.rectangle((x - 7, HORIZON - 120, x + 7, HORIZON + 8), (104, 82, 62))
        draw.ellipse((x - 74, HORIZON - 220, x + 74, HORIZON - 90), (88, 128, 84))


def _blot(
    draw: Draw, centre: tuple[int, int], size: tuple[int, int], colour: Colour, chance: Random
) -> None:
    points = []
    for step in range(18):
        angle = step * math.tau / 18
        reach = chance.uniform(0.75, 1.1)
        points.append(
            (
                centre[0] + size[0] * reach * math.cos(angle),
                centre[1] + size[1] * reach * math.sin(angle),
            )
        )
    draw.polygon(points, colour)


def _road(draw: Draw, is_before: bool, chance: Random) -> None:
    spot = (chance.randint(380, 560), 500)
    if not is_before:
        draw.rectangle((spot[0] - 170, spot[1] - 52, spot[0] + 170, spot[1] + 52), (104, 104, 106))
        return
    _blot(draw, spot, (150, 50), (92, 88, 84), chance)
    _blot(draw, (spot[0] + 8, spot[1] + 8), (112, 32), (58, 54, 52), chance)
    for _ in range(9):
        end = (spot[0] + chance.randint(-260, 260), spot[1] + chance.randint(-90, 90))
        draw.line((spot, end), (96, 92, 88), 3)


def _litter(draw: Draw, is_before: bool, chance: Random) -> None:
    for number, colour in enumerate(((46, 92, 60), (60, 60, 64), (132, 76, 40), (52, 84, 132))):
        left = 330 + number * 86
        draw.rounded_rectangle((left, 270, left + 74, 384), 8, colour)
        draw.rectangle((left - 4, 262, left + 78, 278), tuple(max(0, part - 22) for part in colour))
    if is_before:
        for _ in range(24):
            spot = (chance.randint(240, 760), chance.randint(384, 470))
            shade = chance.randint(40, 210)
            _blot(draw, spot, (34, 22), (shade, shade - 12, shade - 22), chance)


def _bikes(draw: Draw, is_before: bool, chance: Random) -> None:
    for number in range(11 if is_before else 6):
        x = chance.randint(160, 820) if is_before else 220 + number * 96
        y = chance.randint(360, 470) if is_before else 362
        colour = ((36, 120, 196), (228, 178, 40), (70, 160, 96))[number % 3]
        for wheel in (x - 34, x + 34):
            draw.ellipse((wheel - 24, y - 24, wheel + 24, y + 24), outline=(40, 40, 44), width=5)
        draw.line(((x - 34, y), (x - 4, y - 44), (x + 34, y), (x - 34, y)), colour, 7)
        draw.line(((x + 34, y), (x + 24, y - 62), (x + 42, y - 66)), (50, 50, 54), 5)


def _lamp(draw: Draw, is_before: bool, chance: Random) -> None:
    x = chance.randint(420, 560)
    draw.rectangle((x - 7, 70, x + 7, 380), (92, 98, 104))
    draw.line(((x, 76), (x + 110, 60)), (92, 98, 104), 10)
    if is_before:
        draw.polygon([(x + 90, 58), (x + 150, 96), (x + 136, 112), (x + 80, 74)], (70, 74, 80))
        draw.line(((x + 110, 84), (x + 96, 190)), (30, 30, 30), 4)
    else:
        draw.ellipse((x + 84, 46, x + 152, 78), (250, 236, 170))


def _water(draw: Draw, is_before: bool, chance: Random) -> None:
    draw.rectangle((440, 470, 540, 500), (70, 72, 74))
    for x in range(448, 536, 12):
        draw.line(((x, 472), (x, 498)), (120, 122, 124), 4)
    if is_before:
        _blot(draw, (490, 520), (330, 92), (112, 128, 140), chance)
        _blot(draw, (470, 512), (230, 52), (138, 156, 170), chance)


def _stall(draw: Draw, is_before: bool, chance: Random) -> None:
    if not is_before:
        return
    x = chance.randint(300, 480)
    draw.rectangle((x, 330, x + 260, 430), (176, 132, 84))
    for stripe in range(8):
        colour = (198, 62, 52) if stripe % 2 else (240, 236, 226)
        draw.rectangle((x - 20 + stripe * 38, 214, x + 18 + stripe * 38, 258), colour)
    for post in (x - 16, x + 276):
        draw.rectangle((post, 250, post + 8, 430), (96, 96, 98))
    for _ in range(26):
        spot = (x + chance.randint(14, 246), chance.randint(312, 336))
        draw.ellipse((spot[0] - 13, spot[1] - 13, spot[0] + 13, spot[1] + 13), (206, 120, 46))


def _green(draw: Draw, is_before: bool, chance: Random) -> None:
    draw.rectangle((120, 330, 840, 430), (108, 146, 84))
    for _ in range(220):
        x, y = chance.randint(124, 836), chance.randint(334, 426)
        draw.line(((x, y), (x + 3, y - 10)), (84, 124, 66), 2)
    if is_before:
        for _ in range(6):
            _blot(draw, (chance.randint(200, 760), 384), (64, 24), (150, 126, 92), chance)
        draw.line(((250, 330), (520, 410)), (98, 76, 56), 18)


def _wall(draw: Draw, is_before: bool, chance: Random) -> None:
    draw.rectangle((180, 120, 780, 372), (206, 200, 190))
    for y in range(140, 372, 26):
        draw.line(((180, y), (780, y)), (186, 180, 170), 2)
    if is_before:
        for _ in range(13):
            x, y = chance.randint(200, 690), chance.randint(140, 310)
            shade = (236, 226, 160) if chance.random() > 0.5 else (214, 226, 240)  # noqa: PLR2004
            draw.rectangle((x, y, x + 70, y + 46), shade)
            for line in range(y + 10, y + 40, 10):
                draw.line(((x + 8, line), (x + 60, line)), (90, 80, 70), 3)


def _cover(draw: Draw, is_before: bool, chance: Random) -> None:
    x = chance.randint(400, 540)
    draw.ellipse((x - 110, 470, x + 110, 560), (70, 68, 66))
    if is_before:
        draw.ellipse((x - 92, 482, x + 92, 556), (24, 22, 22))
        draw.ellipse((x + 60, 446, x + 250, 520), (92, 90, 88))
    else:
        draw.ellipse((x - 98, 476, x + 98, 554), (98, 96, 94))
        for ring in (70, 44, 18):
            draw.ellipse(
                (x - ring, 515 - ring // 3, x + ring, 515 + ring // 3),
                outline=(76, 74, 72),
                width=4,
            )


def _stairs(draw: Draw, is_before: bool, chance: Random) -> None:
    draw.rectangle((0, 0, SIZE[0], SIZE[1]), (206, 204, 196))
    for step in range(9):
        y = 660 - step * 52
        draw.rectangle(
            (250 + step * 26, y - 52, 900, y), (176 - step * 5, 172 - step * 5, 164 - step * 5)
        )
    draw.line(((236, 560), (500, 70)), (110, 70, 52), 14)
    if is_before:
        for _ in range(9):
            x, y = chance.randint(80, 620), chance.randint(470, 640)
            shade = chance.randint(120, 190)
            size = chance.randint(50, 96)
            draw.rectangle(
                (x, y - size, x + size, y), (shade, shade - 34, shade - 70), (96, 70, 44), 3
            )


_SCENES: dict[str, Callable[[Draw, bool, Random], None]] = {
    "road": _road,
    "litter": _litter,
    "bikes": _bikes,
    "lamp": _lamp,
    "water": _water,
    "stall": _stall,
    "green": _green,
    "wall": _wall,
    "cover": _cover,
    "stairs": _stairs,
}
