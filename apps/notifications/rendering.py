"""Words with values in them. Templates are checked before they are kept, and see nothing but declared variables."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.template import Context, Engine, TemplateSyntaxError
from django.template.base import FilterExpression, Node, NodeList, TextNode, VariableNode
from django.template.base import Template as Compiled
from django.template.base import Variable as TemplateVariable
from django.template.defaulttags import IfNode
from django.template.loader import get_template

from apps.core.conf import setting
from apps.notifications.errors import TemplateRefused
from apps.notifications.kinds import COMMON, Kind
from apps.notifications.letters import DEFAULT_LANGUAGE, PARTS, Words

# Neither loads tags nor includes files: what ops write can show values and choose between words, nothing else.
_HTML_ENGINE = Engine(loaders=[], libraries={}, autoescape=True)
_PLAIN_ENGINE = Engine(loaders=[], libraries={}, autoescape=False)
# These stay on the dashboard, where no secret may be.
_STORED_PARTS = {"title", "push"}
_REFUSED_FILTERS = {"safe", "safeseq", "escapeseq"}


def check(kind: Kind, words: Words) -> None:
    """The words can be used for the kind. Raises: TemplateRefused, naming each wrong part and variable."""
    errors: dict[str, list[str]] = {}
    for part in PARTS:
        source = getattr(words, part)
        problems = _problems(kind, part, source) if source.strip() else ["Write something here."]
        if problems:
            errors[part] = problems
    if errors:
        raise TemplateRefused(errors=errors)


def render(words: Words, values: Mapping[str, str]) -> Words:
    """The words with the values in them; headlines and short lines on one line."""
    context = {**common_values(), **values}
    made = {part: _render(getattr(words, part), context, is_html=part == "html") for part in PARTS}
    for part in ("subject", "title", "push", "sms"):
        made[part] = " ".join(made[part].split())
    return Words(**made)


def render_line(source: str, values: Mapping[str, str]) -> str:
    """One short line of words with the values in it."""
    return " ".join(_render(source, {**common_values(), **values}, is_html=False).split())


@dataclass(frozen=True, kw_only=True)
class Frame:
    """What stands below every mail, in one language."""

    questions: str
    why: str
    stop: str


FRAMES = {
    "en": Frame(
        questions="Questions? Write to",
        why="You receive this because of your account or a booking at {name}. We never ask for your password by e-mail.",
        stop="Stop receiving messages of this kind",
    ),
    "fr": Frame(
        questions="Des questions ? Écrivez à",
        why="Vous recevez ceci à cause de votre compte ou d'une réservation chez {name}. Nous ne demandons jamais votre "
        "mot de passe par e-mail.",
        stop="Ne plus recevoir de messages de ce genre",
    ),
}


def framed_html(words: Words, *, unsubscribe_url: str = "", language: str = DEFAULT_LANGUAGE) -> str:
    """The whole mail as HTML: the letter in the brand's frame, styles written into the elements."""
    import css_inline  # noqa: PLC0415  # only those who send need it

    frame = get_template("notifications/frame.html")
    page = frame.render({**_brand(language), "words": words, "unsubscribe_url": unsubscribe_url})
    return css_inline.CSSInliner(keep_style_tags=True).inline(page)


def framed_text(words: Words, *, unsubscribe_url: str = "", language: str = DEFAULT_LANGUAGE) -> str:
    """The whole mail as text."""
    frame = get_template("notifications/frame.txt")
    return frame.render({**_brand(language), "words": words, "unsubscribe_url": unsubscribe_url}).strip() + "\n"


def common_values() -> dict[str, str]:
    """What every kind's words may use, except the person's name."""
    return {
        "recipient_name": "",
        "platform_name": setting("PLATFORM_NAME"),
        "support_email": setting("PLATFORM_SUPPORT_EMAIL"),
        "home_url": settings.PUBLIC_BASE_URL,
    }


def _brand(language: str) -> dict[str, Any]:
    spoken = language if language in FRAMES else DEFAULT_LANGUAGE
    frame = FRAMES[spoken]
    return {
        **common_values(),
        "primary": setting("BRAND_PRIMARY"),
        "accent": setting("BRAND_ACCENT"),
        "language": spoken,
        "frame": replace(frame, why=frame.why.format(name=setting("PLATFORM_NAME"))),
    }


def _render(source: str, context: dict[str, Any], *, is_html: bool) -> str:
    return str(_compiled(source, is_html).render(Context(context, autoescape=is_html)))


@lru_cache(maxsize=2048)
def _compiled(source: str, is_html: bool) -> Compiled:
    return (_HTML_ENGINE if is_html else _PLAIN_ENGINE).from_string(source)


def _problems(kind: Kind, part: str, source: str) -> list[str]:
    try:
        nodes = (_HTML_ENGINE if part == "html" else _PLAIN_ENGINE).from_string(source).nodelist
    except TemplateSyntaxError as error:
        return [f"This cannot be read: {error}"]
    known = {
        name: variable
        for name, variable in {**COMMON, **kind.variables}.items()
        if not (variable.secret and part in _STORED_PARTS)
    }
    return list(dict.fromkeys(_node_problems(nodes, known)))


def _node_problems(nodes: NodeList, known: Mapping[str, Any]) -> Iterator[str]:
    for node in nodes:
        yield from _one_node_problems(node, known)


def _one_node_problems(node: Node, known: Mapping[str, Any]) -> Iterator[str]:
    if isinstance(node, TextNode):
        return
    if isinstance(node, VariableNode):
        yield from _expression_problems(node.filter_expression, known)
    elif isinstance(node, IfNode):
        for condition, inside in node.conditions_nodelists:
            yield from _condition_problems(condition, known)
            yield from _node_problems(inside, known)
    else:
        yield "Of the tags, only if, elif, else and endif can be used."


def _condition_problems(condition: Any, known: Mapping[str, Any]) -> Iterator[str]:
    for child in (getattr(condition, "first", None), getattr(condition, "second", None)):
        if child is not None:
            yield from _condition_problems(child, known)
    value = getattr(condition, "value", None)
    if isinstance(value, FilterExpression):
        yield from _expression_problems(value, known)


def _expression_problems(expression: FilterExpression, known: Mapping[str, Any]) -> Iterator[str]:
    for function, arguments in expression.filters:
        name = getattr(function, "_filter_name", function.__name__)
        if name in _REFUSED_FILTERS:
            yield f"The filter {name} would let people's own text act as HTML."
        for is_variable, argument in arguments:
            if is_variable:
                yield from _variable_problems(argument, known)
    if isinstance(expression.var, TemplateVariable):
        yield from _variable_problems(expression.var, known)


def _variable_problems(variable: TemplateVariable, known: Mapping[str, Any]) -> Iterator[str]:
    if variable.lookups is not None and (len(variable.lookups) > 1 or variable.lookups[0] not in known):
        yield f"There is no variable {variable.var}; there are {', '.join(sorted(known))}."
