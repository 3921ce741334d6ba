"""TLS, and terminals that are who their certificate says."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import requests
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from devices.contract import Fault
from kiosk.delivery.platform import PlatformClient
from kiosk.server.app import ConfigurationError
from kiosk.server.run import make_server
from kiosk.server.settings import PlatformSettings as ServerSettings
from kiosk.settings import PlatformSettings
from tests.kiosk.server.conftest import problem, running


@dataclass(frozen=True)
class Authority:
    folder: Path
    name: str
    key: ec.EllipticCurvePrivateKey

    @classmethod
    def make(cls, folder: Path, name: str) -> Authority:
        key = ec.generate_private_key(ec.SECP256R1())
        certificate = _certificate(name, key, name, key, ca=True)
        made = cls(folder, name, key)
        (folder / f"{name}.pem").write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
        return made

    def give(self, name: str) -> tuple[Path, Path]:
        key = ec.generate_private_key(ec.SECP256R1())
        certificate = _certificate(name, key, self.name, self.key, ca=False)
        paths = self.folder / f"{name}.{self.name}.pem", self.folder / f"{name}.{self.name}.key"
        paths[0].write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
        paths[1].write_bytes(
            key.private_bytes(
                serialization.Encoding.PEM,
                serialization.PrivateFormat.PKCS8,
                serialization.NoEncryption(),
            )
        )
        return paths


def _certificate(
    name: str, key: ec.EllipticCurvePrivateKey, issuer: str, by: ec.EllipticCurvePrivateKey, ca: bool
) -> x509.Certificate:
    def named(text: str) -> x509.Name:
        return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])

    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(named(name))
        .issuer_name(named(issuer))
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.BasicConstraints(ca=ca, path_length=None), critical=True)
    )
    if name == "localhost":
        made = made.add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
    return made.sign(by, hashes.SHA256())


@dataclass(frozen=True)
class Site:
    url: str
    ca: Path
    terminals: Authority
    strangers: Authority

    def beat(self, terminal: str, shown: tuple[Path, Path] | None) -> requests.Response:
        certificate = (str(shown[0]), str(shown[1])) if shown else None
        return requests.post(
            f"{self.url}/v1/terminals/{terminal}/heartbeat",
            json={},
            verify=str(self.ca),
            cert=certificate,
            timeout=120,
        )


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    folder = tmp_path_factory.mktemp("tls")
    halls, terminals = Authority.make(folder, "halls"), Authority.make(folder, "terminals")
    certificate, key = halls.give("localhost")
    settings = {
        "certificate": certificate,
        "certificate_key": key,
        "client_ca": folder / "terminals.pem",
    }
    with running(folder, **settings) as client:
        url = client.url.replace("http://127.0.0.1", "https://localhost")
        yield Site(url, folder / "halls.pem", terminals, Authority.make(folder, "strangers"))


def test_a_terminal_is_whom_its_certificate_names(site: Site) -> None:
    own = site.terminals.give("PDS-1")
    assert site.beat("PDS-1", own).status_code == 200
    problem(site.beat("PDS-2", own), 403, "terminal-not-itself")
    problem(site.beat("PDS-1", None), 401, "terminal-credential-missing")
    with pytest.raises(requests.exceptions.ConnectionError):
        site.beat("PDS-1", site.strangers.give("PDS-1"))


def test_a_telephone_needs_no_certificate(site: Site) -> None:
    answer = requests.get(f"{site.url}/p/UNKNOWN", verify=str(site.ca), timeout=120)
    assert answer.status_code == 404


def test_the_terminals_own_client_does_it(site: Site) -> None:
    certificate, key = site.terminals.give("PDS-3")
    settings = PlatformSettings(url=site.url, ca=site.ca, client_certificate=certificate, client_key=key)
    assert not isinstance(PlatformClient(settings, "PDS-3").heartbeat({"ready": True}), Fault)
    assert isinstance(PlatformClient(settings, "PDS-4").heartbeat({"ready": True}), Fault)


def test_files_that_are_no_certificate_are_named(tmp_path: Path) -> None:
    wrong = tmp_path / "letter.pem"
    wrong.write_text("dear sir")
    for settings in (
        ServerSettings(certificate=wrong, certificate_key=wrong),
        ServerSettings(certificate=tmp_path / "none.pem"),
        ServerSettings(client_ca=wrong),
    ):
        with pytest.raises(ConfigurationError, match="--tls-certificate"):
            make_server(settings)
