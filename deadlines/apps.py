from django.apps import AppConfig


class DeadlinesConfig(AppConfig):
    name = "deadlines"
    verbose_name = "Frister"

    def ready(self) -> None:
        from core import outbox
        from deadlines.messages import KINDS

        outbox.register(*KINDS)
