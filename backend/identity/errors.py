"""How identity says no."""

from backend.core.errors import Conflict, Invalid, NotFound, TooLarge, TooMany, Unauthenticated


class PhoneInvalid(Invalid):
    code = "identity.phone_invalid"


class CodeTooSoon(TooMany):
    """A code went to this phone less than a minute ago."""

    code = "identity.code_too_soon"


class CodeWrong(Invalid):
    """Wrong, expired, used up or never sent: all look alike."""

    code = "identity.code_wrong"


class SessionEnded(Unauthenticated):
    """The session is over: signed out, banned, too old, or its refresh token was used twice."""

    code = "identity.session_ended"


class AccountBanned(Unauthenticated):
    code = "identity.account_banned"


class IdNumberInvalid(Invalid):
    code = "identity.id_number_invalid"


class RealNameInvalid(Invalid):
    code = "identity.real_name_invalid"


class GuardianNeeded(Invalid):
    """Under 14, consent is a guardian's to give (Personal Information Protection Law, article 31)."""

    code = "identity.guardian_needed"


class HolderBanned(Conflict):
    """At the desk only: the phone is a banned account's. A 401 would sign the worker out."""

    code = "identity.holder_banned"


class VerificationLocked(TooMany):
    """Five refusals lock attempts for a while, and the next five for twice as long."""

    code = "identity.verification_locked"


class VerificationOpen(Conflict):
    """One open application an account and community."""

    code = "identity.verification_open"


class AlreadyResident(Conflict):
    code = "identity.already_resident"


class HomeInvalid(Invalid):
    code = "identity.home_invalid"


class LeaseEndNeeded(Invalid):
    code = "identity.lease_end_needed"


class NotYourClaim(Conflict):
    """Only the moderator who claimed an application decides it."""

    code = "identity.not_your_claim"


class OwnApplication(Conflict):
    """Nobody decides about themselves, or about what they entered."""

    code = "identity.own_application"


class PersonElsewhere(Conflict):
    """The ID number belongs to another account; approving moves the person, which must be said aloud."""

    code = "identity.person_elsewhere"


class RoleNotGrantable(Conflict):
    code = "identity.role_not_grantable"


class RoleHeld(Conflict):
    code = "identity.role_held"


class AccountUnknown(NotFound):
    """At the desk only: no verified resident of this community has that phone."""

    code = "identity.account_unknown"


class FileUnreadable(Invalid):
    """An address file that is neither CSV nor XLSX, or lacks a column."""

    code = "identity.file_unreadable"


class LastAdmin(Conflict):
    """A community is never left without a committee admin."""

    code = "identity.last_admin"


class FileTooLarge(TooLarge):
    """An address file, packed or unpacked."""

    code = "identity.file_too_large"


class TooManyRows(Invalid):
    code = "identity.too_many_rows"


class ImportRunning(Conflict):
    """One address file at a time in a community."""

    code = "identity.import_running"


class OwnRole(Conflict):
    """Nobody appoints themselves."""

    code = "identity.own_role"


class CommunityExists(Conflict):
    code = "identity.community_exists"
