"""Why something about points is refused."""

from apps.core.errors import Conflict, Unprocessable


class NotEnoughPoints(Conflict):
    code = "not_enough_points"
    default_message = "You do not have so many points."


class TooFewPoints(Unprocessable):
    code = "too_few_points"
    default_message = "Redeem more points at once."
