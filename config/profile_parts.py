"""What the apps add to a person's profile, account, export and erasure: on one page; connected when Django starts."""

from apps.accounts import contributions
from apps.accounts.contributions import Contributions

CONTRIBUTIONS = Contributions()


def connect() -> None:
    """Every part of the page is shown, exported and asked."""
    contributions.connect(CONTRIBUTIONS)
