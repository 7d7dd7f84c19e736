"""The second factor of local accounts: an app with one-time codes, and ten recovery codes on paper."""

from __future__ import annotations

import base64

import segno
from django.db import transaction
from django_otp import devices_for_user
from django_otp.models import Device
from django_otp.plugins.otp_static.models import StaticDevice, StaticToken
from django_otp.plugins.otp_totp.models import TOTPDevice

from organisations.models import User

RECOVERY_CODES = 10
APP, PAPER = "Kodapp", "Reservkoder"


def has_app(user: User) -> bool:
    return TOTPDevice.objects.filter(user=user, confirmed=True).exists()


def app_to_set_up(user: User) -> TOTPDevice:
    """The app that waits for its first code. The same secret is shown until it is confirmed."""
    device, _made = TOTPDevice.objects.get_or_create(user=user, confirmed=False, defaults={"name": APP})
    return device


def secret_of(device: TOTPDevice) -> str:
    """The secret as apps take it, in groups of four for the one who types."""
    secret = base64.b32encode(device.bin_key).decode().rstrip("=")
    return " ".join(secret[i : i + 4] for i in range(0, len(secret), 4))


def picture_of(device: TOTPDevice) -> str:
    """The QR code as a data address; nothing is stored and nobody else is asked."""
    return str(segno.make(device.config_url, error="m").svg_data_uri(border=2))


def confirm_app(device: TOTPDevice, code: str) -> list[str] | None:
    """Confirm the app by its first code. Returns new recovery codes, or nothing when the code is wrong."""
    with transaction.atomic():
        if not device.verify_token(code):
            return None
        device.confirmed = True
        device.save()
        TOTPDevice.objects.filter(user=device.user).exclude(pk=device.pk).delete()
        return new_recovery_codes(device.user)


def new_recovery_codes(user: User) -> list[str]:
    """Replace the recovery codes. They are shown once."""
    with transaction.atomic():
        device, _made = StaticDevice.objects.get_or_create(user=user, defaults={"name": PAPER})
        device.token_set.all().delete()
        codes = [StaticToken.random_token() for _ in range(RECOVERY_CODES)]
        StaticToken.objects.bulk_create([StaticToken(device=device, token=code) for code in codes])
    return codes


def recovery_codes_left(user: User) -> int:
    return StaticToken.objects.filter(device__user=user).count()


def device_for(user: User, code: str) -> Device | None:
    """The user's device that accepts the code. Guessing is slowed down by each device itself."""
    with transaction.atomic():
        devices = sorted(devices_for_user(user, for_verify=True), key=lambda device: device.persistent_id)
        return next((device for device in devices if device.verify_token(code)), None)


def remove_all(user: User) -> None:
    """Forget the app and the codes: at the next login the user sets up a new app."""
    TOTPDevice.objects.filter(user=user).delete()
    StaticDevice.objects.filter(user=user).delete()
