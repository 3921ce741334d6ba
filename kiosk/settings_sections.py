"""The sections of ``terminal.toml``, each with its keys, their limits and what would be right instead.

:mod:`kiosk.settings` reads a file into them.
"""

from __future__ import annotations

import re
import socket
import zoneinfo
from pathlib import Path
from typing import Annotated, Final, Literal, Self
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator
from pydantic_core import PydanticCustomError

from kiosk import keypad
from kiosk.evening import Evening

_CONFIG: Final = Path(__file__).resolve().parent.parent / "config"
DEFAULT_MATTERS_FOLDER: Final = _CONFIG / "matters"
DEFAULT_HALL_HOURS: Final = _CONFIG / "hall-hours.yaml"
DEFAULT_CALENDAR: Final = _CONFIG / "calendar.yaml"

Text = Annotated[str, Field(min_length=1, max_length=128)]
Share = Annotated[float, Field(ge=0, le=1)]


class Section(BaseModel):
    model_config = ConfigDict(
        extra="forbid", frozen=True, strict=True, str_strip_whitespace=True, defer_build=True
    )


def plain_address(given: str, example: str) -> str:
    try:
        parts = urlsplit(given)
        right = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        right = False
    if not right or parts.query or parts.fragment or any(sign.isspace() for sign in given):
        raise PydanticCustomError("url", "give an address such as {example}", {"example": example})
    if parts.username or parts.password:
        raise PydanticCustomError("url", "take the user and password out; use client_certificate")
    return given.rstrip("/")


def _own_name() -> str:
    return re.sub(r"[^A-Za-z0-9_.-]", "-", socket.gethostname())[:64].strip("-.") or "terminal"


class TerminalSettings(Section):
    """``id`` is what the platform knows the terminal by; ``org_code`` the hall's 18-character code."""

    id: Annotated[str, Field(pattern=r"^[^\s/\\?#]{1,64}$")] = Field(
        default_factory=_own_name, description=r"1 to 64 characters without spaces, / \ ? or #"
    )
    name: Text = "政务服务自助终端"
    hall: Annotated[str, Field(max_length=128)] = ""
    org_code: Annotated[str, Field(max_length=64)] = ""
    timezone: str = "Asia/Shanghai"

    @field_validator("timezone")
    @classmethod
    def _known_timezone(cls, given: str) -> str:
        try:
            zoneinfo.ZoneInfo(given)
        except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError) as error:
            raise PydanticCustomError("timezone", "give a name such as Asia/Shanghai") from error
        return given


def credential_in(file: Path) -> str:
    """The terminal's credential in ``file``.  Raises ``OSError`` or ``ValueError``."""
    credential = file.read_text(encoding="ascii").strip()
    if not re.fullmatch(r"[\x21-\x7e]{16,200}", credential):
        raise ValueError("no credential in this file")
    return credential


class PlatformSettings(Section):
    """``timeout_seconds`` bounds connecting and each wait for the next bytes of an answer.

    ``heartbeat_seconds``: how often the terminal tells how it is; 0 never.  ``credential_file`` holds what
    the platform has given this terminal to show that it is itself.  ``recording_days``: so long after a
    spoken complaint was dealt with the platform keeps its recording; citizens are told, and so is it.
    """

    url: str
    ca: Path | None = None
    client_certificate: Path | None = None
    client_key: Path | None = None
    credential_file: Path | None = None
    timeout_seconds: Annotated[float, Field(ge=0.1, le=120)] = 5.0
    heartbeat_seconds: Annotated[float, Field(ge=0, le=3600)] = 60.0
    lookup_url: str = ""  # base of the address in QR codes; empty: url + "/p"
    phone: Annotated[
        str, Field(pattern=r"^[0-9+() -]{3,24}$", description="a telephone number of 3 to 24 characters")
    ] = "12345"
    recording_days: Annotated[int, Field(ge=1, le=365)] = 30

    @field_validator("url", "lookup_url")
    @classmethod
    def _web_address(cls, given: str) -> str:
        return plain_address(given, "https://platform.example.gov.cn")

    @field_validator("ca", "client_certificate", "client_key")
    @classmethod
    def _is_there(cls, given: Path | None) -> Path | None:
        if given is not None and not given.is_file():
            raise PydanticCustomError("file", "no such file; give the path of a PEM file")
        return given

    @field_validator("credential_file")
    @classmethod
    def _holds_a_credential(cls, given: Path | None) -> Path | None:
        try:
            if given is not None:
                credential_in(given)
        except (OSError, ValueError) as error:
            raise PydanticCustomError(
                "file", "give a readable file with the credential that kiosk fleet register has shown"
            ) from error
        return given

    @model_validator(mode="after")
    def _complete(self) -> Self:
        if self.client_key is not None and self.client_certificate is None:
            raise PydanticCustomError("together", "client_key needs client_certificate; give both")
        return self


class StorageSettings(Section):
    """``key_file`` holds the 32 bytes of the device key; it is made on first use."""

    path: Path
    key_file: Path


class DisplaySettings(Section):
    """Pixels, pixels per inch, and the height of the panel's lower edge above the floor in millimetres.

    ``theme``, ``elder`` and ``reach`` are how every visit begins; ``evening`` is when the light theme gives
    way to the dark one.
    """

    width: Annotated[int, Field(ge=320, le=16384)] = 1080
    height: Annotated[int, Field(ge=320, le=16384)] = 1920
    ppi: Annotated[float, Field(ge=30, le=1000)] = 102.0
    screen_bottom_mm: Annotated[float, Field(ge=0, le=2500)] = 800.0
    fullscreen: bool = True
    theme: Literal["light", "contrast", "evening"] = "light"
    evening: str = ""
    elder: bool = False
    reach: bool = False

    @field_validator("evening")
    @classmethod
    def _span(cls, given: str) -> str:
        if given and Evening.parse(given) is None:
            raise PydanticCustomError("evening", 'give a span such as "19:00-07:00", or "" for never')
        return given


class MattersSettings(Section):
    """``hall_hours``: when people are there; ``calendar``: holidays that the product does not know yet.

    ``verify_hours``: how often the matters are compared with what the platform publishes; 0 never.
    ``drift``: a matter that differs is marked, or withdrawn until it is the same again.
    ``home``: what home shows first, by task codes or names; then come the matters that are begun most at this
    hour (``kiosk matters home`` tells why each is there).
    """

    folder: Path = DEFAULT_MATTERS_FOLDER
    hall_hours: Path = DEFAULT_HALL_HOURS
    calendar: Path = DEFAULT_CALENDAR
    verify_hours: Annotated[float, Field(ge=0, le=720)] = 24.0
    drift: Literal["mark", "withdraw"] = "mark"
    home: tuple[Text, ...] = ()

    @field_validator("hall_hours", "calendar")
    @classmethod
    def _file(cls, given: Path) -> Path:
        if not given.is_file():
            raise PydanticCustomError("file", "no such file; give the path of a YAML file")
        return given

    @field_validator("folder")
    @classmethod
    def _is_there(cls, given: Path) -> Path:
        if not given.is_dir():
            raise PydanticCustomError("folder", "no such folder; give the folder of the matter files")
        return given


Spot = tuple[Share, Share, Share, Share]


class SoundSettings(Section):
    """The voice.  ``voice``: espeak (Debian's espeak-ng), piper (with the voice files below), command (reads
    a text, writes WAV; ``{language}`` zh or en, ``{rate}`` in per cent), or none.

    ``headphones``: how the terminal knows that they are in: input (the jack's own input device), alsa (the
    jack's control), keypad (its keys), file (holds "in" or "out"), always (a handset), none (never).
    ``jack``: the name of that device or control, where there is more than one.
    """

    voice: Literal["espeak", "piper", "command", "none"] = "espeak"
    piper_zh: Path | None = None
    piper_en: Path | None = None
    command: tuple[Text, ...] = ()
    device: Annotated[str, Field(max_length=128)] = ""  # of ALSA; empty: the system's own
    headphones: Literal["input", "alsa", "keypad", "file", "always", "none"] = "input"
    jack: Annotated[str, Field(max_length=128)] = ""
    headphones_file: Path | None = None
    rate: Literal[50, 75, 100, 125, 150, 175, 200] = 100
    volume: Literal[20, 40, 60, 80, 100] = 60
    signals: bool = True  # short sounds: a click, success, a mistake, a card left behind

    @field_validator("piper_zh", "piper_en")
    @classmethod
    def _voice_is_there(cls, given: Path | None) -> Path | None:
        if given is not None and not given.is_file():
            raise PydanticCustomError("file", "no such file; give the path of a piper voice (.onnx)")
        return given

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if self.voice == "piper" and self.piper_zh is None:
            raise PydanticCustomError("together", "voice = piper needs piper_zh, the voice's file")
        if self.voice == "command" and not self.command:
            raise PydanticCustomError("together", "voice = command needs command, a list of words")
        if self.headphones == "file" and self.headphones_file is None:
            raise PydanticCustomError("together", "headphones = file needs headphones_file")
        return self


Keys = Annotated[tuple[str, ...], Field(max_length=8)]


class KeypadSettings(Section):
    """Which keys of a keypad or of switches do what: names of keys, e.g. ``enter = ["#", "enter"]``."""

    up: Keys | None = None
    down: Keys | None = None
    left: Keys | None = None
    right: Keys | None = None
    enter: Keys | None = None
    cancel: Keys | None = None
    help: Keys | None = None
    delete: Keys | None = None
    next: Keys | None = None
    select: Keys | None = None
    faster: Keys | None = None
    slower: Keys | None = None
    louder: Keys | None = None
    quieter: Keys | None = None
    headphones_in: Keys | None = None
    headphones_out: Keys | None = None

    @field_validator("*")
    @classmethod
    def _known(cls, given: tuple[str, ...] | None) -> tuple[str, ...] | None:
        for name in given or ():
            if keypad.code_of(name) is None:
                raise PydanticCustomError(
                    "key", f"{name!r} is no key; e.g. up, enter, f1, numpad5, *, or a number"
                )
        return given

    @model_validator(mode="after")
    def _each_once(self) -> Self:
        seen: dict[int | None, str] = {}
        for action, names in self.changed.items():
            for name in names:
                other = seen.setdefault(keypad.code_of(name), action)
                if other != action:
                    raise PydanticCustomError(
                        "together", f"the key {name!r} is given to {other} and to {action}"
                    )
        return self

    @property
    def changed(self) -> dict[str, tuple[str, ...]]:
        given = ((action, getattr(self, action)) for action in keypad.ACTIONS)
        return {action: names for action, names in given if names is not None}


class MachineSettings(Section):
    """Where the parts are on the machine's front: left, top, width, height, each a share from 0 to 1.

    What is left out stands where most machines have it (``assets.drawings.MachineLayout``).
    """

    screen: Spot | None = None
    reader: Spot | None = None
    slot: Spot | None = None
    scanner: Spot | None = None
    slip: Spot | None = None
    document: Spot | None = None

    @field_validator("*")
    @classmethod
    def _on_the_front(cls, given: Spot | None) -> Spot | None:
        if given is not None:
            left, top, width, height = given
            if width <= 0 or height <= 0 or left + width > 1 or top + height > 1:
                raise PydanticCustomError("spot", "the part lies outside the machine's front")
        return given


class MaintenanceSettings(Section):
    """``export_folder``: where reports and logs may go beside sticks; ``log_folder``: where the log is kept.

    ``idle_seconds``: after so long without a touch the technician's pages leave by themselves.
    ``restart_hour``: the hour of each night in which the software begins anew while nobody is here; -1 never.
    ``restart_growth_mib``: it does so, too, when it has come to hold that much more memory; 0 never.
    """

    idle_seconds: Annotated[int, Field(ge=30, le=3600)] = 300
    restart_hour: Annotated[int, Field(ge=-1, le=23)] = 4
    restart_growth_mib: Annotated[int, Field(ge=0, le=1_000_000)] = 512
    export_folder: Path | None = None
    log_folder: Path | None = None


class AuditSettings(Section):
    """``digest``: by what the chain of events is bound; ``keep_records``: how many stay in the store.

    When there are more, the older half goes into files in the folder ``audit`` beside the store.
    """

    digest: Literal["sha256", "sm3"] = "sha256"
    keep_records: Annotated[int, Field(ge=1000, le=10_000_000)] = 200_000


class TechnicianSettings(Section):
    """Who may open the technician's pages.  ``kiosk technician add`` writes such an entry.

    ``pin`` is a salted, slow hash.  ``card`` is a keyed hash of the number of a resident or social security
    card; either may be left out, not both.
    """

    name: Annotated[str, Field(min_length=1, max_length=32)]
    pin: Annotated[str, Field(max_length=512)] = ""
    card: Annotated[str, Field(max_length=512)] = ""

    @field_validator("name")
    @classmethod
    def _writable(cls, given: str) -> str:
        if re.search(r"\d{8}|[\x00-\x1f\x7f]", given):
            raise PydanticCustomError("name", "give a name without long numbers; it is written in the log")
        return given

    @model_validator(mode="after")
    def _one_way_in(self) -> Self:
        if not self.pin and not self.card:
            raise PydanticCustomError("together", "give pin or card; kiosk technician add writes them")
        return self


class NearbySettings(Section):
    """Another terminal or hall that citizens are sent to, the nearest first.

    ``needs``: what it can do of what matters need (identity, receipt, document); left out: all.
    """

    name: Text
    address: Annotated[str, Field(max_length=128)] = ""
    hours: Annotated[str, Field(max_length=64)] = "24小时"
    metres: Annotated[int, Field(ge=0, le=1_000_000)] | None = None
    needs: tuple[Literal["identity", "receipt", "document"], ...] | None = None
