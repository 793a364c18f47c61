"""Pages of accounts for people: the links of their mails, and the back office's door."""

from django.urls import path

from apps.accounts import back_office, pages

urlpatterns = [
    path("account/verify-email/", pages.VerifyEmailPage.as_view(), name="verify-email-page"),
    path("account/reset-password/", pages.ResetPasswordPage.as_view(), name="reset-password-page"),
    path("admin/second-factor/", back_office.SecondFactorPage.as_view(), name="back-office-second-factor"),
    # In place of the admin's own form, which would leave the old tokens alive.
    path("admin/password_change/", back_office.PasswordPage.as_view(), name="back-office-password"),
]
