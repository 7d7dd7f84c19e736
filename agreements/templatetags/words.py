"""`{{ text|linked:linker }}`: the agreement's own words as links to its glossary."""

from __future__ import annotations

from django import template
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString

from agreements.words import Linker, anchor_of

register = template.Library()
register.filter("word_anchor", anchor_of)


@register.filter
def linked(text: str, linker: Linker | str | None) -> SafeString:
    """The text with links, or as it is where the page has no glossary at hand."""
    return linker.link(text) if isinstance(linker, Linker) else conditional_escape(text)


@register.simple_tag
def fresh_words(linker: Linker | str | None) -> Linker | None:
    """A linker for the next text on the page."""
    return linker.fresh() if isinstance(linker, Linker) else None
