from django.apps import AppConfig


class DeviationsConfig(AppConfig):
    name = "deviations"
    verbose_name = "Avvikelser"

    def ready(self) -> None:
        from core import outbox
        from deadlines import todo as chapters
        from deviations import todo
        from deviations.messages import KINDS

        outbox.register(*KINDS)
        chapters.register(todo.SOURCE)
