from django.apps import AppConfig


class DeadlinesConfig(AppConfig):
    name = "deadlines"
    verbose_name = "Frister"

    def ready(self) -> None:
        from agreements import effects, telling
        from core import outbox
        from deadlines import running, todo
        from deadlines.messages import KINDS

        outbox.register(*KINDS)
        effects.register_running(running.count_for_board)
        # The agreements' own messages lead to their pages. That app lies below this one and can't register itself.
        todo.register(todo.Source({}, lambda by, now: (), "agreement.", telling.link))
