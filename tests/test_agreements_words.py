"""AGR-1: definitions and abbreviations link to the glossary, the first time they stand in a text."""

from __future__ import annotations

import re

import pytest
from django.test import Client
from django.urls import reverse

from agreements.models import Agreement
from agreements.words import Linker, anchor_of, linker_for
from tests.conftest import sign_in

KEY = "halland-2025-2029"


def linker() -> Linker:
    words = {"utan dröjsmål": "ord-a", "boende": "ord-b", "skyddat boende": "ord-c", "SIP": "ord-d"}
    pattern = re.compile(
        r"\b(?P<short>SIP)\b|\b(?P<word>(?i:utan dröjsmål|skyddat boende|boende))(?:arna|er|en|t|n)?s?\b"
    )
    return Linker("/ordlista/", words, pattern)


def test_agr1_a_word_is_linked_once_in_a_text_and_anew_in_the_next() -> None:
    one = linker()
    assert one.link("Boendet och boende").count("<a") == 1
    assert one.link("boende").count("<a") == 0
    assert one.fresh().link("boende") == '<a class="term" href="/ordlista/#ord-b">boende</a>'


def test_agr1_the_longest_word_wins_and_parts_of_words_are_left_alone() -> None:
    assert 'href="/ordlista/#ord-c">Skyddat boende</a>' in linker().link("Skyddat boende")
    assert "<a" not in linker().link("gruppboende, SIPar och sip")


def test_agr1_what_is_linked_is_escaped() -> None:
    assert linker().link("<b>SIP</b>") == '&lt;b&gt;<a class="term" href="/ordlista/#ord-d">SIP</a>&lt;/b&gt;'


@pytest.mark.django_db
def test_agr1_every_link_on_a_page_leads_to_a_word(client: Client) -> None:
    reader = sign_in(client, "hylte-socialtjanst-barn")
    glossary = reader.get(reverse("agreements:glossary", args=[KEY])).content.decode()
    page = reader.get(reverse("agreements:detail", args=[KEY])).content.decode()
    linked = set(re.findall(r'class="term" href="[^"#]*#([^"]+)"', page))
    assert linked
    assert all(f'id="{anchor}"' in glossary for anchor in linked)
    agreement = Agreement.objects.get(key=KEY)
    words = [*agreement.definitions.all(), *agreement.abbreviations.all()]
    anchors = [anchor_of(entry.word) for entry in words]
    assert len(set(anchors)) == len(anchors)
    assert linker_for(agreement).pattern is not None
