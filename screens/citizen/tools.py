"""更多: language, colours, size, and where the buttons are; all of it for this visit only."""

from __future__ import annotations

from collections.abc import Sequence

from kiosk.visit import events as ev
from kiosk.visit.state import RATES, SCAN_SECONDS, VOLUMES
from screens.citizen.leaves import lines
from screens.kit.block import Block
from screens.kit.buttons import Button, Chip
from screens.kit.context import Ctx
from screens.kit.dialog import Dialog
from screens.kit.layout import Column, Line
from screens.kit.text import Heading
from screens.words import Catalogue as Words
from screens.words import languages

ICONS = {
    "theme:light": "white-balance-sunny",
    "theme:contrast": "contrast-circle",
    "theme:evening": "weather-night",
    "size:elder": "format-size",
    "reach:on": "wheelchair-accessibility",
}
Choice = tuple[str, str, bool, ev.SetMode]
"""Key, label, whether it holds now, what to send."""


def tools_dialog(ctx: Ctx) -> Dialog:
    words, mode = ctx.words, ctx.state.mode
    tongues: list[Choice] = [
        (
            f"language:{code}",
            Words.of(code).text("tools.own"),
            mode.language == code,
            ev.SetMode(language=code),
        )
        for code in languages()
    ]
    themes: list[Choice] = [
        (f"theme:{name}", words(f"tools.{name}"), mode.theme == name, ev.SetMode(theme=name))
        for name in ("light", "contrast", "evening")
    ]
    sizes: list[Choice] = [
        ("size:normal", words("tools.normal"), not mode.elder, ev.SetMode(elder=False)),
        ("size:elder", words("tools.elder"), mode.elder, ev.SetMode(elder=True)),
    ]
    reach: list[Choice] = [
        ("reach:off", words("tools.reach_off"), not mode.reach, ev.SetMode(reach=False)),
        ("reach:on", words("tools.reach_on"), mode.reach, ev.SetMode(reach=True)),
    ]
    body = [
        _group(ctx, "tools.language", tongues),
        _group(ctx, "tools.theme", themes),
        _group(ctx, "tools.size", sizes),
        _group(ctx, "tools.reach", reach),
        *(_group(ctx, heading, choices) for heading, choices in _ears(ctx)),
    ]
    close = Button(ctx, "close", words("tools.close"), lambda: ctx.send(ev.Stay()))
    return Dialog(ctx, words("tools.heading"), body, [close])


def _ears(ctx: Ctx) -> list[tuple[str, list[Choice]]]:
    """The voice, where there is one, and one-switch scanning."""
    words, mode = ctx.words, ctx.state.mode
    scans = {"off": 0.0, "slow": SCAN_SECONDS[0], "middle": SCAN_SECONDS[1], "fast": SCAN_SECONDS[2]}
    scan: list[Choice] = [
        (
            f"scan:{name}",
            words(f"tools.scan_{name}_short"),
            mode.scan_seconds == seconds,
            ev.SetMode(scan_seconds=seconds),
        )
        for name, seconds in scans.items()
    ]
    if not ctx.terminal.voice:
        return [("tools.scan", scan)]
    voice: list[Choice] = [
        ("voice:off", words("tools.voice_off"), not mode.speaks, ev.SetMode(voice=False)),
        ("voice:on", words("tools.voice_on"), mode.speaks, ev.SetMode(voice=True)),
    ]
    groups = [("tools.voice", voice)]
    if mode.speaks:
        groups += [
            ("tools.rate", _steps(ctx, "rate", ("slower", "faster"), RATES, mode.rate)),
            ("tools.volume", _steps(ctx, "volume", ("softer", "louder"), VOLUMES, mode.volume)),
        ]
    return [*groups, ("tools.scan", scan)]


def _steps(ctx: Ctx, what: str, names: tuple[str, str], steps: Sequence[int], now: int) -> list[Choice]:
    """One step down and one up, each with where it leads; at an end it says so."""
    found: list[Choice] = []
    place = steps.index(now)
    for name, end, by in ((names[0], "least", -1), (names[1], "most", 1)):
        there = min(len(steps) - 1, max(0, place + by))
        label = ctx.words(f"tools.{what}_{name if there != place else end}")
        led_to = ctx.words(f"tools.{what}_now", **{what: steps[there]})
        event = ev.SetMode(rate=steps[there]) if what == "rate" else ev.SetMode(volume=steps[there])
        found.append((f"{what}:{name}", f"{label} {led_to}", False, event))
    return found


def _group(ctx: Ctx, heading: str, choices: Sequence[Choice]) -> Block:
    chips = [
        Chip(ctx, key, label, holds, lambda event=event: ctx.send(event), ICONS.get(key))  # type: ignore[misc]
        for key, label, holds, event in choices
    ]
    for chip, choice in zip(chips, choices, strict=True):
        if choice[0].startswith("scan:"):  # "slow" alone says nothing to an ear
            chip.name = ctx.words(f"tools.{choice[0].replace(':', '_')}")
        chip.ticks = not ctx.metrics.narrow
    rows = [Line(ctx, row, gap=16) for row in lines(ctx, chips, Dialog.width_in(ctx))]
    gap = 8 if ctx.metrics.narrow else 16
    return Column(ctx, [Heading(ctx, ctx.words(heading), level=3), Column(ctx, rows, gap=16)], gap=gap)
