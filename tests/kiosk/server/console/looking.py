"""The pages in a real browser, to be looked at: by tests, and all of them by ``tests.torture.console``."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, sync_playwright

from kiosk.server.fleet import rollouts
from kiosk.server.fleet.machine import Ring
from kiosk.server.settings import CONFIG_FOLDER
from tests.kiosk.server.conftest import running
from tests.kiosk.server.console import scene
from tests.kiosk.server.console.conftest import FILE, OTHER_FILE, PASSWORD, Hall, people

CHROMIUM = "/usr/bin/chromium"
PATIENCE_SECONDS = 120.0
FLAGS = (
    "--no-sandbox --disable-gpu --no-first-run --disable-background-networking --disable-component-update "
    "--disable-sync"
)
MATTER = "/matters/124104000058A3384Q3410715021000"
FORM = "/changes/1/files/02-no-property-certificate.yaml"
PAGES = {
    "王编辑": (
        "/",
        "/matters",
        MATTER,
        "/changes",
        "/changes/1",
        FORM,
        f"{FORM}/yaml",
        f"{FORM}/diff",
        f"{FORM}/pictures",
        "/matters/new",
        f"{FORM}/sections/names",
        f"{FORM}/sections/materials",
        f"{FORM}/sections/basis",
        f"{FORM}/sections/questions",
        "/changes/1/reasons",
        "/changes/1/calendar",
        "/changes/1/hall-hours",
        "/changes/1/choices",
        "/changes/1/choices/banks",
        "/changes/1/base-catalogue",
        "/changes/1/texts?q=身份证",
        "/changes/1/pictures",
        "/changes/1/parts",
        "/password",
        "/nothing",
    ),
    "赵运维": (
        "/terminals?condition=not_ready",
        "/terminals/PDS-00000",
        "/alarms",
        "/alarms?state=closed",
        "/rollouts",
        "/rollouts/1",
        "/rollouts/new",
        "/ratings",
        "/ratings/all",
        "/requests",
        "/tickets/1",
        "/audit",
    ),
    "李审批": ("/changes/2", "/changes/3/package", "/rollouts/2"),
    "孙审计": ("/audit",),
}


SIZES = ((1440, 900), (1920, 1080), (390, 844))


@contextmanager
def city(folder: Path) -> Iterator[Hall]:
    """A city in the middle of its work."""
    matters = folder / "matters"
    matters.mkdir()
    for name in (FILE, OTHER_FILE):
        shutil.copy(CONFIG_FOLDER / "matters" / name, matters)
    with running(folder, console_folder=folder / "files", matters_folder=matters) as client:
        people(client.engine)
        scene.fill_fleet(client.engine, 60)
        scene.fill_voices(client.engine, 12)
        platform = client.application.state.platform
        object.__setattr__(platform, "fleet", replace(platform.fleet, director=scene.Director()))
        hall = Hall(client)
        _work(hall)
        yield hall


def _work(hall: Hall) -> None:
    """Three changes (edited, submitted, approved) and two rollouts (under way, drafted)."""
    editor, approver = hall.as_("王编辑"), hall.as_("李审批")
    for number in (1, 2, 3):
        editor.post(f"{MATTER}/edit", title=f"第{number}张")
        at = f"/changes/{number}/files/02-no-property-certificate.yaml"
        fields = {"f.minutes": str(3 + number)} | ({"f.guide.fee.amount_fen": "20"} if number == 1 else {})
        assert editor.post(at, revision="1", **fields).status_code == 200
        if number > 1:
            revision = editor.get(f"/changes/{number}").text.split('name="revision" value="')[1].split('"')[0]
            assert editor.post(f"/changes/{number}/submit", revision=revision).status_code == 200
    digest = approver.get("/changes/3").text.split('name="digest" value="')[1][:64]
    assert approver.post("/changes/3/approve", digest=digest).status_code == 200
    fleet = hall.platform.application.state.platform.fleet
    for title in ("工本费", "下一次"):
        rings = (Ring(("pilot",), 600), Ring(("city", "county-1", "county-2"), 3600))
        rollouts.draft(fleet, title, scene.NEW, rings, "赵运维")
    rollouts.approve(fleet, 1, "李审批")
    rollouts.start(fleet, 1, "赵运维")


@contextmanager
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=CHROMIUM, args=FLAGS.split(), timeout=PATIENCE_SECONDS * 1000
        )
        yield browser
        browser.close()


def page_of(browser: Browser, hall: Hall, name: str, said: list[str]) -> Page:
    context = browser.new_context(viewport={"width": 1366, "height": 768}, locale="zh-CN")
    context.set_default_timeout(PATIENCE_SECONDS * 1000)
    page = context.new_page()
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.goto(f"{hall.platform.url}/console/login")
    page.fill("#name", name)
    page.fill("#password", PASSWORD)
    page.click("main button[type=submit]")
    page.wait_for_url("**/console/")
    return page


def faults_of(page: Page, address: str, picture: Path | None = None) -> list[str]:
    """What is wrong with the page at ``address``: what axe finds, and what is wider than the window."""
    page.goto(address)
    found = Axe().run(page).response["violations"]
    faults = [f"{each['id']}: {each['nodes'][0]['html'][:200]}" for each in found]
    for width, height in SIZES:
        page.set_viewport_size({"width": width, "height": height})
        wide = page.evaluate("document.documentElement.scrollWidth")
        faults += [f"{wide} wide at {width}"] if wide > width else []
    page.set_viewport_size({"width": SIZES[0][0], "height": SIZES[0][1]})
    if picture is not None:
        page.screenshot(path=picture, full_page=True)
    return faults
