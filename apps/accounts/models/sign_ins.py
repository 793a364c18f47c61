from django.db import models

from apps.accounts.states import SignInEnd
from apps.core.fields import user_foreign_key
from apps.core.models import BaseModel, BaseQuerySet


class SignInQuerySet(BaseQuerySet):
    def open(self) -> "SignInQuerySet":
        """Sign-ins that have not ended."""
        return self.filter(ended_at__isnull=True)


class SignIn(BaseModel):
    """One device's sign-in: the family of all tokens that grew from it. When it ends, all of them have ended."""

    user = user_foreign_key()
    second_factor = models.BooleanField(default=False, help_text="A second factor was shown.")
    ip_address = models.GenericIPAddressField(null=True)
    user_agent = models.CharField(max_length=300, blank=True)
    ended_at = models.DateTimeField(null=True)
    end_reason = models.CharField(max_length=24, choices=SignInEnd.choices, blank=True)

    objects = SignInQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(ended_at__isnull=True, end_reason="")
                | models.Q(ended_at__isnull=False, end_reason__in=SignInEnd.values),
                name="sign_in_end_has_reason",
            ),
        ]
        indexes = [
            models.Index(fields=["user"], condition=models.Q(ended_at__isnull=True), name="sign_in_open"),
            models.Index(fields=["user", "-created_at"], name="sign_in_newest"),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} {self.created_at:%Y-%m-%d %H:%M}"


class RefreshToken(BaseModel):
    """What one refresh token says. The token itself is not stored: signing the same row again gives the same token."""

    sign_in = models.ForeignKey(SignIn, on_delete=models.CASCADE, related_name="refresh_tokens")
    version = models.PositiveIntegerField(help_text="The user's token version when it was issued.")
    role = models.CharField(max_length=10)
    issued_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    rotated_at = models.DateTimeField(null=True)
    successor = models.OneToOneField("self", null=True, on_delete=models.SET_NULL, related_name="predecessor")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(rotated_at__isnull=False) | models.Q(successor__isnull=True),
                name="refresh_token_successor_needs_rotation",
            ),
            models.CheckConstraint(
                condition=models.Q(expires_at__gt=models.F("issued_at")), name="refresh_token_ends_after_issue"
            ),
            # A family has one living end: two rotations of one token cannot both be stored.
            models.UniqueConstraint(
                fields=["sign_in"], condition=models.Q(rotated_at__isnull=True), name="refresh_token_one_living"
            ),
        ]
        indexes = [models.Index(fields=["expires_at"], name="refresh_token_expiry")]

    def __str__(self) -> str:
        return str(self.pk)
