"""What has had its day is forgotten."""

from datetime import datetime, timedelta

from django.db.models import Q

from apps.accounts.models import OneTimeCode, RefreshToken, SignIn, SignInGuard
from apps.core.conf import timer
from apps.core.sweeps import sweep

_KEPT_CODES = timedelta(days=1)
_KEPT_SIGN_INS = timedelta(days=90)


@sweep("accounts.forget_tokens", every=timedelta(hours=1), batch=5_000, queue="bulk")
def forget_tokens(at: datetime, limit: int) -> int:
    """Refresh tokens that have run out are gone; an old one that comes back then is refused as any other."""
    spent = RefreshToken.objects.filter(expires_at__lt=at).order_by("expires_at").values("pk")[:limit]
    deleted, _ = RefreshToken.objects.filter(pk__in=spent).delete()
    return deleted


@sweep("accounts.forget_codes", every=timedelta(hours=1), batch=5_000, queue="bulk")
def forget_codes(at: datetime, limit: int) -> int:
    """One-time codes of yesterday are gone."""
    spent = OneTimeCode.objects.filter(expires_at__lt=at - _KEPT_CODES).values("pk")[:limit]
    deleted, _ = OneTimeCode.objects.filter(pk__in=spent).delete()
    return deleted


@sweep("accounts.forget_sign_ins", every=timedelta(hours=6), batch=5_000, queue="bulk")
def forget_sign_ins(at: datetime, limit: int) -> int:
    """Sign-ins that ended, or whose tokens all ran out, a season ago are gone."""
    oldest = at - _KEPT_SIGN_INS
    over = Q(ended_at__lt=oldest) | Q(created_at__lt=oldest, refresh_tokens__isnull=True)
    spent = SignIn.objects.filter(over).values("pk").distinct()[:limit]
    deleted, _ = SignIn.objects.filter(pk__in=spent).delete()
    return deleted


@sweep("accounts.forget_failures", every=timedelta(hours=1), batch=5_000, queue="bulk")
def forget_failures(at: datetime, limit: int) -> int:
    """Failures to sign in that no longer count are gone."""
    spent = SignInGuard.objects.filter(last_failed_at__lt=at - timer("SIGN_IN_ACCOUNT_FORGETS")).values("pk")[:limit]
    deleted, _ = SignInGuard.objects.filter(pk__in=spent).delete()
    return deleted
