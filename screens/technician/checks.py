"""Network, machine and sound: what the terminal finds out about itself, and what a person has to hear."""

from __future__ import annotations

from kiosk.mending import mending
from kiosk.technician import commands
from kiosk.technician.names import READINGS, STEPS, called, moment
from kiosk.technician.state import NetworkStep, View
from screens.kit.block import Block
from screens.kit.buttons import Button
from screens.kit.layout import Card, Column
from screens.kit.notes import Banner
from screens.kit.notes import Step as Ticked
from screens.kit.tables import KeyValue
from screens.kit.text import Heading, Text
from screens.technician.cards import Step
from screens.technician.frame import sentence
from screens.technician.room import Room, TechPage, TechParts

MARKS = {
    "passed": "done",
    "failed": "failed",
    "running": "running",
    "waiting": "waiting",
    "skipped": "waiting",
}


def back(room: Room) -> Button:
    return room.button("back", room.words("chrome.back"), commands.Show(View.OVERVIEW), icon="arrow-left")


def what_to_do(room: Room, code: str) -> Block:
    """The sentence of a fault and the steps to mend it, on one card."""
    ctx = room.ctx
    steps = [Step(ctx, number, text) for number, text in enumerate(mending(code).of(room.language), 1)]
    blocks: list[Block] = [
        Text(ctx, sentence(code, room.language), "body_bold"),
        Text(ctx, f"{room.words('part.code')}　{code}", "caption", "muted"),
        Heading(ctx, room.words("overview.do_this"), level=3),
        *steps,
    ]
    return Card(ctx, Column(ctx, blocks, gap=8), padding=(28, 20))


class NetworkPage(TechPage):
    def parts(self) -> TechParts:
        steps = self.room.state.network
        running = any(step.state in ("waiting", "running") for step in steps)
        check = self.room.button(
            "check",
            self.words("net.again" if steps else "net.check"),
            commands.CheckNetwork(),
            "primary",
            "lan-check",
            disabled=self.words("overview.testing") if running else None,
        )
        body: list[Block] = [Card(self.ctx, [self._step(step) for step in steps], gap=8, padding=(28, 20))]
        failed = next((step for step in steps if step.fault is not None), None)
        if failed is not None and failed.fault is not None:
            body.append(what_to_do(self.room, failed.fault))
        if not steps:
            body = [Banner(self.ctx, "info", self.words("net.none"))]
        return TechParts(self.words("net.heading"), self.words("net.lead"), body, [back(self.room), check])

    def _step(self, step: NetworkStep) -> Block:
        ctx = self.ctx
        name = called(STEPS, step.name, self.room.language)
        skipped = None
        if step.state == "skipped":  # a line without encryption has no such step
            skipped = self.words("net.not_needed" if step.detail == "http" else "net.skipped")
        blocks: list[Block] = [Ticked(ctx, name, MARKS[step.state], skipped)]
        took = "" if step.milliseconds is None else self.words("net.took", milliseconds=step.milliseconds)
        said = "　".join(each for each in (step.detail, took) if each)
        if said:
            blocks.append(Text(ctx, said, "caption", "muted"))
        return Column(ctx, blocks, gap=0)


class MachinePage(TechPage):
    def parts(self) -> TechParts:
        readings = self.room.state.machine
        measure = self.room.button(
            "measure", self.words("mach.measure"), commands.MeasureMachine(), "primary", "refresh"
        )
        rows: list[Block] = []
        for number, reading in enumerate(readings, 1):
            timed = reading.name in ("clock", "uptime")
            value = moment(reading.value, self.room.language) if timed else reading.value
            label = called(READINGS, reading.name, self.room.language)
            rows.append(KeyValue(self.ctx, label, value, rule=number < len(readings)))
        body: list[Block] = [Banner(self.ctx, "info", self.words("mach.none"))]
        if rows:
            body = [Card(self.ctx, rows, gap=0, padding=(28, 12))]
        body += [what_to_do(self.room, reading.fault) for reading in readings if reading.fault]
        return TechParts(self.words("mach.heading"), body=body, buttons=[back(self.room), measure])


class SoundPage(TechPage):
    def parts(self) -> TechParts:
        room, state = self.room, self.room.state.sound_state
        playing = self.words("snd.playing") if state == "playing" else None
        play = room.button(
            "play", self.words("snd.play"), commands.PlaySound(), "primary", "volume-high", disabled=playing
        )
        if state != "played":
            return TechParts(self.words("snd.heading"), self.words("snd.lead"), buttons=[back(room), play])
        failed = room.button(
            "judge-failed", self.words("snd.failed"), commands.RecordTest("sound", False), "danger"
        )
        passed = room.button(
            "judge-passed", self.words("snd.passed"), commands.RecordTest("sound", True), "primary"
        )
        again = room.button("play", self.words("snd.play"), commands.PlaySound(), icon="volume-high")
        return TechParts(
            self.words("snd.heading"),
            body=[Banner(self.ctx, "info", self.words("snd.played"), "ear-hearing")],
            buttons=[back(room), again, failed, passed],
        )
