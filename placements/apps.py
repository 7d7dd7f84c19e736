from django.apps import AppConfig


class PlacementsConfig(AppConfig):
    name = "placements"
    verbose_name = "Placeringar"

    def ready(self) -> None:
        from core import outbox
        from deadlines import todo as chapters
        from organisations import demo as demonstration
        from placements import demo, todo
        from placements.messages import KINDS

        outbox.register(*KINDS)
        chapters.register(todo.SOURCE)
        demonstration.register_stories(demo.tell)
