from django.apps import AppConfig


class DeviationsConfig(AppConfig):
    name = "deviations"
    verbose_name = "Avvikelser"

    def ready(self) -> None:
        from core import demonstration, outbox
        from deadlines import todo as chapters
        from deviations import todo
        from deviations.demo import CHAPTER
        from deviations.messages import KINDS

        outbox.register(*KINDS)
        chapters.register(todo.SOURCE)
        demonstration.register(CHAPTER)
