"""What the parts of a matter may be, by the words that stand in its file.

Apart from the models of a matter, which take their time to load: home and lists need these words only.
"""

from __future__ import annotations

from enum import StrEnum


class Shape(StrEnum):
    CERTIFICATE = "certificate"  # a paper printed on the spot
    QUERY = "query"  # an answer shown, and printed if wanted
    FILING = "filing"  # the platform accepts at once
    APPLICATION = "application"  # a form and materials, decided later


class Need(StrEnum):
    """What the terminal must have for this matter."""

    IDENTITY = "identity"
    RECEIPT = "receipt"
    DOCUMENT = "document"


class LimitUnit(StrEnum):
    IMMEDIATE = "immediate"
    MINUTE = "minute"
    HOUR = "hour"
    WORKDAY = "workday"
    CALENDAR_DAY = "calendar_day"
    MONTH = "month"  # of the calendar: from 31 January to the last of February


class MaterialSource(StrEnum):
    """How the terminal comes by a material without paper."""

    CARD = "card"  # what the identity card says is the material
    PLATFORM = "platform"  # the platform shares it (电子证照, 数据共享)
    DECLARATION = "declaration"  # declared on the screen (告知承诺)
    APPLICANT = "applicant"  # only the applicant has it: it is missing here, owed or a reason to stop


class FieldKind(StrEnum):
    """Kinds of question and the text form of their answers (an answer is always a ``str``).

    text, digits, phone, bank_card, address: as typed · date ``YYYY-MM-DD`` · month_range
    ``YYYY-MM/YYYY-MM`` · date_range ``YYYY-MM-DD/YYYY-MM-DD`` · amount: yuan with two decimals, ``1200.00``
    · choice: the option's value · yes_no: ``yes`` or ``no``.
    """

    TEXT = "text"
    DIGITS = "digits"
    PHONE = "phone"
    DATE = "date"
    MONTH_RANGE = "month_range"
    DATE_RANGE = "date_range"
    AMOUNT = "amount"
    CHOICE = "choice"
    BANK_CARD = "bank_card"
    ADDRESS = "address"
    YES_NO = "yes_no"


class Prefill(StrEnum):
    """Where an answer comes from when it is already known: it is then not asked again."""

    CARD_NAME = "card.name"
    CARD_NUMBER = "card.number"
    CARD_BIRTH = "card.birth"
    CARD_SEX = "card.sex"
    CARD_ETHNICITY = "card.ethnicity"
    CARD_ADDRESS = "card.address"
    PLATFORM_PHONE = "platform.phone"
