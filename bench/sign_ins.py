"""Phones with a code each, so that every sign-in of a measured second is somebody's first."""

import itertools
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

import asyncpg

from backend.core.clock import now
from backend.core.crypto import lookup_hmac, seal
from backend.identity.service.codes import phone_hmac
from backend.identity.service.sessions import phone_cell

PHONES = 60_000
HALF = PHONES // 2
CODE = "123456"
DAY = timedelta(days=1)
_CODE_IDS = 1 << 120
_ACCOUNT_IDS = 2 << 120


def phone(number: int) -> str:
    """Number 0 is the recorded sign-in, the first half is the application's, the second the bare limit's."""
    return f"139{number:08d}"


def code_id(number: int) -> UUID:
    return UUID(int=_CODE_IDS + number)


def account_id(number: int) -> UUID:
    return UUID(int=_ACCOUNT_IDS + number)


def body(number: int) -> dict[str, Any]:
    return {"phone": phone(number), "code": CODE, "device": {"platform": "ios", "name": "bench"}}


async def owe_codes(dsn: str) -> None:
    """Known accounts, each with a code drawn a moment ago."""
    accounts, codes, at = [], [], now()
    for number in range(PHONES):
        e164 = f"+86{phone(number)}"
        account, code = account_id(number), code_id(number)
        found_by = phone_hmac(e164)
        accounts.append((account, seal(e164, bound_to=phone_cell(account)), found_by, "zh-CN", "standard", "auto"))
        drawn = lookup_hmac("sign_in_code", f"{code}:{CODE}")
        codes.append((code, found_by, "", drawn, 0, at, at + DAY))
    database = await asyncpg.connect(dsn)
    try:
        await database.copy_records_to_table(
            "account", records=accounts, columns=["id", "phone_sealed", "phone_hmac", "locale", "ui_mode", "theme"]
        )
        await database.copy_records_to_table(
            "sign_in_code",
            records=codes,
            columns=["id", "phone_hmac", "phone_sealed", "code_hmac", "tries", "asked_at", "expires_at"],
        )
        await database.execute("ANALYZE account; ANALYZE sign_in_code")
    finally:
        await database.close()


@dataclass
class SignIns:
    """Hands out, one a request, what stands in for the recorded person."""

    phone_hmacs: list[bytes]
    recorded_hmac: bytes
    _next: "itertools.count[int]"

    @classmethod
    def second_half(cls) -> "SignIns":
        hmacs = [phone_hmac(f"+86{phone(number)}") for number in range(HALF, PHONES)]
        return cls(hmacs, phone_hmac(f"+86{phone(0)}"), itertools.count())

    def substitutes(self) -> dict[Any, Any]:
        number = next(self._next)
        return {
            self.recorded_hmac: self.phone_hmacs[number],
            code_id(0): code_id(HALF + number),
            account_id(0): account_id(HALF + number),
        }
