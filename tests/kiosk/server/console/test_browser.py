"""The pages in a real browser: accessible, without a word from its console, by keyboard, alive."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, sync_playwright

from kiosk.server.fleet import rollouts
from kiosk.server.fleet.machine import Ring
from kiosk.server.settings import CONFIG_FOLDER
from tests.kiosk.server.conftest import running
from tests.kiosk.server.console import scene
from tests.kiosk.server.console.conftest import FILE, OTHER_FILE, PASSWORD, Hall, people

CHROMIUM = "/usr/bin/chromium"
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


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hall]:
    """A city in the middle of its work."""
    folder = tmp_path_factory.mktemp("city")
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


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        found = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS.split())
        yield found
        found.close()


def page_of(browser: Browser, hall: Hall, name: str, said: list[str]) -> Page:
    page = browser.new_context(viewport={"width": 1366, "height": 768}, locale="zh-CN").new_page()
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.goto(f"{hall.platform.url}/console/login")
    page.fill("#name", name)
    page.fill("#password", PASSWORD)
    page.click("main button[type=submit]")
    assert page.url.endswith("/console/")
    return page


@pytest.mark.parametrize("name", PAGES)
def test_every_page_is_accessible_quiet_and_fits(city: Hall, browser: Browser, name: str) -> None:
    said: list[str] = []
    page = page_of(browser, city, name, said)
    keep = os.environ.get("CONSOLE_PICTURES")  # a folder: to look at them
    for path in PAGES[name]:
        page.goto(f"{city.platform.url}/console{path}")
        found = Axe().run(page).response["violations"]
        assert not found, f"{path}: {[(each['id'], each['nodes'][0]['html']) for each in found]}"
        for width, height in ((1366, 768), (1920, 1080)):
            page.set_viewport_size({"width": width, "height": height})
            wide = page.evaluate("document.documentElement.scrollWidth")
            assert wide <= width, f"{path} is {wide} wide at {width}"
        page.set_viewport_size({"width": 1366, "height": 768})
        if keep:
            place = Path(keep) / f"{name}{path.replace('/', '-').replace('?', '-')}.png"
            page.screenshot(path=place, full_page=True)
    assert [each for each in said if "404" not in each and "403" not in each] == []
    page.context.close()


def test_it_is_worked_by_keyboard(city: Hall, browser: Browser) -> None:
    page = page_of(browser, city, "赵运维", [])
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "跳到正文"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"
    page.goto(f"{city.platform.url}/console/terminals")
    page.focus("input[name=q]")
    page.keyboard.type("PDS-00007")
    page.keyboard.press("Enter")
    page.wait_for_url("**q=PDS-00007**")
    assert page.locator("tbody tr").count() == 1
    page.context.close()


def test_a_line_that_a_finding_names_is_shown(city: Hall, browser: Browser) -> None:
    page = page_of(browser, city, "王编辑", [])
    page.goto(f"{city.platform.url}/console{FORM}/yaml")
    link = page.locator("a[data-line]").first
    line = int(link.get_attribute("data-line") or 0)
    link.click()
    selected = page.evaluate("(t => t.value.slice(t.selectionStart, t.selectionEnd))(document.activeElement)")
    lines = page.evaluate("document.querySelector('textarea').value").split("\n")
    assert selected == lines[line - 1]
    assert page.locator(".gutter span").count() == len(lines)
    assert page.locator(".gutter .error").count() >= 1
    page.context.close()


def test_a_rollout_is_watched_live(city: Hall, browser: Browser) -> None:
    page = page_of(browser, city, "孙审计", [])
    page.goto(f"{city.platform.url}/console/rollouts/1")
    assert page.locator("h1 .tag").inner_text() == "进行中"
    rollouts.pause(city.platform.application.state.platform.fleet, 1, "赵运维")
    page.locator("h1 .tag", has_text="已暂停").wait_for(timeout=15_000)
    rollouts.resume(city.platform.application.state.platform.fleet, 1, "赵运维")
    page.context.close()
