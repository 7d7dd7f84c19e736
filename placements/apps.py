from django.apps import AppConfig


class PlacementsConfig(AppConfig):
    name = "placements"
    verbose_name = "Placeringar"

    def ready(self) -> None:
        from core import demonstration, outbox
        from deadlines import todo as chapters
        from placements import todo
        from placements.demo import CHAPTER
        from placements.messages import KINDS

        outbox.register(*KINDS)
        chapters.register(todo.SOURCE)
        demonstration.register(CHAPTER)
