from django.apps import AppConfig


class CoreConfig(AppConfig):
    name = "core"
    verbose_name = "Mekanismer"

    def ready(self) -> None:
        from django.db.models.signals import post_migrate

        from core.form_words import use_plain_words
        from core.grants import grant_privileges
        from core.rowsecurity import write_policies_out

        use_plain_words()
        post_migrate.connect(grant_privileges, dispatch_uid="core.grants")
        post_migrate.connect(write_policies_out, dispatch_uid="core.policies")
