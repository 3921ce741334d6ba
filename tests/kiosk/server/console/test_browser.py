"""The pages in a real browser: accessible, without a word from its console, by keyboard, alive.

A few of them; ``python -m tests.torture.console`` goes through all.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from kiosk.server.fleet import rollouts
from tests.kiosk.server.console import looking
from tests.kiosk.server.console.conftest import Hall
from tests.kiosk.server.console.looking import FORM, faults_of, page_of

SAMPLE = {
    "王编辑": ("/", FORM, f"{FORM}/yaml"),
    "赵运维": ("/terminals?condition=not_ready", "/rollouts/1", "/ratings"),
}


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hall]:
    with looking.city(tmp_path_factory.mktemp("city")) as hall:
        yield hall


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with looking.chromium() as found:
        yield found


@pytest.mark.parametrize("name", SAMPLE)
def test_pages_are_accessible_quiet_and_fit(city: Hall, browser: Browser, name: str) -> None:
    said: list[str] = []
    page = page_of(browser, city, name, said)
    for path in SAMPLE[name]:
        assert faults_of(page, f"{city.platform.url}/console{path}") == [], path
    assert said == []
    page.context.close()


def test_it_is_worked_by_keyboard(city: Hall, browser: Browser) -> None:
    outside = browser.new_context().new_page()
    assert faults_of(outside, f"{city.platform.url}/console/login") == []
    outside.context.close()
    page = page_of(browser, city, "赵运维", [])
    page.wait_for_load_state()  # a key that is pressed before is lost
    page.keyboard.press("Tab")
    page.wait_for_selector("a.skip:focus", state="attached")
    page.keyboard.press("Enter")
    page.wait_for_selector("#main:focus", state="attached")
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
    page.locator("h1 .tag", has_text="已暂停").wait_for(timeout=120_000)
    rollouts.resume(city.platform.application.state.platform.fleet, 1, "赵运维")
    page.context.close()
