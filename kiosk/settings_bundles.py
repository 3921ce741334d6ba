"""The section ``[bundles]`` of ``terminal.toml``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Self

from pydantic import Field, field_validator, model_validator
from pydantic_core import PydanticCustomError

from kiosk.settings_sections import Section, plain_address


class BundlesSettings(Section):
    """Where matters come from when they are pushed.  ``url``: a repository behind a web server; ``folder``:
    one in a folder, a stick for example.  ``root`` is the pinned first root, brought by hand.

    ``group``: whose assignment is followed; empty: the platform tells.  ``wake``: wait at the platform for
    news; ``mqtt``: at a broker, too.  ``prove_seconds``: so long a new bundle is on trial.
    """

    root: Path
    url: str = ""
    folder: Path | None = None
    group: Annotated[
        str,
        Field(
            pattern=r"^([a-z0-9][a-z0-9_-]{0,63})?$",
            description="a name of small letters, digits, _ and -, at most 64 characters",
        ),
    ] = ""
    poll_seconds: Annotated[float, Field(ge=1, le=86400)] = 60.0
    prove_seconds: Annotated[float, Field(ge=1, le=86400)] = 60.0
    wake: bool = True
    mqtt: Annotated[
        str,
        Field(
            pattern=r"^(mqtts?://[^\s/@:]+(:[^\s/@]*@[^\s/@:]+)?(:\d{1,5})?(/\S*)?)?$",
            description="an address such as mqtts://broker.example.gov.cn:8883",
        ),
    ] = ""
    ca: Path | None = None
    client_certificate: Path | None = None
    client_key: Path | None = None

    @field_validator("url")
    @classmethod
    def _web_address(cls, given: str) -> str:
        return plain_address(given, "https://platform.example.gov.cn/repository") if given else ""

    @field_validator("root", "ca", "client_certificate", "client_key")
    @classmethod
    def _is_there(cls, given: Path | None) -> Path | None:
        if given is not None and not given.is_file():
            raise PydanticCustomError("file", "no such file; give the path of one")
        return given

    @model_validator(mode="after")
    def _complete(self) -> Self:
        if bool(self.url) == (self.folder is not None):
            raise PydanticCustomError("together", "give url or folder, one of them")
        if self.client_key is not None and self.client_certificate is None:
            raise PydanticCustomError("together", "client_key needs client_certificate; give both")
        return self

    @property
    def place(self) -> str:
        """The repository, as :func:`kiosk.bundles.client.updating.source_at` takes it."""
        return self.url or str(self.folder)
