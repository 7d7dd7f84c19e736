"""Addresses say barn and vuxna, as people do; the code says what the agreement's files say."""

from __future__ import annotations

from agreements.values import Coordination

WORDS = {str(Coordination.CHILDREN): "barn", str(Coordination.ADULTS): "vuxna"}
_CODES = {words: code for code, words in WORDS.items()}


class CoordinationConverter:
    """`barn` in an address, `children` in the view; any other word is no address."""

    regex = "[a-z]+"

    def to_python(self, value: str) -> str:
        if value not in _CODES:
            raise ValueError(value)
        return _CODES[value]

    def to_url(self, value: str) -> str:
        return WORDS.get(value, value)
