"""What other apps and the edges may have done to people's time."""

from apps.availability.operations.block_time import block_time
from apps.availability.operations.keep_slots import (
    SlotPlan,
    change_slot,
    create_slots,
    give_seats_back,
    remove_slot,
    take_seats,
)
from apps.availability.operations.keep_time import (
    adopt_replacement,
    clear_expiry,
    extend_hold,
    mark_running,
    move_time,
    release_person,
    release_time,
    release_times,
    shorten_time,
)
from apps.availability.operations.lock_people import lock_people
from apps.availability.operations.mark_busy import mark_busy, unmark_busy
from apps.availability.operations.set_hours import (
    Travel,
    remove_opening_exception,
    set_opening_exception,
    set_opening_hours,
    set_schedule,
)
from apps.availability.operations.take_time_off import give_time_back, take_time_off

__all__ = [
    "SlotPlan",
    "Travel",
    "adopt_replacement",
    "block_time",
    "change_slot",
    "clear_expiry",
    "create_slots",
    "extend_hold",
    "give_seats_back",
    "give_time_back",
    "lock_people",
    "mark_busy",
    "mark_running",
    "move_time",
    "release_person",
    "release_time",
    "release_times",
    "remove_opening_exception",
    "remove_slot",
    "set_opening_exception",
    "set_opening_hours",
    "set_schedule",
    "shorten_time",
    "take_seats",
    "take_time_off",
    "unmark_busy",
]
