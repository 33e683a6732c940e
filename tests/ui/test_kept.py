"""What templates keep: addresses, and the pieces of the frame that are alike on every page of a language."""

import pytest
from django.template import Context, Template, TemplateSyntaxError
from django.urls import NoReverseMatch, reverse
from django.utils import translation

PIECE = '{% load parts %}{% alike %}<a href="{% url "staff:cases" %}">{% icon "list" %}{% translate "案件" %}</a>{% endalike %}'


def drawn(text, **values):
    return Template(text).render(Context(values))


def test_an_address_is_the_one_that_django_gives():
    number = "GM26 0000001/a"

    text = drawn('{% url "staff:case" number %}', number="GM26-0000001")

    assert text == reverse("staff:case", args=["GM26-0000001"])
    with pytest.raises(NoReverseMatch):
        drawn('{% url "staff:case" number %}', number=number)
    assert drawn('{% url "staff:case" number as found %}[{{ found }}]', number=number) == "[]"


def test_addresses_of_a_number_and_of_its_digits_are_told_apart_from_those_of_truth():
    assert drawn('{% url "staff:list-let-go" one %}', one=1) == reverse(
        "staff:list-let-go", args=[1]
    )

    with pytest.raises(NoReverseMatch):
        drawn('{% url "staff:list-let-go" one %}', one=True)


def test_what_is_alike_is_drawn_once_a_language():
    template = Template(PIECE)

    with translation.override("zh-hans"):
        chinese = [template.render(Context()) for _ in range(2)]
    with translation.override("en"):
        english = template.render(Context())

    assert chinese[0] == chinese[1]
    assert "案件" in chinese[0]
    assert "案件" not in english
    assert english.count(reverse("staff:cases")) == 1


@pytest.mark.parametrize(
    "inside",
    [
        "{{ name }}",
        "{% if name %}x{% endif %}",
        "{% icon name %}",
        '{% url "staff:case" name %}',
        '{% translate "案件" as title %}',
        "{% translate name %}",
        "{% csrf_token %}",
        "{% print_class %}",
    ],
)
def test_what_depends_on_the_page_is_refused_where_all_are_alike(inside):
    with pytest.raises(TemplateSyntaxError, match="alike on every page"):
        Template("{% load parts %}{% alike %}" + inside + "{% endalike %}")
