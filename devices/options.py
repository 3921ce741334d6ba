"""The configuration keys of scanners and printers, checked without importing their drivers.

A serial ``port`` is a path, a glob or ``auto:VID:PID[:SERIAL]``, see ``devices.serial_port``.  Each model
forbids unknown keys.  ``name`` and ``driver`` belong to the registry and are not repeated.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

Baud = Literal[1200, 2400, 4800, 9600, 19200, 38400, 57600, 115200, 230400, 460800, 921600]
Text = Annotated[str, Field(min_length=1, max_length=1024)]
Role = Literal["receipt", "document"]


class Options(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class SerialScannerOptions(Options):
    port: Text
    baud: Baud = 9600
    protocol: Literal["gm65", "newland", "honeywell", "plain"] = "plain"
    suffix: Literal["cr", "lf", "crlf", "none"] = "cr"


class PaperOptions(Options):
    """How much paper goes in: ``roll_mm`` of a roll or ``tray_sheets`` of a tray; left out, nobody counts.

    At ``low`` (of the same unit) and below, new paper is asked for; default: a tenth of what goes in.
    """

    roll_mm: Annotated[int, Field(ge=1000, le=1_000_000)] | None = None
    tray_sheets: Annotated[int, Field(ge=1, le=10_000)] | None = None
    low: Annotated[int, Field(ge=0, le=1_000_000)] | None = None

    @model_validator(mode="after")
    def _one_paper(self) -> Self:
        if self.roll_mm is not None and self.tray_sheets is not None:
            raise ValueError("give either roll_mm or tray_sheets, not both")
        capacity = self.roll_mm or self.tray_sheets
        if self.low is not None and (capacity is None or self.low >= capacity):
            raise ValueError("low is less than roll_mm or tray_sheets; give one of them and a smaller low")
        return self


class FilePrinterOptions(PaperOptions):
    folder: Path
    role: Role = "document"


class CupsOptions(PaperOptions):
    """``printer_uri``: where the printer itself answers IPP, if the queue's own address does not tell."""

    queue: Annotated[
        str, Field(pattern=r"^[^\s/#?]{1,127}$", description="a queue's name, as lpstat -e lists it")
    ]
    role: Role = "document"
    printer_uri: Annotated[str, Field(pattern=r"^ipps?://[^\s]+$")] | None = Field(
        default=None, description="an address that begins with ipp:// or ipps://"
    )


class EscposOptions(PaperOptions):
    """Either ``port`` (serial, or a device such as ``/dev/usb/lp0``) or ``host`` (``name[:9100]``).

    Beside a ``host``, a number as ``port`` is the TCP port.
    """

    port: Text | None = None
    host: Text | None = None
    baud: Baud = 115200
    width_dots: Annotated[int, Field(ge=192, le=1280, multiple_of=8)] = 576
    role: Role = "receipt"

    @model_validator(mode="before")
    @classmethod
    def _tcp_port(cls, keys: Any) -> Any:
        host, port = (keys.get("host"), keys.get("port")) if isinstance(keys, dict) else (None, None)
        if isinstance(host, str) and ":" not in host and type(port) is int and 0 < port < 65536:
            return {**keys, "host": f"{host}:{port}", "port": None}
        return keys

    @model_validator(mode="after")
    def _one_connection(self) -> Self:
        if (self.port is None) == (self.host is None):
            raise ValueError("give either port or host, not both and not neither")
        return self
