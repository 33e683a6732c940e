"""Health, and what is shown when a page cannot be."""

from __future__ import annotations

from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

Text = str | Promise


@require_safe
def healthz(request: HttpRequest) -> HttpResponse:  # noqa: ARG001
    """Answer 'ok' when the database answers."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return HttpResponse("ok\n", content_type="text/plain")


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001
    """Answer 404: nothing is at this address, or not for this person."""
    return _told(request, 404, _("这里没有页面"), _("地址可能有误，或者内容已经移走。"))


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:  # noqa: ARG001
    """Answer 403: the post held does not cover this."""
    return _told(request, 403, _("您的岗位看不到这里"), _("如需查看，请联系本街道的管理员。"))


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:  # noqa: ARG001
    """Answer 403 with a way to try again: the form was open too long, or cookies are off."""
    advice = _(
        "页面打开太久，或浏览器没有接受 Cookie。请返回上一页，刷新后再提交；填过的内容没有发出。"
    )
    return _told(request, 403, _("这次提交没有通过"), advice)


def broken(request: HttpRequest) -> HttpResponse:
    """Answer 500: nothing was saved."""
    advice = _("本次操作没有保存。请稍后再试；如果一再出现，请告诉管理员发生的时间。")
    return _told(request, 500, _("系统出了问题"), advice)


def _told(request: HttpRequest, status: int, title: Text, advice: Text) -> HttpResponse:
    context = {"title": title, "advice": advice, "back": _("回到首页")}
    return render(request, "project/error.html", context, status=status)
