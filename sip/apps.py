from django.apps import AppConfig


class SipConfig(AppConfig):
    name = "sip"
    verbose_name = "SIP"

    def ready(self) -> None:
        from core import outbox
        from sip.messages import KINDS

        outbox.register(*KINDS)
