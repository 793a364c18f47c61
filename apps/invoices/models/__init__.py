from .invoice import Invoice
from .series import NumberSeries
from .tax import TaxDetails

__all__ = ["Invoice", "NumberSeries", "TaxDetails"]
