"""A bundle has one form; anything else is refused, whatever it is."""

from __future__ import annotations

import io
import shutil
import tarfile
from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk.bundles.archive import Bundle, pack, read_bundle, unfold, unpack, verify_folder
from kiosk.bundles.fault import BundleFault
from kiosk.bundles.manifest import Manifest, is_safe_path, make_manifest
from kiosk.bundles.source import build, check_source, read_source
from tests.kiosk.bundles.office import change, good


def test_the_same_folder_gives_the_same_bytes(small: Path, first: Bundle, tmp_path: Path) -> None:
    elsewhere = Path(shutil.copytree(small, tmp_path / "copy"))
    for path in elsewhere.rglob("*"):
        path.touch()  # another time, another order on the disk
    again = good(build(elsewhere))
    assert again.data == first.data
    assert again.name == f"bundles/{first.digest}.bundle"
    assert good(unpack(first.data)) == first


def test_a_bundle_of_known_content_has_a_known_digest() -> None:
    files = {"matters/无房证明.yaml": b"a: 1\n", "texts/zh.toml": b""}
    bundle = pack(make_manifest(files, 7), files)
    assert bundle.digest == "3e525ae89058996db25bb0b97b1bf9cd003879c56d68eae2cc972434195b0cd7"


@pytest.mark.parametrize(
    "path",
    [
        "../x",
        "a/../b",
        "/etc/passwd",
        "a//b",
        "a/./b",
        ".hidden",
        "a/.b",
        "a\\b",
        "C:x",
        "a\nb",
        "a ",
        "-rf",
        "",
    ],
)
def test_paths_that_lead_elsewhere_are_no_paths(path: str) -> None:
    assert not is_safe_path(path)
    with pytest.raises(ValueError):
        make_manifest({path: b"x", "matters/a.yaml": b"x"}, 1)


def _with_members(*members: tuple[tarfile.TarInfo, bytes]) -> bytes:
    files = {"a.yaml": b"a"}
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode="w", format=tarfile.PAX_FORMAT) as tar:
        manifest = make_manifest(files, 1).to_bytes()
        head = tarfile.TarInfo("manifest.json")
        head.size = len(manifest)
        tar.addfile(head, io.BytesIO(manifest))
        for member, data in members:
            member.size = len(data)
            tar.addfile(member, io.BytesIO(data))
    return stream.getvalue()


def _member(name: str, kind: bytes = tarfile.REGTYPE, link: str = "") -> tarfile.TarInfo:
    member = tarfile.TarInfo(name)
    member.type, member.linkname = kind, link
    return member


@pytest.mark.parametrize(
    "members",
    [
        ((_member("a.yaml"), b"b"),),
        ((_member("../a.yaml"), b"a"),),
        ((_member("a.yaml"), b"a"), (_member("b.yaml"), b"a")),
        ((_member("a.yaml", tarfile.SYMTYPE, "/etc/passwd"), b""),),
        ((_member("a.yaml", tarfile.LNKTYPE, "manifest.json"), b""),),
        ((_member("a.yaml", tarfile.FIFOTYPE), b""),),
        ((_member("a.yaml"), b"a"), (_member("a.yaml"), b"a")),
        (),
    ],
)
def test_archives_that_hold_something_else_are_refused(
    members: tuple[tuple[tarfile.TarInfo, bytes], ...],
) -> None:
    found = unpack(_with_members(*members))
    assert isinstance(found, BundleFault)
    assert found.code == "bundle.malformed"


def test_bytes_after_the_end_and_another_header_are_refused(first: Bundle) -> None:
    for data in (first.data + b"\0" * 512, first.data + b"x", b"", b"\0" * 20_480):
        assert isinstance(unpack(data), BundleFault)


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 10_000_000), st.integers(1, 255))
def test_a_flipped_byte_is_never_taken(first: Bundle, place: int, flip: int) -> None:
    data = bytearray(first.data)
    data[place % len(data)] ^= flip
    assert isinstance(unpack(bytes(data)), BundleFault)


def test_an_unfolded_bundle_is_whole_or_not_there(first: Bundle, tmp_path: Path) -> None:
    slot = tmp_path / "slot"
    assert unfold(first, slot) is None
    assert verify_folder(slot) == first.manifest
    victim = slot / first.manifest.files[0].path
    victim.write_bytes(victim.read_bytes() + b"#")
    assert isinstance(verify_folder(slot), BundleFault)
    assert unfold(first, slot) is None
    (slot / "matters/extra.yaml").write_text("a: 1")
    assert isinstance(verify_folder(slot), BundleFault)
    assert isinstance(read_bundle(tmp_path / "none"), BundleFault)


def test_errors_of_the_linter_keep_a_folder_from_becoming_a_bundle(folder: Path) -> None:
    change(folder, "matters/02-no-property-certificate.yaml", "standard: 免费", "standard: 每件10元")
    fault = build(folder)
    assert isinstance(fault, BundleFault)
    assert fault.code == "bundle.lint"
    assert "02-no-property-certificate.yaml" in fault.cause


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("choices/relations.yaml", "- {value: a}"),
        ("rating-reasons.yaml", "version: '1'"),
        ("calendar.yaml", "years: 3"),
        ("hall-hours.yaml", "regular: [{days: [workday], from: '9:00', until: '12:00'}]"),
        ("pictures/hall.png", "no picture"),
        ("texts/zh.toml", "[home]\nlead = '只有中文'"),
        ("texts/fr.toml", ""),
    ],
)
def test_every_part_is_checked(folder: Path, name: str, data: str) -> None:
    (folder / name).parent.mkdir(exist_ok=True)
    (folder / name).write_text(data, encoding="utf-8")
    assert any(str(folder / name) == each.file for each in check_source(good(read_source(folder))))
    assert isinstance(build(folder), BundleFault)


def test_links_and_foreign_files_stay_outside(folder: Path) -> None:
    (folder / "notes.docx").write_text("x")
    assert good(read_source(folder)).left_out == ("notes.docx",)
    (folder / "matters/99-link.yaml").symlink_to("/etc/hostname")
    assert isinstance(read_source(folder), BundleFault)


def test_the_change_list_says_what_an_official_has_to_know(folder: Path, first: Bundle) -> None:
    change(
        folder, "matters/02-no-property-certificate.yaml", "hours: 自助终端全天24小时", "hours: 终端全天开放"
    )
    change(folder, "matters/02-no-property-certificate.yaml", "minutes: 3", "minutes: 4")
    change(folder, "choices/relations.yaml", "儿子", "儿子（含养子）")
    (folder / "matters/03-housing-fund-statement.yaml").unlink()
    changed = good(build(folder, 2, before=first))
    told = changed.manifest.change_list()
    assert "“不动产登记信息查询（无房证明）”：办理时间由“自助终端全天24小时" in told
    assert "预计用时（分钟）由“3”改为“4”" in told
    assert "取消事项“住房公积金缴存明细" in told
    assert "选项列表“relations.yaml”：修改儿子→儿子（含养子）" in told
    assert Manifest.model_validate_json(changed.manifest.to_bytes()) == changed.manifest


def test_a_change_of_form_alone_is_told_as_one(folder: Path, first: Bundle) -> None:
    change(
        folder, "matters/02-no-property-certificate.yaml", "shape: certificate", "shape: certificate  # 证明"
    )
    (change_,) = good(build(folder, 2, before=first)).manifest.changes
    assert "只改了文件的写法或注释" in change_.zh


def _told(folder: Path, first: Bundle) -> str:
    return good(build(folder, 2, before=first)).manifest.change_list()


def test_what_differs_is_told_wherever_it_stands(folder: Path, first: Bundle) -> None:
    """Late in a long text, in English, in an option, beside a difference that is told already."""
    name = "matters/02-no-property-certificate.yaml"
    text = (folder / name).read_text(encoding="utf-8")
    matter = yaml.safe_load(text)
    long = "请带好材料。" * 60
    matter["guide"]["legal_basis"][0]["text"] = long + "办理时间十日。"
    (folder / name).write_text(yaml.safe_dump(matter, allow_unicode=True, sort_keys=False), encoding="utf-8")
    before = good(build(folder, 1))
    matter["guide"]["legal_basis"][0]["text"] = long + "办理时间九日。"
    matter["bring"][0]["en"] += " X1"
    matter["guide"]["fee"]["standard"] = "免费办理"
    matter["guide"]["materials"][0]["code"] += "_X2"
    (folder / name).write_text(yaml.safe_dump(matter, allow_unicode=True, sort_keys=False), encoding="utf-8")
    change(folder, "choices/relations.yaml", "en: Son }", "en: Heir }")
    change(folder, "hall-hours.yaml", "17:00", "16:00")
    told = good(build(folder, 2, before=before)).manifest.change_list()
    for words in ("十日", "九日", " X1", "免费办理", "_X2", "Heir", "16:"):
        assert words in told, words


def test_of_a_list_that_is_too_long_to_tell_it_is_said(folder: Path, first: Bundle) -> None:
    path = folder / "choices/relations.yaml"
    more = "".join(f"- {{value: x{n}, label: {{zh: 很远的亲戚第{n}种, en: Kin {n}}}}}\n" for n in range(900))
    path.write_text(path.read_text(encoding="utf-8") + more, encoding="utf-8")
    told = _told(folder, first)
    assert "等900项" in told and "未全部列出，请对照文件" in told
    assert "第12种" in told
