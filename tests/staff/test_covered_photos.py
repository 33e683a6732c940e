"""Photos with parts blacked out or hidden from residents: everywhere at once, with a reason, and back again."""

import io
import re

import pytest
from django.db import DatabaseError, transaction
from PIL import Image
from walking import log_in, picture, report, text

from linli.casework.covering.queries import COVERER
from linli.casework.models import Attachment, PhotoCover, Reading
from linli.registry.isolation import office_transaction
from linli.registry.models import Post

TEAL, BLACK = (0, 128, 128), (0, 0, 0)
CORNER = {"left": ["0"], "top": ["0"], "width": ["500"], "height": ["500"]}
WHY = "画面里有人脸"


class Scene:
    def __init__(self, folk):
        self.folk = folk
        with office_transaction(folk.office):
            post = Post.objects.get(holding__account__username="director")
            post.duties = [*post.duties, COVERER]
            post.save()
        self.visitor, self.number = report(before=picture())
        self.keeper = log_in("director")
        page = text(self.keeper.get(f"/staff/cases/{self.number}/"))
        [self.sha] = set(re.findall(r"/files/([0-9a-f]{64})/", page))
        self.page = f"/staff/cases/{self.number}/photos/{self.sha}/"

    def cover(self, client=None, **form):
        return (client or self.keeper).post(self.page, {"reason": WHY, **form})

    def corners(self, client, path):
        """Give the pixels near the top left and the bottom right of a photo."""
        answer = client.get(path)
        assert answer.status_code == 200, path
        with Image.open(io.BytesIO(answer.content)) as image:
            wide, high = image.size
            spots = [(wide // 10, high // 10), (wide * 9 // 10, high * 9 // 10)]
            return tuple(map(image.getpixel, spots))

    @property
    def everywhere(self):
        tail = f"files/{self.sha}/"
        return [
            (self.keeper, f"/staff/cases/{self.number}/{tail}"),
            (self.keeper, f"/staff/cases/{self.number}/{tail}small/"),
            (self.visitor, f"/cases/{self.number}/{tail}"),
            (self.visitor, f"/cases/{self.number}/{tail}small/"),
        ]


@pytest.fixture
def scene(folk):
    return Scene(folk)


def near(found, wanted):
    return all(abs(one - other) < 30 for one, other in zip(found, wanted, strict=True))


def test_a_part_is_black_wherever_the_photo_is_shown_and_the_rest_is_as_it_was(scene):
    answer = scene.cover(**CORNER)

    assert answer["Location"] == scene.page
    for client, path in scene.everywhere:
        first, last = scene.corners(client, path)
        assert near(first, BLACK), path
        assert near(last, TEAL), path


def test_it_can_be_shown_again_as_it_came_and_every_change_stays_on_record(scene):
    scene.cover(**CORNER)
    scene.cover(restore="1", reason="不是人脸")

    for client, path in scene.everywhere:
        assert near(scene.corners(client, path)[0], TEAL), path
    page = text(scene.keeper.get(scene.page))
    assert page.index("不是人脸") < page.index(WHY)
    with office_transaction(scene.folk.office):
        rows = list(PhotoCover.objects.order_by("pk").values_list("boxes", "is_hidden", "reason"))
        assert rows == [([[0, 0, 500, 500]], False, WHY), ([], False, "不是人脸")]
        assert Attachment.objects.filter(sha256=scene.sha, case__isnull=False).count() == 1


def test_a_hidden_photo_is_gone_for_residents_alone(scene):
    scene.cover(hidden="1")

    assert scene.visitor.get(f"/cases/{scene.number}/files/{scene.sha}/").status_code == 404
    assert scene.sha not in text(scene.visitor.get(f"/cases/{scene.number}/"))
    assert near(scene.corners(*scene.everywhere[0])[0], TEAL)
    assert "居民看不到" in text(scene.keeper.get(f"/staff/cases/{scene.number}/photos/"))


def test_the_original_is_given_for_a_reason_that_is_kept(scene):
    scene.cover(**CORNER)

    refused = scene.keeper.post(f"{scene.page}original/", {"why": " "})
    answer = scene.keeper.post(f"{scene.page}original/", {"why": "居民申请复核"})

    assert refused.status_code == 422
    with Image.open(io.BytesIO(answer.content)) as image:
        assert near(image.getpixel((3, 3)), TEAL)
    assert answer["Cache-Control"] == "private, no-store"
    with office_transaction(scene.folk.office):
        [read] = Reading.objects.filter(reason="居民申请复核")
    by = f"account:{scene.folk.accounts['director']}"
    assert (read.field, read.seq, read.by) == ("@photo.before.1", 1, by)


@pytest.mark.parametrize("form", [
    {"left": ["900"], "top": ["0"], "width": ["200"], "height": ["10"]},
    {"left": ["0"], "top": ["0"], "width": ["0"], "height": ["10"]},
    {"left": ["0"], "top": [""], "width": ["5"], "height": ["10"]},
    {"left": ["-1"], "top": ["0"], "width": ["5"], "height": ["10"]},
    {**CORNER, "reason": " "},
    {},
])  # fmt: skip
def test_what_is_no_rectangle_or_has_no_reason_or_changes_nothing_is_refused(scene, form):
    answer = scene.cover(**form)

    assert answer.status_code == 422
    with office_transaction(scene.folk.office):
        assert PhotoCover.objects.count() == 0


def test_whoever_has_not_the_duty_neither_covers_nor_sees_what_is_under_it(scene):
    scene.cover(**CORNER)
    operator = log_in("operator")

    assert scene.cover(operator, hidden="1").status_code == 403
    assert operator.get(scene.page).status_code == 403
    assert operator.get(f"/staff/cases/{scene.number}/photos/").status_code == 403
    assert operator.post(f"{scene.page}original/", {"why": "x"}).status_code == 403
    assert "/photos/" not in text(operator.get(f"/staff/cases/{scene.number}/"))
    assert near(
        scene.corners(operator, f"/staff/cases/{scene.number}/files/{scene.sha}/")[0], BLACK
    )


def test_covers_are_added_to_and_never_changed(scene):
    scene.cover(**CORNER)

    with office_transaction(scene.folk.office), pytest.raises(DatabaseError), transaction.atomic():
        PhotoCover.objects.update(reason="别的")
