"""The repository's files, by the embedded server and by Debian's nginx: the same bytes, tags that hold."""

from __future__ import annotations

import os
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import requests

from devices.virtual.ports import free_port
from tests.devices.waiting import wait_until
from tests.kiosk.server.conftest import running

BIG = os.urandom(1024) * 3000  # larger than what is kept in memory


def fill(folder: Path) -> dict[str, bytes]:
    files = {
        "metadata/timestamp.json": b'{"signed": {"version": 1}}',
        "metadata/1.root.json": b"{}",
        "targets/bundles/abc.bundle": BIG,
        "targets/empty": b"",
    }
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    (folder / ".lock").write_text("")
    (folder.parent / "secret.key").write_text("secret")
    (folder / "metadata" / "way-out").symlink_to(folder.parent / "secret.key")
    return files


def embedded(folder: Path) -> Iterator[str]:
    with running(folder.parent, repository=folder, online_keys=folder) as client:
        yield f"{client.url}/repository"


NGINX = """
daemon off; worker_processes 1; pid "{at}/nginx.pid"; error_log stderr;
events {{ worker_connections 64; }}
http {{
  access_log off; default_type application/octet-stream;
  client_body_temp_path "{at}/a"; proxy_temp_path "{at}/b"; fastcgi_temp_path "{at}/c";
  uwsgi_temp_path "{at}/d"; scgi_temp_path "{at}/e";
  server {{ listen 127.0.0.1:{port}; location /repository/ {{ alias "{root}/"; }} }}
}}
"""


@contextmanager
def nginx(folder: Path, at: Path) -> Iterator[str]:
    port = free_port()
    at.mkdir()
    configuration = at / "nginx.conf"
    configuration.write_text(NGINX.format(at=at, port=port, root=folder))
    for each in (at, *at.parents, folder, *folder.rglob("*")):  # its workers are another user
        if each.stat().st_uid == os.geteuid() and each != Path("/tmp"):
            each.chmod(each.stat().st_mode | 0o055)
    process = subprocess.Popen(
        ["/usr/sbin/nginx", "-p", str(at), "-c", str(configuration)], stderr=subprocess.PIPE
    )
    try:
        wait_until(lambda: _listens(port) or process.poll() is not None)
        assert process.poll() is None, process.stderr and process.stderr.read()
        yield f"http://127.0.0.1:{port}/repository"
    finally:
        process.terminate()
        process.communicate(timeout=60)


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def look_at(url: str, files: dict[str, bytes]) -> None:
    for name, content in files.items():
        answer = requests.get(f"{url}/{name}", timeout=60)
        assert (answer.status_code, answer.content) == (200, content)
        assert answer.headers["Content-Length"] == str(len(content))
        head = requests.head(f"{url}/{name}", timeout=60)
        assert (head.status_code, head.content) == (200, b"")
        assert head.headers["Content-Length"] == str(len(content))
        tag = answer.headers["ETag"]
        known = requests.get(f"{url}/{name}", headers={"If-None-Match": tag}, timeout=60)
        assert (known.status_code, known.content) == (304, b"")
    assert requests.get(f"{url}/metadata/2.root.json", timeout=60).status_code == 404
    assert requests.get(f"{url}/metadata", timeout=60).status_code in (301, 403, 404)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "repository"


def test_both_give_the_same(folder: Path, tmp_path: Path) -> None:
    files = fill(folder)
    for url in embedded(folder):
        look_at(url, files)
    with nginx(folder, tmp_path / "nginx") as url:
        look_at(url, files)


def test_two_versions_of_one_second_and_length_have_two_tags(folder: Path) -> None:
    fill(folder)
    stamp = folder / "metadata" / "timestamp.json"
    at = stamp.stat().st_mtime_ns // 10**9 * 10**9
    for url in embedded(folder):
        tags = []
        for version in (b"1", b"2", b"1"):
            fresh = folder / "metadata" / ".new"
            fresh.write_bytes(b'{"signed": {"version": ' + version + b"}}")
            os.utime(fresh, ns=(at, at))
            fresh.rename(stamp)  # as a publisher does
            answer = requests.get(f"{url}/metadata/timestamp.json", timeout=60)
            assert version in answer.content
            tags.append(answer.headers["ETag"])
        assert tags[0] == tags[2] != tags[1]


def test_nothing_but_its_own_files_is_given(folder: Path) -> None:
    fill(folder)
    for url in embedded(folder):
        address = urlsplit(url)
        for path in (
            "../secret.key",
            "metadata/../../secret.key",
            "%2e%2e/secret.key",
            "..%2fsecret.key",
            "metadata/way-out",
            ".lock",
            "metadata//timestamp.json",
            "metadata/%00",
            "/etc/passwd",
            "a" * 5000,
        ):
            with socket.create_connection((str(address.hostname), address.port or 80), timeout=60) as line:
                line.sendall(
                    f"GET /repository/{path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n".encode()
                )
                said = b"".join(iter(lambda: line.recv(65536), b""))
            assert said.split()[1] == b"404" and b"secret" not in said.split(b"\r\n\r\n")[1]
        for method in ("POST", "PUT", "DELETE"):
            answer = requests.request(method, f"{url}/metadata/timestamp.json", timeout=60)
            assert answer.status_code == 405 and answer.headers["Allow"] == "GET, HEAD"
