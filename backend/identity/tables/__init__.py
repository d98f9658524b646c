"""What identity stores."""

from backend.identity.tables.accounts import Account, RefreshToken, Session, SignInCode
from backend.identity.tables.persons import Person
from backend.identity.tables.places import AddressImport, Community, Place
from backend.identity.tables.residencies import (
    Evidence,
    Residency,
    Verification,
    VerificationLock,
)
from backend.identity.tables.roles import Organisation, RoleGrant

__all__ = [
    "Account",
    "AddressImport",
    "Community",
    "Evidence",
    "Organisation",
    "Person",
    "Place",
    "RefreshToken",
    "Residency",
    "RoleGrant",
    "Session",
    "SignInCode",
    "Verification",
    "VerificationLock",
]
