"""What can be done about points. All are keyword-only.

earn_points(trades, at) -> int                             once for each hold, a set at a time
return_points(hold_id, transfer_id, customer_id, …, at)    with money that went back after its release
redeem_points(points, currency, by, at) -> Grant
"""

from .earn import Trade, earn_points, return_points
from .redeem import redeem_points

__all__ = ["Trade", "earn_points", "redeem_points", "return_points"]
