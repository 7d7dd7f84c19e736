from django.apps import AppConfig


class OrganisationsConfig(AppConfig):
    name = "organisations"
    verbose_name = "Organisationer"

    def ready(self) -> None:
        from core import outbox
        from organisations.recipients import addresses

        outbox.register_addresses(addresses)
