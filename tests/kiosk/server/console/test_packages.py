"""From an approved change over two signatures into the repository, and out to the terminals."""

from __future__ import annotations

import io
import json
import shutil
import zipfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

import pytest
import requests
from sqlalchemy import update

from kiosk.bundles import repository
from kiosk.bundles.fault import BundleFault
from kiosk.bundles.keys import open_signer, read_key
from kiosk.bundles.office import Office
from kiosk.bundles.proposal import sign_proposal
from kiosk.server.console import accounts, demo_repository
from kiosk.server.console.roles import Role
from kiosk.server.database import writing
from kiosk.server.fleet import clockwork, rollouts, tables
from kiosk.server.fleet.context import Fleet
from kiosk.server.fleet.publisher import Publisher
from kiosk.server.fleet.tables import beats, terminals
from kiosk.server.settings import CONFIG_FOLDER, PlatformSettings
from tests.kiosk.server.conftest import running
from tests.kiosk.server.console import scene
from tests.kiosk.server.console.conftest import FILE, OTHER_FILE, PASSWORD, TASK_CODE, Hall, people


@pytest.fixture(scope="module")
def begun(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A demonstration's office with a small configuration, published."""
    source = tmp_path_factory.mktemp("source") / "config"
    (source / "matters").mkdir(parents=True)
    for name in (f"matters/{FILE}", f"matters/{OTHER_FILE}", "base-catalogue.yaml"):
        shutil.copy(CONFIG_FOLDER / name, source / name)
    settings = PlatformSettings(matters_folder=source / "matters", console_folder=source.parent)
    office = demo_repository.make(settings)
    assert isinstance(office, Office)
    assert demo_repository.make(settings) == office  # what is there stays
    return office.folder


@pytest.fixture
def office(begun: Path, tmp_path: Path) -> Iterator[Hall]:
    folder = Path(shutil.copytree(begun, tmp_path / "own"))
    with running(
        folder,
        console_folder=folder / "console",
        matters_folder=folder / "config/matters",
        repository=folder / "repository",
        online_keys=folder / "online",
        demo_console=True,
    ) as client:
        people(client.engine)
        scene.fill_fleet(client.engine, 60)
        client.application.state.platform.fleet_service.worker.stop()  # tests let the time pass
        yield Hall(client)


SCOPE = "平顶山市各县（市、区）通办"


def approved(hall: Hall) -> str:
    """A change that was approved; its address."""
    editor, approver = hall.as_("王编辑"), hall.as_("李审批")
    change = editor.post(f"/matters/{TASK_CODE}/edit").url.split("/console")[1].split("/files/")[0]
    editor.post(f"{change}/files/{FILE}", revision="1", **{"f.minutes": "4", "f.guide.scope": SCOPE})
    revision = editor.get(change).text.split('name="revision" value="')[1].split('"')[0]
    editor.post(f"{change}/submit", revision=revision)
    digest = approver.get(change).text.split('name="digest" value="')[1][:64]
    assert "已批准" in approver.post(f"{change}/approve", digest=digest).text
    return change


def test_five_clicks_of_a_demonstration(office: Hall) -> None:
    editor, approver, operator = office.as_("王编辑"), office.as_("李审批"), office.as_("赵运维")
    change = approved(office)
    made = editor.post(f"{change}/package")
    assert "第 2 号" in made.text and "预计用时（分钟）由“3”改为“4”" in made.text
    assert approver.post(f"{change}/package/demo", office="editor").status_code == 403
    assert office.as_("钱编辑").post(f"{change}/package/demo", office="editor").status_code == 403
    with ThreadPoolExecutor() as both:  # neither takes the other's signature away
        signed = [
            both.submit(who.post, f"{change}/package/demo", office=office_of)
            for who, office_of in ((editor, "editor"), (approver, "approver"))
        ]
    said = sorted(("已进入仓库" in each.result().text) for each in signed)
    assert said == [False, True], [each.result().text for each in signed]
    assert editor.post(f"{change}/package").status_code == 409  # published: it cannot be made again
    listed = repository.approved(office.platform.database.parent / "repository")
    assert not isinstance(listed, BundleFault) and [each.sequence for each in listed] == [2, 1]
    page = operator.get("/rollouts/new").text
    assert SCOPE in page  # the first of its changes
    plan = {f"ring.{group}": "0" if group == "pilot" else "1" for group in scene.GROUPS}
    drafted = operator.post(
        "/rollouts", title="试发", bundle=listed[0].name, **plan, **{"soak.0": "1", "soak.1": "0"}
    )
    assert "起草" in drafted.text and "等待审批人员批准" in drafted.text
    assert operator.post("/rollouts/1/start", seen="draft:-1:0").status_code == 409
    assert operator.post("/rollouts/1/approve", seen="draft:-1:0").status_code == 403
    assert "已批准" in approver.post("/rollouts/1/approve", seen="draft:-1:0").text
    begun = operator.post("/rollouts/1/start", seen="approved:-1:0")
    assert "已开始发布" in begun.text and "等待下载" in begun.text
    late = operator.post("/rollouts/1/pause", seen="approved:-1:0")  # of another tab, before it began
    assert late.status_code == 409 and "刚刚变了" in late.text
    paused = operator.post("/rollouts/1/pause", seen="ring:0:0").text
    assert "已暂停" in paused
    assert "继续发布" not in operator.post("/rollouts/1/resume", seen="ring:0:1").text
    first = operator.get("/rollouts/1/live")
    assert first.status_code == 200
    again = operator.get("/rollouts/1/live", headers={"If-None-Match": first.headers["ETag"]})
    assert again.status_code == 304
    back = operator.post("/rollouts/1/rollback", seen="ring:0:0")
    assert back.url.split("?")[0].endswith("/rollouts/2") and "回退" in back.text


def test_signatures_from_offline_keys(office: Hall, tmp_path: Path) -> None:
    editor, approver = office.as_("王编辑"), office.as_("李审批")
    change = approved(office)
    editor.post(f"{change}/package")
    archive = editor.get(f"{change}/package/to-sign.zip")
    assert archive.headers["Content-Type"] == "application/zip"
    folder = office.platform.database.parent
    offline = tmp_path / "offline"
    zipfile.ZipFile(io.BytesIO(archive.content)).extractall(offline)
    place = next(offline.iterdir())
    signed = next(place.glob("*.matters.json"))
    unsigned = signed.read_bytes()

    def send(data: bytes) -> str:
        answer = editor.session.post(
            f"{editor.url}/console{change}/package/signature",
            data={"form_token": editor.token},
            files={"signed": ("matters.json", data)},
            timeout=120,
        )
        return str(answer.text)

    assert "没有新的有效签名" in send(unsigned)
    assert "这不是签名后的文件" in send(b"{}")
    assert "没有完成" in send(b"[" * 100_000)
    for name in ("editor", "approver"):
        found = demo_repository.key_of(folder / "repository", name)
        assert found is not None
        key = read_key(found[0])
        assert not isinstance(key, BundleFault)
        signer = open_signer(key, partial(_phrase, found[1]))
        assert not isinstance(signer, BundleFault)
        assert sign_proposal(place, key, signer) == ("matters",)
        if name == "editor":
            wrong = json.loads(signed.read_bytes())
            wrong["signatures"][0]["sig"] = "00" * 64
            assert "没有新的有效签名" in send(json.dumps(wrong).encode())
            assert "签名有效" in send(signed.read_bytes())
            assert "没有新的有效签名" in send(signed.read_bytes())
    assert "已进入仓库" in send(signed.read_bytes())
    events = office.as_("孙审计").get("/audit").text
    assert "的配置包进入仓库：第 2 号" in events and "approver (approver)" in events
    assert approver.get(f"{change}/package").status_code == 200


def _phrase(phrase: str, _: str) -> str:
    return phrase


def test_what_is_rolled_out_is_assigned_in_the_repository(office: Hall) -> None:
    change = approved(office)
    for who, name in (("王编辑", "editor"), ("李审批", "approver")):
        office.as_(who).post(f"{change}/package") if name == "editor" else None
        office.as_(who).post(f"{change}/package/demo", office=name)
    folder = office.platform.database.parent / "repository"
    fleet = Fleet(office.engine, Publisher(folder, folder.parent / "online"))
    newest = rollouts.bundles(fleet)[0]
    operator, approver = office.as_("赵运维"), office.as_("李审批")
    operator.post("/rollouts", title="发", bundle=newest.id, **{"ring.pilot": "0", "soak.0": "0"})
    approver.post("/rollouts/1/approve", seen="draft:-1:0")
    operator.post("/rollouts/1/start", seen="approved:-1:0")
    clockwork.tick(fleet)
    assigned = repository.current_assignment(folder, "pilot")
    assert assigned is not None and not isinstance(assigned, BundleFault)
    assert assigned.bundle == newest.id
    published_ring_by_ring(office, newest.id)


def published_ring_by_ring(office: Hall, newest: str) -> None:
    """What the platform says is what each terminal has been given, and may show (Articles 9 and 12)."""

    def scope(terminal: str = "") -> str:
        headers = {"Terminal-Id": terminal} if terminal else {}
        answer = requests.get(f"{office.platform.url}/v1/guides/{TASK_CODE}", headers=headers, timeout=120)
        assert answer.headers["Vary"] == "Terminal-Id"
        return str(answer.json()["guide"]["scope"])

    def active(bundle: str) -> None:
        with writing(office.engine) as connection:
            connection.execute(update(beats).where(beats.c.terminal_id == "PDS-00000").values(bundle=bundle))

    old = scope()
    assert old != SCOPE and scope("PDS-00000") == old  # it has not come to the change yet: nothing is wrong
    active(newest)
    assert scope("PDS-00000") == SCOPE
    assert scope("PDS-00001") == old == scope()
    page = requests.get(f"{office.platform.url}/p/guides/{TASK_CODE}", timeout=120).text
    assert old in page and SCOPE not in page
    active(scene.OLD)
    with writing(office.engine) as connection:
        connection.execute(update(tables.rollouts).values(phase="done"))
    assert scope("PDS-00000") == SCOPE  # it is over: what still shows the old one has drifted
    published = office.platform.application.state.platform.published
    assert published.of_case(TASK_CODE, "PDS-00000", "1").minutes == 4
    assert published.of_case(TASK_CODE, "PDS-00001").minutes == 3
    assert published.of_case("X" * 31, "PDS-00001") is None
    with writing(office.engine) as connection:
        connection.execute(update(terminals).values(group="pilot"))
    published._public = (-1000.0, "")
    assert scope() == SCOPE and len(published.matters()) == 2
    assert published.reasons().label("510") is not None


def test_what_was_given_before_the_server_is_gone_back_to(office: Hall) -> None:
    """The office gave its group a bundle by command; the first rollout can be taken back all the same."""
    change = approved(office)
    office.as_("王编辑").post(f"{change}/package")
    for who, name in (("王编辑", "editor"), ("李审批", "approver")):
        office.as_(who).post(f"{change}/package/demo", office=name)
    demo_repository.place_terminal(office.engine)
    folder = office.platform.database.parent / "repository"
    listed = repository.approved(folder)
    assert not isinstance(listed, BundleFault)
    operator, approver = office.as_("赵运维"), office.as_("李审批")
    operator.post("/rollouts", title="发", bundle=listed[0].name, **{"ring.demo": "0", "soak.0": "0"})
    approver.post("/rollouts/1/approve", seen="draft:-1:0")
    operator.post("/rollouts/1/start", seen="approved:-1:0")
    assert operator.post("/rollouts/1/rollback", seen="ring:0:0").url.split("?")[0].endswith("/rollouts/2")
    clockwork.tick(Fleet(office.engine, Publisher(folder, folder.parent / "online")))
    assigned = repository.current_assignment(folder, "demo")
    assert assigned is not None and not isinstance(assigned, BundleFault)
    assert assigned.bundle == listed[1].name


def test_without_a_repository_it_is_said(desk: Hall) -> None:
    change = approved(desk)
    page = desk.as_("王编辑").get(f"{change}/package")
    assert page.status_code == 200 and "--repository" in page.text
    assert desk.as_("王编辑").post(f"{change}/package").status_code == 409
    assert "--repository" not in desk.as_("赵运维").get("/rollouts").text
    assert "还没有接入" in desk.as_("赵运维").get("/rollouts").text
    assert accounts.add(desk.engine, "新人", [Role.OPERATOR], PASSWORD) is None
