"""Tags that keep what they have drawn: addresses, and what is the same for everybody who reads one language.

They are built in, so every template has them: `url` is Django's own, with its answers kept.
"""

from __future__ import annotations

from typing import Any

from django.template import Library, Node, NodeList, TemplateSyntaxError
from django.template.base import FilterExpression, Parser, TextNode, Token, Variable
from django.template.context import Context
from django.template.defaulttags import CommentNode, LoadNode, URLNode
from django.template.defaulttags import url as django_url
from django.template.library import SimpleNode
from django.templatetags.i18n import TranslateNode
from django.templatetags.static import StaticNode
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

from linli.ui.around import address

register = Library()
ALIKE = (TextNode, LoadNode, CommentNode, StaticNode, TranslateNode, URLNode, SimpleNode)


class _AddressNode(URLNode):
    """Gives an address that was worked out before; asks Django for those that `as` keeps or that have named parts."""

    def render(self, context: Context) -> SafeString:
        if self.kwargs or self.asvar:
            return mark_safe(super().render(context))  # noqa: S308 - Django's own answer
        parts = [part.resolve(context) for part in self.args]
        return mark_safe(conditional_escape(address(self.view_name.resolve(context), *parts)))  # noqa: S308


@register.tag
def url(parser: Parser, token: Token) -> URLNode:
    """Give the address of a page: Django's tag, which works each address out but once a process."""
    made = django_url(parser, token)
    return _AddressNode(made.view_name, made.args, made.kwargs, made.asvar)


class _AlikeNode(Node):
    """What stands between `alike` and `endalike`, drawn once a language."""

    def __init__(self, nodelist: NodeList) -> None:
        self.nodelist = nodelist
        self.drawn: dict[str, SafeString] = {}

    def render(self, context: Context) -> SafeString:
        language = get_language() or ""
        if language not in self.drawn:
            self.drawn[language] = self.nodelist.render(context)
        return self.drawn[language]


@register.tag
def alike(parser: Parser, token: Token) -> _AlikeNode:
    """Keep a piece of the frame that is alike on every page of a language: words, addresses, icons, names of files.

    Whatever depends on the page or on who asks is refused when the template is read.
    """
    nodelist = parser.parse(("endalike",))
    parser.delete_first_token()
    for node in nodelist.get_nodes_by_type(Node):
        if not isinstance(node, ALIKE) or any(map(_is_asked_of_the_page, _given(node))):
            wrong = node.token.contents if node.token else type(node).__name__
            raise TemplateSyntaxError(
                f"{{% {token.contents} %}} keeps what is alike on every page: {wrong!r} is not"
            )
    return _AlikeNode(nodelist)


def _given(node: Node) -> list[Any]:
    """Give what a tag is called with, and the name that it would keep its answer under."""
    if isinstance(node, TranslateNode):
        return [node.filter_expression, node.message_context, bool(node.asvar)]
    if isinstance(node, StaticNode):
        return [node.path, bool(node.varname)]
    if isinstance(node, URLNode):
        return [node.view_name, *node.args, *node.kwargs.values(), bool(node.asvar)]
    if isinstance(node, SimpleNode):
        return [*node.args, *node.kwargs.values(), node.takes_context or bool(node.target_var)]
    return []


def _is_asked_of_the_page(given: object) -> bool:
    if isinstance(given, FilterExpression):
        return isinstance(given.var, Variable) and given.var.lookups is not None
    return given is True
