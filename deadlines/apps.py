from django.apps import AppConfig


class DeadlinesConfig(AppConfig):
    name = "deadlines"
    verbose_name = "Frister"

    def ready(self) -> None:
        from agreements import effects
        from core import outbox
        from deadlines import running
        from deadlines.messages import KINDS

        outbox.register(*KINDS)
        effects.register_running(running.count_for_board)
