from .commission import CommissionInvoice, CommissionSeries
from .statement import Statement

__all__ = ["CommissionInvoice", "CommissionSeries", "Statement"]
