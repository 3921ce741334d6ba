from __future__ import annotations

import textwrap
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kiosk.settings import DEFAULT_MATTERS_FOLDER, Settings, SettingsProblem, load_settings
from kiosk.toml_lines import TomlLines

MINIMAL = """
    [platform]
    url = "http://127.0.0.1:8080/"

    [[devices]]
    name = "printer"
    driver = "file_printer"
    folder = "out"
    role = "receipt"
"""


def written(folder: Path, text: str) -> Path:
    path = folder / "terminal.toml"
    path.write_text(textwrap.dedent(text).lstrip("\n"), encoding="utf-8")
    return path


def good(path: Path) -> Settings:
    loaded = load_settings(path)
    assert isinstance(loaded, Settings), [str(problem) for problem in loaded]
    return loaded


def bad(path: Path) -> list[SettingsProblem]:
    loaded = load_settings(path)
    assert isinstance(loaded, list)
    assert all(problem.remedy for problem in loaded)
    return loaded


def test_a_platform_and_one_device_are_enough(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("STATE_DIRECTORY", raising=False)
    loaded = good(written(tmp_path, MINIMAL))
    assert loaded.platform is not None
    assert loaded.platform.url == "http://127.0.0.1:8080"
    assert (loaded.lookup_url, loaded.phone) == ("http://127.0.0.1:8080/p/", "12345")
    assert loaded.terminal.id
    assert loaded.terminal.timezone == "Asia/Shanghai"
    assert loaded.storage.path == tmp_path / "state" / "terminal.sqlite"
    assert loaded.storage.key_file == tmp_path / "state" / "device.key"
    assert (loaded.display.width, loaded.display.height, loaded.display.theme) == (1080, 1920, "light")
    assert loaded.matters.folder == DEFAULT_MATTERS_FOLDER
    assert loaded.devices[0]["folder"] == str(tmp_path / "out")


def test_an_empty_file_is_a_terminal_without_platform_and_devices(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("STATE_DIRECTORY", str(tmp_path / "systemd"))
    loaded = good(written(tmp_path, ""))
    assert loaded.platform is None
    assert (loaded.lookup_url, loaded.devices) == ("", ())
    assert loaded.storage.path.parent == tmp_path / "systemd"


def test_every_key_of_the_design(tmp_path: Path) -> None:
    for name in ("ca.pem", "client.pem", "client.key"):
        (tmp_path / name).write_text("-")
    (tmp_path / "matters").mkdir()
    loaded = good(
        written(
            tmp_path,
            """
            [terminal]
            id = "终端-01"
            name = "自助终端"
            hall = "政务大厅"
            org_code = "11410400005459150K"
            timezone = "Asia/Shanghai"
            [platform]
            url = "https://platform.example.gov.cn/api"
            ca = "ca.pem"
            client_certificate = "client.pem"
            client_key = "client.key"
            timeout_seconds = 8
            lookup_url = "https://look.example.gov.cn/case/"
            phone = "0375-12345"
            [storage]
            path = "data/kiosk.sqlite"
            key_file = "/run/credentials/kiosk/device.key"
            [display]
            width = 800
            height = 1280
            ppi = 149
            screen_bottom_mm = 900
            fullscreen = false
            theme = "contrast"
            [matters]
            folder = "matters"
            [[devices]]
            name = "卡"
            driver = "samv"
            port = "/dev/serial/by-id/x"
            baud = 115200
            [[devices]]
            name = "社保卡"
            driver = "social_security"
            reader = "Virtual PCD 00 00"
            [[devices]]
            name = "扫码器"
            driver = "serial_scanner"
            port = "./scanner"
            baud = 9600
            protocol = "gm65"
            suffix = "cr"
            [[devices]]
            name = "A4"
            driver = "cups"
            queue = "kiosk"
            role = "document"
            [[devices]]
            name = "slip"
            driver = "escpos"
            host = "192.0.2.1"
            width_dots = 576
            role = "receipt"
            """,
        )
    )
    assert loaded.platform is not None
    assert loaded.platform.ca == tmp_path / "ca.pem"
    assert loaded.lookup_url == "https://look.example.gov.cn/case/"
    assert loaded.storage.path == tmp_path / "data" / "kiosk.sqlite"
    assert loaded.storage.key_file == Path("/run/credentials/kiosk/device.key")
    assert loaded.display.ppi == 149
    assert loaded.devices[0]["port"] == "/dev/serial/by-id/x"
    assert loaded.devices[2]["port"] == str(tmp_path / "scanner")


def test_the_example_is_right() -> None:
    assert good(Path(__file__).parents[2] / "config" / "terminal.example.toml").devices


@pytest.mark.parametrize(
    ("text", "line", "key", "says"),
    [
        ('[platform]\nurll = "http://x"\nurl = "http://x"', 2, "platform.urll", "perhaps 'url' was meant"),
        ("[platform]\ntimeout_seconds = 5", 1, "platform.url", "is missing"),
        ('[platform]\nurl = "ftp://x"', 2, "platform.url", "https://"),
        ('[platform]\nurl = "http://user:pass@x"', 2, "platform.url", "client_certificate"),
        ('[platform]\nurl = "http://x:99999"', 2, "platform.url", "https://"),
        ("[platform]\nurl = 5", 2, "platform.url", "string"),
        ('[platform]\nurl = "http://x"\nca = "absent.pem"', 3, "platform.ca", "no such file"),
        ('[platform]\nurl = "http://x"\ntimeout_seconds = "5"', 3, "platform.timeout_seconds", "number"),
        ('[platform]\nurl = "http://x"\ntimeout_seconds = 0', 3, "platform.timeout_seconds", "0.1"),
        ('# x\n[terminal]\ntimezone = "Mars/Olympus"', 3, "terminal.timezone", "Asia/Shanghai"),
        ('[terminal]\nid = "a b"', 2, "terminal.id", "not allowed"),
        ('[display]\ntheme = "dark"', 2, "display.theme", "'light', 'contrast' or 'evening'"),
        ('[display]\nfullscreen = "yes"', 2, "display.fullscreen", "boolean"),
        ("[display]\nwidth = 10.5", 2, "display.width", "integer"),
        ("[storage]\npath = 5", 2, "storage.path", "path in quotes"),
        ('[matters]\nfolder = "absent"', 2, "matters.folder", "no such folder"),
        ('[plattform]\nurl = "http://x"', 1, "plattform", "perhaps 'platform' was meant"),
        ('url = "http://x"', 1, "url", "put it under [platform]"),
        ("platform = 5", 1, "platform", "[platform]"),
        ('[devices]\nname = "a"', 1, "devices", "[[devices]]"),
        ('[[devices]]\ndriver = "samv"\nport = "x"', 1, "devices[0].name", "is missing"),
        ('[[devices]]\nname = "a"\ndriver = "samw"', 3, "devices[0].driver", "'samv'"),
        (
            '[[devices]]\nname = "a"\ndriver = "file_printer"\nfolder = "x"\n\n'
            '[[devices]]\nname = "b"\ndriver = "file_printer"\nfolder = "x"\nrol = "receipt"',
            10,
            "devices[1].rol",
            "'role'",
        ),
        (
            '[[devices]]\nname = "a"\ndriver = "file_printer"\nfolder = "x"\n'
            '[[devices]]\nname = "a"\ndriver = "file_printer"\nfolder = "y"',
            6,
            "devices[1].name",
            "used twice",
        ),
        ('[platform\nurl = "http://x"', 1, "", "not TOML"),
        ("[platform]\nurl = http://x", 2, "", "not TOML"),
        ('[platform]\nurl = "http://x"\nurl = "http://y"', 3, "", "not TOML"),
    ],
)
def test_what_is_wrong_is_named_with_its_line_and_what_would_be_right(
    tmp_path: Path, text: str, line: int, key: str, says: str
) -> None:
    path = written(tmp_path, text)
    (problem,) = bad(path)
    assert (problem.line, problem.key) == (line, key)
    assert says in str(problem)
    assert str(problem).startswith(f"{path}:{line}: ")


def test_all_problems_come_at_once_in_the_order_of_the_file(tmp_path: Path) -> None:
    path = written(tmp_path, '[display]\nwidth = 1\nheigth = 2\n[platform]\nurl = "x"\n[extra]\n')
    assert [problem.line for problem in bad(path)] == [2, 3, 5, 6]


def test_files_that_are_none(tmp_path: Path) -> None:
    assert "no such file" in str(bad(tmp_path / "absent.toml")[0])
    assert bad(tmp_path)[0].problem.startswith("cannot be read")
    chinese = tmp_path / "gbk.toml"
    chinese.write_bytes('[terminal]\nname = "自助终端"\n'.encode("gb18030"))
    assert (bad(chinese)[0].line, bad(chinese)[0].problem) == (2, "is not written in UTF-8")
    marked = tmp_path / "bom.toml"
    marked.write_bytes(b'\xef\xbb\xbf[terminal]\nname = "x"\r\n')
    assert good(marked).terminal.name == "x"


@settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(
    text=st.text(max_size=80)
    | st.lists(
        st.sampled_from(
            [
                "[platform]",
                "[[devices]]",
                "[devices]",
                'url = "http://x"',
                "url = []",
                'name = "a"',
                "[[platform]]",
                'driver = "samv"',
                "driver = {}",
                "name = 1",
                "devices = [1]",
                "[display]",
                "width = nan",
                'a.b = """',
            ]
        ),
        max_size=6,
    ).map("\n".join)
)
def test_whatever_stands_in_the_file_is_settings_or_problems(tmp_path: Path, text: str) -> None:
    path = tmp_path / "terminal.toml"
    path.write_bytes(text.encode("utf-8", "replace"))
    loaded = load_settings(path)
    assert isinstance(loaded, Settings) or (loaded and all(str(problem) for problem in loaded))


def test_lines_are_not_misled_by_long_texts_and_comments() -> None:
    lines = TomlLines('a = """\n[b]\nc = 1\n"""\n# [d]\n[b] # here\n"c" = 2\nd.e = 3\n[[f]]\n[[ f ]]\ng=1')
    assert [lines.line(*path) for path in (("a",), ("b",), ("b", "c"), ("b", "d"), ("f", 1, "g"))] == [
        1,
        6,
        7,
        8,
        11,
    ]
    assert lines.line("f", 1, "absent") == 10
    assert lines.line("absent") is None


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('[terminal]\nid = "a b"\n', "without spaces"),
        ('[platform]\nurl = "http://x"\nphone = "none"\n', "telephone number"),
        ('[[devices]]\nname = "p"\ndriver = "cups"\nqueue = "a b"\n', "as lpstat -e lists it"),
    ],
)
def test_what_would_be_right_is_said_in_words(tmp_path: Path, text: str, words: str) -> None:
    (problem,) = bad(written(tmp_path, text))
    assert words in problem.remedy
    assert "^" not in str(problem)


def test_a_password_in_an_address_is_not_told(tmp_path: Path) -> None:
    (problem,) = bad(written(tmp_path, '[platform]\nurl = "https://clerk:hush@platform.example"\n'))
    assert "hush" not in str(problem) and "clerk" not in str(problem)
    assert "platform.example" in str(problem)


def test_the_terminals_credential_is_looked_at_when_the_file_is_read(tmp_path: Path) -> None:
    text = '[platform]\nurl = "http://x"\ncredential_file = "own.credential"\n'
    (tmp_path / "own.credential").write_text("kKX0-9abcdefghijklmnop\n")
    platform = good(written(tmp_path, text)).platform
    assert platform is not None and platform.credential_file == tmp_path / "own.credential"
    for wrong in ("", "short", "two words that are long", "密码" * 10):
        (tmp_path / "own.credential").write_text(wrong, encoding="utf-8")
        (problem,) = bad(written(tmp_path, text))
        assert (problem.key, problem.line) == ("platform.credential_file", 3)
        assert "kiosk fleet register" in problem.remedy and (not wrong or wrong not in str(problem))
    (tmp_path / "own.credential").unlink()
    assert bad(written(tmp_path, text))[0].key == "platform.credential_file"
