"""Refusals of accounts. Signing in tells nobody whether a person is known."""

from apps.core.errors import Conflict, Invalid, NotAllowed, NotAuthenticated, TooManyRequests


class EmailTaken(Conflict):
    code = "email_taken"
    default_message = "There is an account with this e-mail. Sign in, or set a new password."


class PhoneTaken(Conflict):
    code = "phone_taken"
    default_message = "There is an account with this phone number."


class WrongCredentials(NotAuthenticated):
    code = "wrong_credentials"
    default_message = "These do not belong together. Check what you typed."


class LockedOut(TooManyRequests):
    code = "locked_out"
    default_message = "Too many failed attempts. Wait before you try again."


class TokenEnded(NotAuthenticated):
    code = "token_ended"
    default_message = "This token has ended. Sign in again."


class ChallengeEnded(NotAuthenticated):
    code = "challenge_ended"
    default_message = "Signing in took too long. Begin again."


class LinkEnded(Invalid):
    code = "link_ended"
    default_message = "This link has been used or has run out. Ask for a new one."


class CodeWrong(Invalid):
    code = "code_wrong"
    default_message = "This code is not right, or has run out."


class PasswordWrong(Invalid):
    code = "password_wrong"
    default_message = "This is not your password."


class WeakPassword(Invalid):
    code = "password_weak"
    default_message = "Choose a better password."


class AlreadyEnrolled(Conflict):
    code = "second_factor_on"
    default_message = "A second factor is switched on already."


class NotEnrolled(Conflict):
    code = "second_factor_off"
    default_message = "No second factor is being set up or switched on."


class SecondFactorNeeded(NotAllowed):
    code = "second_factor_required"
    default_message = "Set up a second factor first."


class PasswordChangeNeeded(NotAllowed):
    code = "password_change_required"
    default_message = "Change your password first."


class ReadOnly(NotAllowed):
    code = "read_only"
    default_message = "You are looking at somebody's screen: nothing can be changed, and private papers stay closed."


class ScopeMissing(NotAllowed):
    code = "scope_missing"
    default_message = "This API key has no scope for this."


class OwnAccount(NotAllowed):
    code = "own_account"
    default_message = "Somebody else has to do this to your account."


class LastAdmin(Conflict):
    code = "last_admin"
    default_message = "There must always be one administrator."


class NotViewable(NotAllowed):
    code = "not_viewable"
    default_message = "Only a customer's screen can be looked at."


class ErasureRefused(Conflict):
    code = "erasure_refused"
    default_message = "The account cannot be erased yet."


class TooMany(Conflict):
    code = "too_many"
    default_message = "There are as many of these as there can be. Remove one first."
