"""The rows of chapter 4.1."""

from sip.models.case import Call, SipCase

__all__ = ["Call", "SipCase"]
