"""Free time as plain arithmetic: whole seconds and sorted spans, no database and no clock."""

from apps.availability.engine.capacity import has_room
from apps.availability.engine.explain import Refusal, Rule, refusals
from apps.availability.engine.facts import (
    Assignment,
    Block,
    Grid,
    Horizon,
    Offer,
    Person,
    Question,
    Rules,
)
from apps.availability.engine.free import free_spans, free_starts
from apps.availability.engine.hours import (
    ROUND_THE_CLOCK,
    Hours,
    ZonePeriod,
    clock_of_minute,
    minute_of_clock,
    open_spans,
    week,
)

__all__ = [
    "ROUND_THE_CLOCK",
    "Assignment",
    "Block",
    "Grid",
    "Horizon",
    "Hours",
    "Offer",
    "Person",
    "Question",
    "Refusal",
    "Rule",
    "Rules",
    "ZonePeriod",
    "clock_of_minute",
    "free_spans",
    "free_starts",
    "has_room",
    "minute_of_clock",
    "open_spans",
    "refusals",
    "week",
]
