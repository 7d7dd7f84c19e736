from django.apps import AppConfig


class IndividualsConfig(AppConfig):
    name = "individuals"
    verbose_name = "Personer, samtycke och utlämnande"

    def ready(self) -> None:
        from individuals.closing import open_matters
        from organisations import closing

        closing.register(open_matters)
