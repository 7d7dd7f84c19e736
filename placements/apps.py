from django.apps import AppConfig


class PlacementsConfig(AppConfig):
    name = "placements"
    verbose_name = "Placeringar"

    def ready(self) -> None:
        from core import demonstration, outbox
        from deadlines import effects
        from deadlines import todo as chapters
        from placements import clocks, todo
        from placements.demo import CHAPTER
        from placements.effects import last_day_passes
        from placements.messages import KINDS

        outbox.register(*KINDS)
        for kind in (clocks.EXPIRY, clocks.LAST_DAY):
            effects.register(kind, last_day_passes)
        chapters.register(todo.SOURCE)
        demonstration.register(CHAPTER)
