from django.apps import AppConfig


class FollowupConfig(AppConfig):
    name = "followup"
    verbose_name = "Samordningsgrupper och uppföljning"

    def ready(self) -> None:
        from core import outbox
        from deadlines import effects, todo
        from followup.clocks import EFFECTS
        from followup.messages import KINDS
        from followup.todo import SOURCE

        outbox.register(*KINDS)
        for kind, effect in EFFECTS.items():
            effects.register(kind, effect)
        todo.register(SOURCE)
