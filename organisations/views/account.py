"""Log in and out, choose assignment, the second factor, and one's own account."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.auth import login as start_session
from django.contrib.auth import logout as end_session
from django.contrib.auth import update_session_auth_hash
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST
from django_otp import login as verify_session
from knox.models import AuthToken

from core.policy import PUBLIC, SIGNED_IN, policy
from core.workdays import local_day
from organisations import second_factor as factor
from organisations.forms import CodeForm, FirstPasswordForm, LoginForm, MailForm, NewPasswordForm
from organisations.middleware import SESSION_ASSIGNMENT, SESSION_SEEN, must_verify
from organisations.models import Assignment, GroupMember

TOKENS_AT_MOST = 10
GET_POST = ["GET", "HEAD", "POST"]


# --- in and out -------------------------------------------------------------------------------------------------------
@policy(PUBLIC)
@never_cache
@sensitive_post_parameters("password")
@require_http_methods(GET_POST)
def login(request: Any) -> HttpResponse:
    """Start a session. Its id is new (fixation), and failures count towards the lockout (django-axes)."""
    if request.htmx:
        # A fragment can't ask for a password: send the whole page here, and back afterwards.
        back = urlencode({"next": request.htmx.current_url_abs_path or "/"})
        return HttpResponse(headers={"HX-Redirect": f"{request.path}?{back}"})
    if request.user.is_authenticated:
        return redirect(_next(request))
    form = LoginForm(request, request.POST or None)
    if form.is_valid():
        user = form.get_user()
        user.is_verified = lambda: False  # type: ignore[attr-defined]  # A password alone verifies nobody.
        start_session(request, user)
        if must_verify(request):
            return redirect(f"{reverse('organisations:second_factor')}?{urlencode({'next': _next(request)})}")
        return redirect(_next(request))
    return render(request, "organisations/login.html", {"form": form, "next": _next(request)})


def _next(request: HttpRequest) -> str:
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    safe = url_has_allowed_host_and_scheme(
        wanted, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return wanted if safe else reverse("home")


def locked_out(request: Any, original_response: Any = None, credentials: Any = None) -> HttpResponse:
    """Too many failed logins (called by django-axes). Says the same whether the account exists or not."""
    return render(request, "organisations/locked_out.html", status=429)


@policy(SIGNED_IN)
@require_POST
def logout(request: Any) -> HttpResponse:
    end_session(request)
    messages.success(request, "Du är utloggad.")
    return redirect("organisations:login")


logout.before_second_factor = True  # type: ignore[attr-defined]


@policy(SIGNED_IN)
@require_POST
def extend(request: Any) -> HttpResponse:
    """Stay logged in: the user pressed Fortsätt in the warning before the idle limit."""
    request.session[SESSION_SEEN] = request.now.isoformat()
    return HttpResponse(status=204)


extend.before_second_factor = True  # type: ignore[attr-defined]


# --- assignment -------------------------------------------------------------------------------------------------------
@policy(SIGNED_IN)
@never_cache
@require_http_methods(GET_POST)
def choose_assignment(request: Any) -> HttpResponse:
    """The user's assignments in force. Switching gives the session a new id; what was visible before no longer is."""
    mine = (
        Assignment.objects.in_force(local_day(request.now))
        .filter(user=request.user)
        .select_related("unit__authority__huvudman")
        .order_by("unit__authority__huvudman__name", "unit__name", "role")
    )
    if request.method == "POST":
        chosen = next((one for one in mine if str(one.pk) == request.POST.get("assignment")), None)
        if chosen is None:
            raise Http404("assignment")
        request.session.cycle_key()
        request.session[SESSION_ASSIGNMENT] = str(chosen.pk)
        messages.success(request, f"Du arbetar nu som {_as_words(chosen)}.")
        return redirect("home")
    return render(request, "organisations/choose_assignment.html", {"assignments": mine})


def _as_words(assignment: Assignment) -> str:
    role = assignment.get_role_display()
    # Roles that begin with an abbreviation keep their capitals.
    return f"{role[0].lower()}{role[1:]} i {assignment.unit.name}"


# --- a password of one's own ------------------------------------------------------------------------------------------
@policy(SIGNED_IN)
@never_cache
@sensitive_post_parameters()
@require_http_methods(GET_POST)
def choose_password(request: Any) -> HttpResponse:
    """Replace the password an administrator gave. Nothing else can be reached before."""
    if not request.user.password_is_temporary:
        return redirect("organisations:profile")
    form = FirstPasswordForm(request.user, request.POST or None)
    if form.is_valid():
        user = form.save(commit=False)
        user.password_is_temporary = False
        user.save()
        update_session_auth_hash(request, user)
        return redirect("home")
    return render(request, "organisations/choose_password.html", {"form": form})


choose_password.before_second_factor = True  # type: ignore[attr-defined]


# --- the second factor ------------------------------------------------------------------------------------------------
@policy(SIGNED_IN)
@never_cache
@require_http_methods(GET_POST)
def second_factor(request: Any) -> HttpResponse:
    """Give the code of the app; or, the first time, set the app up and get recovery codes."""
    user = request.user
    if user.password_is_temporary:
        return redirect("organisations:choose_password")
    if user.is_verified():
        return redirect("organisations:profile")
    form = CodeForm(request.POST or None)
    if factor.has_app(user):
        return _give_code(request, form)
    return _set_up_app(request, form)


second_factor.before_second_factor = True  # type: ignore[attr-defined]


def _give_code(request: Any, form: CodeForm) -> HttpResponse:
    if form.is_valid():
        device = factor.device_for(request.user, form.cleaned_data["code"])
        if device is not None:
            _verified(request, device)
            return redirect(_next(request))
        form.add_error("code", "Koden stämmer inte, eller är redan använd. Vänta på nästa kod i appen och försök igen.")
    return render(request, "organisations/second_factor.html", {"form": form, "next": _next(request)})


def _set_up_app(request: Any, form: CodeForm) -> HttpResponse:
    device = factor.app_to_set_up(request.user)
    if form.is_valid():
        codes = factor.confirm_app(device, form.cleaned_data["code"])
        if codes is not None:
            _verified(request, device)
            return _show_codes(request, codes, _next(request))
        form.add_error("code", "Koden stämmer inte. Kontrollera att klockan i telefonen går rätt och försök igen.")
    context = {
        "form": form,
        "next": _next(request),
        "picture": factor.picture_of(device),
        "secret": factor.secret_of(device),
    }
    return render(request, "organisations/second_factor_setup.html", context)


def _verified(request: Any, device: Any) -> None:
    request.session.cycle_key()
    verify_session(request, device)


def _show_codes(request: Any, codes: list[str], onwards: str) -> HttpResponse:
    return render(request, "organisations/recovery_codes.html", {"codes": codes, "onwards": onwards})


@policy(SIGNED_IN)
@never_cache
@require_POST
def recovery_codes(request: Any) -> HttpResponse:
    """New recovery codes instead of the old ones, shown once."""
    if not request.user.is_verified():
        raise Http404("second factor")
    return _show_codes(request, factor.new_recovery_codes(request.user), reverse("organisations:profile"))


# --- one's own account ------------------------------------------------------------------------------------------------
@policy(SIGNED_IN)
@never_cache
@sensitive_post_parameters()
@require_http_methods(GET_POST)
def profile(request: Any) -> HttpResponse:
    """One's own account: mail, password, second factor, keys for the API."""
    mail, password = MailForm(instance=request.user), NewPasswordForm(request.user)
    if request.method == "POST" and request.POST.get("what") == "mail":
        mail = MailForm(request.POST, instance=request.user)
        if mail.is_valid():
            mail.save()
            messages.success(request, "Inställningen för e-post är sparad.")
            return redirect("organisations:profile")
    elif request.method == "POST" and request.POST.get("what") == "password":
        password = NewPasswordForm(request.user, request.POST)
        if password.is_valid():
            password.save()
            # Whoever has the old password, or a key made with it, is out.
            AuthToken.objects.filter(user=request.user).delete()
            update_session_auth_hash(request, request.user)
            messages.success(request, "Lösenordet är bytt. Du är utloggad överallt utom här.")
            return redirect("organisations:profile")
    forms = {"forms": [mail, password], "mail": mail, "password": password}
    return render(request, "organisations/profile.html", _profile(request) | forms)


def _profile(request: Any) -> dict[str, Any]:
    user, today = request.user, local_day(request.now)
    return {
        "assignments": Assignment.objects.in_force(today).filter(user=user).select_related("unit__authority__huvudman"),
        "groups": GroupMember.objects.filter(
            Q(ends_on=None) | Q(ends_on__gt=today), user=user, starts_on__lte=today
        ).select_related("group"),
        "has_app": factor.has_app(user),
        "codes_left": factor.recovery_codes_left(user),
        "tokens": AuthToken.objects.filter(user=user, expiry__gt=request.now).order_by("-created"),
        "tokens_at_most": TOKENS_AT_MOST,
    }


@policy(SIGNED_IN)
@never_cache
@require_POST
def create_token(request: Any) -> HttpResponse:
    """A new key for the API, shown once. It works for the user's assignments, for some hours."""
    if AuthToken.objects.filter(user=request.user, expiry__gt=request.now).count() >= TOKENS_AT_MOST:
        messages.error(request, f"Du har redan {TOKENS_AT_MOST} nycklar. Återkalla en först.")
        return redirect("organisations:profile")
    token, secret = AuthToken.objects.create(user=request.user)
    return render(request, "organisations/token.html", {"token": token, "secret": secret})


@policy(SIGNED_IN)
@require_POST
def revoke_token(request: Any, token_key: str) -> HttpResponse:
    """End one of one's own keys at once."""
    deleted, _by_model = AuthToken.objects.filter(user=request.user, token_key=token_key).delete()
    if not deleted:
        raise Http404("token")
    messages.success(request, "Nyckeln är återkallad.")
    return redirect("organisations:profile")
