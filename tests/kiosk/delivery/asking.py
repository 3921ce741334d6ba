"""What the tests of the platform's client ask with, and the code of what comes back."""

from __future__ import annotations

from devices.contract import Fault, IdentityDocument
from tests.kiosk.delivery.samples import NAME, NUMBER, SECRETS, draft

CARD = IdentityDocument(source="samv", kind="resident", name=NAME, number=NUMBER, valid_until="长期")
PARCEL = draft().parcel()


def code(result: object) -> str:
    assert isinstance(result, Fault), result
    assert not [secret for secret in SECRETS if secret in repr(result)]
    return result.code
