"""What bookings refuse."""

from apps.core.errors import Conflict, Invalid, NotAllowed, NotFound, WrongState


class NoSuchBooking(NotFound):
    code = "booking_not_found"
    default_message = "There is no such booking."


class NoSuchService(NotFound):
    code = "service_not_found"
    default_message = "There is no such service."


class NoSuchPerformer(Invalid):
    code = "staff_unknown"
    default_message = "This person does not perform this service."


class ExtraUnknown(Invalid):
    code = "extra_unknown"
    default_message = "This extra does not belong to the service."


class AddressMissing(Invalid):
    code = "address_missing"
    default_message = "This service is done at the customer's: say where."


class OutOfReach(Invalid):
    code = "out_of_reach"
    default_message = "The business does not come this far."


class StartInPast(Invalid):
    code = "start_in_past"
    default_message = "The start lies in the past."


class StartTooFar(Invalid):
    code = "start_too_far"
    default_message = "Nobody plans that far ahead."


class NotBookable(Conflict):
    code = "not_bookable"
    default_message = "This business is not taking bookings at the moment."


class BookingWrongState(WrongState):
    """``data`` names the state it is in, and those in which this can be done."""

    default_message = "The booking's state does not allow this. Look at it again to see what can be done."


class NotYours(NotAllowed):
    code = "action_not_allowed"
    default_message = "You may see this booking, but not do this with it."


class ReasonMissing(Invalid):
    code = "reason_missing"
    default_message = "Say why."


class MoneyClaimed(Conflict):
    """What was paid is kept back until the customer's bank has decided."""

    code = "money_claimed"
    default_message = (
        "The customer's bank has claimed the payment back. Wait for its decision, or call the booking off."
    )


class NotPaid(Conflict):
    code = "not_paid"
    default_message = "The booking has not been paid for yet."


class BookingStarted(Conflict):
    code = "booking_started"
    default_message = "The booking's start has passed."


class PersonBusy(Conflict):
    code = "person_busy"
    default_message = "Another job of this person is still in progress."


class PartOfSession(Conflict):
    code = "part_of_session"
    default_message = "This is a seat of a session, which is started and completed for all its seats at once."


class PaidWithCourse(Conflict):
    code = "paid_with_course"
    default_message = "Until it is paid for, a session of a course is paid for and cancelled with the whole course."


class NoSuchCourseBooking(NotFound):
    code = "course_booking_not_found"
    default_message = "There is no such booking of a course."


class CourseBookingWrongState(WrongState):
    default_message = "No session of the course is left of which this could be done."


class CourseBegins(Conflict):
    code = "course_begins"
    default_message = "This course takes no more bookings: it has begun, begins too soon, or is closed."


class SeatedAlready(Conflict):
    code = "seated_already"
    default_message = "This course booking has its seats in that session already."


class SessionStarted(WrongState):
    default_message = "The session's state does not allow this. Look at it again to see what can be done."


class SessionNotStarted(WrongState):
    default_message = "The session has not been started."


class NoSuchSession(NotFound):
    code = "session_not_found"
    default_message = "There is no such session."


class SlotUnknown(Invalid):
    code = "slot_unknown"
    default_message = "This service is not done in this slot."


class ParticipantsWrong(Invalid):
    code = "participants_wrong"
    default_message = "The participants do not fit the booking."


class MoveUnclear(Invalid):
    code = "move_unclear"
    default_message = "Say where the booking is to move."


class SeriesWrong(Invalid):
    code = "series_wrong"
    default_message = "This series cannot be booked."


class SeriesClash(Conflict):
    """``data`` names the clashing starts, what would work instead, and whether the others can be booked without them."""

    code = "series_clash"
    default_message = "Some dates of the series are taken. Nothing was booked; you may skip them."
    default_retryable = False


class SeatsFree(Conflict):
    code = "seats_free"
    default_message = "There are free seats: book one."


class AlreadyWaiting(Conflict):
    code = "already_waiting"
    default_message = "You are in this line already."


class NoSuchEntry(NotFound):
    code = "waiting_entry_not_found"
    default_message = "You are not in this line."


class NoOffer(WrongState):
    default_message = "No seat is offered to you, or the offer has run out."


class SopIncomplete(Conflict):
    """``data`` names the items that are still open."""

    code = "sop_incomplete"
    default_message = "Required items of the checklist are still open."


class SopItemUnknown(Invalid):
    code = "sop_item_unknown"
    default_message = "The checklist has no such item."


class TooEarly(Conflict):
    code = "too_early"
    default_message = "It is too early for this."


class NoticeTooShort(Conflict):
    code = "notice_too_short"
    default_message = "It is too close to the start to move this booking."


class StaffDeclined(Conflict):
    code = "staff_declined"
    default_message = "This person has declined the booking at this time: choose another person, or another time."


class NoSuchStaff(NotFound):
    code = "staff_not_found"
    default_message = "There is no such person at this business."


class SpanInvalid(Invalid):
    code = "span_invalid"
    default_message = "This span of time cannot be used."


class NoSuchReview(NotFound):
    code = "review_not_found"
    default_message = "There is no such Ranking Review."


class ReviewEnded(WrongState):
    default_message = "This Ranking Review has ended already."


class NothingToPay(WrongState):
    default_message = "There is nothing to pay, or the time to pay has run out."


class BusinessNotPayable(Conflict):
    code = "business_not_payable"
    default_message = "This business cannot receive money at the moment."


class NoSuchExtra(NotFound):
    code = "extra_not_found"
    default_message = "Nothing of the kind was added to this booking."


class ExtrasUnpaid(Conflict):
    """``data`` says what to pay, and where."""

    code = "extras_unpaid"
    default_message = "Pay for what was added to your earlier job before you book again."


class SosNotOpen(WrongState):
    default_message = "An alarm can be raised from two hours before the start to two hours after the end."


class NoSuchAlarm(NotFound):
    code = "alarm_not_found"
    default_message = "There is no such alarm."


class AlarmAcknowledged(Conflict):
    """``data`` says who was faster."""

    code = "alarm_acknowledged"
    default_message = "Somebody else has acknowledged it already."


class UploadRefused(NotAllowed):
    code = "upload_refused"
    default_message = "The address to upload to is not valid, or not any more."


class NotARecording(Invalid):
    code = "not_a_recording"
    default_message = "The body is not sound of the type that it says."


class NoSuchRecording(NotFound):
    code = "recording_not_found"
    default_message = "There is no such piece of sound."


class ChunkTaken(Conflict):
    code = "chunk_taken"
    default_message = "Another piece of sound has this number already."


class RecordingFull(Conflict):
    code = "recording_full"
    default_message = "The recording has reached its longest length."


class ContactMissing(Conflict):
    code = "contact_missing"
    default_message = "The customer has left nothing to be reached by in this way."


class PackagePays(Conflict):
    code = "package_pays"
    default_message = "A package pays for a part of it: the rest is paid online, too."


class VisitEnded(NotFound):
    code = "visit_ended"
    default_message = "This link does not open a booking, or not any more."


class TipUnclear(Invalid):
    code = "tip_unclear"
    default_message = "Say how much the tip is, and for whom."


class NobodyToTip(Conflict):
    code = "nobody_to_tip"
    default_message = "There is nobody else who did this work, and so nobody to tip."


class NothingToRelease(WrongState):
    default_message = "There is no money waiting to be released."


class LinkUnknown(NotFound):
    code = "link_unknown"
    default_message = "This link is not whole, or none of ours. Open it again from the letter."


class LinkUsed(Conflict):
    code = "link_used"
    default_message = "This link has been used: each of them acts once."
    default_retryable = False


class LinkExpired(Conflict):
    code = "link_expired"
    default_message = "This link has run out: it was good until the appointment's start."
    default_retryable = False


class LinkRevoked(Conflict):
    code = "link_revoked"
    default_message = "This link has ended with the booking."
    default_retryable = False


class NoSuchFeed(NotFound):
    code = "calendar_feed_not_found"
    default_message = "This key opens no calendar. It may have been changed or closed."


class PerformsNoJobs(NotAllowed):
    code = "performs_no_jobs"
    default_message = "Only those who perform jobs have a calendar of them."
