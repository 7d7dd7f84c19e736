from django.apps import AppConfig


class AgreementsConfig(AppConfig):
    name = "agreements"
    verbose_name = "Överenskommelser"

    def ready(self) -> None:
        from agreements.demo import CHAPTER
        from agreements.telling import KINDS
        from core import demonstration, outbox

        outbox.register(*KINDS)
        demonstration.register(CHAPTER)
