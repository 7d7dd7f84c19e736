from django.apps import AppConfig


class DisputesConfig(AppConfig):
    name = "disputes"
    verbose_name = "Tvister"

    def ready(self) -> None:
        from core import demonstration, outbox
        from deadlines import effects, todo
        from disputes.climbing import time_is_out
        from disputes.demo import CHAPTER
        from disputes.kinds import LEVEL_CLOCK
        from disputes.messages import KINDS
        from disputes.todo import SOURCE

        outbox.register(*KINDS)
        effects.register(LEVEL_CLOCK, time_is_out)
        todo.register(SOURCE)
        demonstration.register(CHAPTER)
