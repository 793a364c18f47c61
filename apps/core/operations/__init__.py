from apps.core.operations.advance_clock import AdvanceReport, advance_clock

__all__ = ["AdvanceReport", "advance_clock"]
