from django.apps import AppConfig


class AgreementsConfig(AppConfig):
    name = "agreements"
    verbose_name = "Överenskommelser"

    def ready(self) -> None:
        from agreements.telling import KINDS
        from core import outbox

        outbox.register(*KINDS)
