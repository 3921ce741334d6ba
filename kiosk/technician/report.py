"""The readiness report on A4: every device with its newest record, versions, matters, space, queue.

Whoever takes a terminal over signs it.  Like everything of the technician's it is free of citizens' data.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from assets.typesetting import (
    MUTED,
    Block,
    Columns,
    Framed,
    Gap,
    Heading,
    KeepTogether,
    Pairs,
    Rule,
    Style,
    Table,
    Text,
    pages,
)
from kiosk.faults import technician_words
from kiosk.mending import mending
from kiosk.technician.cards import READY, of_the_past, rank, trouble
from kiosk.technician.names import (
    CHECKS,
    DRIVERS,
    KINDS,
    PAPERS,
    READINGS,
    STATES,
    TESTS,
    UNITS,
    called,
    counter,
    moment,
    who,
)

if TYPE_CHECKING:
    from kiosk.settings import Settings
    from kiosk.technician.state import DeviceCard, Reading, TestRecord, UnknownPart

_BODY: Final = Style(10.5, 16.0)
_SMALL: Final = Style(9.0, 13.5, colour=MUTED)
_VERDICT: Final = Style(15.0, 22.0, bold=True)
_LABEL: Final = replace(_BODY, colour=MUTED)
_CELL: Final = Style(9.5, 14.0)


def readiness_report(
    *,
    settings: Settings,
    cards: Sequence[DeviceCard],
    readings: Sequence[Reading],
    unknown: Sequence[UnknownPart],
    tests: Mapping[str, TestRecord],
    out_of_service: bool,
    at: datetime | None = None,
) -> bytes:
    """The report as PDF, as things are ``at`` (now)."""
    terminal = settings.terminal
    made = moment((at or datetime.now(UTC)).timestamp())
    header = (Text(f"{terminal.hall}　{terminal.name}", _SMALL), Rule(0.5, before=2), Gap(8))
    blocks: tuple[Block, ...] = (
        Heading("就绪报告", 20.0, "center", before=2, after=6),
        Pairs((("终端编号", terminal.id), ("时间", made)), style=_BODY, label=_LABEL),
        Gap(6),
        *_verdict(cards, readings, tests, out_of_service),
        *_devices(cards),
        *_details(cards),
        *_machine(readings),
        *_other_tests(tests),
        *_unknown(unknown),
        *_signature(),
    )
    return pages(
        blocks, title="就绪报告", header=header, footer=f"终端编号 {terminal.id}　{made}", margin_mm=18
    )


def _verdict(
    cards: Sequence[DeviceCard],
    readings: Sequence[Reading],
    tests: Mapping[str, TestRecord],
    out_of_service: bool,
) -> Iterator[Block]:
    bad = [card for card in cards if not card.ready]
    warned = [card for card in cards if card.ready and rank(card) != READY]
    faulty = [called(READINGS, reading.name) for reading in readings if reading.fault]
    faulty += [called(TESTS, record.kind) for record in tests.values() if record.passed is False]
    lines: list[Block] = []
    if not cards:
        lines.append(Text("没有就绪：配置文件里没有设备", _VERDICT))
    elif bad:
        lines.append(Text(f"没有就绪：{len(cards)} 台设备中有 {len(bad)} 台不能用", _VERDICT))
        lines.append(Text("、".join(card.name for card in bad), _BODY))
    elif warned or faulty:
        lines.append(Text("可以服务，有需要注意的地方", _VERDICT))
        names = [*(card.name for card in warned), *faulty]
        lines.append(Text("、".join(names), _BODY))
    else:
        lines.append(Text(f"已就绪：{len(cards)} 台设备全部正常", _VERDICT))
    if out_of_service:
        lines.append(Text("本机已停用，办事人看到的是停用页面。", replace(_BODY, bold=True)))
    yield Framed(tuple(lines))


def _devices(cards: Sequence[DeviceCard]) -> Iterator[Block]:
    yield Heading("设备", 14.0)
    if not cards:
        yield Text("配置文件里没有设备。", _BODY)
        return
    rows = tuple(
        (card.name, called(DRIVERS, card.driver), _state(card), moment(card.since), _test(card.last_test))
        for card in cards
    )
    headings = ("设备", "种类", "状态", "从何时起", "最近一次测试")
    yield Table(headings, rows, _CELL, shares=(2.2, 2.4, 1.8, 2.6, 3.4))


def _state(card: DeviceCard) -> str:
    said = called(STATES, card.state)
    if card.paper in ("low", "out", "jammed"):
        said += f"，{called(PAPERS, card.paper)}"
    return said


def _test(record: TestRecord | None) -> str:
    if record is None:
        return "从未测试"
    result = {True: "通过", False: "未通过", None: "等待确认"}[record.passed]
    return f"{called(TESTS, record.kind)}{result}，{moment(record.at)}，{who(record.by)}"


def _details(cards: Sequence[DeviceCard]) -> Iterator[Block]:
    for card in cards:
        code = trouble(card)
        rows = [("型号、编号", card.detail)]
        rows += [(counter(name), str(count)) for name, count in sorted(card.counters.items())]
        if card.supply is not None:
            unit = called(UNITS, card.supply.unit)
            counted = f"{card.supply.left} / {card.supply.capacity} {unit}"
            rows.append(("余纸", "缺纸，计数不可信" if card.count_untrue else counted))
        rows.append(("重新启动", str(card.restarts)))
        if code is not None:
            rows.append(
                (
                    "上次测试的故障码" if of_the_past(card) else "故障码",
                    "　".join(part for part in (code, card.cause) if part),
                )
            )
            rows.append(("说明", technician_words(code)))
            rows.append(("处理步骤", "\n".join(_numbered(mending(code, card.capabilities).steps))))
        rows += _checks(card.last_test)
        shown = tuple(row for row in rows if row[1])
        yield KeepTogether(
            (Heading(card.name, 12.0), Pairs(shown, style=_BODY, label=_LABEL, label_width=90.0))
        )


def _checks(record: TestRecord | None) -> list[tuple[str, str]]:
    if record is None:
        return []
    rows = []
    for check in record.checks:
        said = "通过" if check.passed else f"未通过（{check.fault.code if check.fault else ''}）"
        rows.append(
            (f"测试：{called(CHECKS, check.name)}", "　".join(part for part in (said, check.detail) if part))
        )
    return rows


def _numbered(steps: Sequence[str]) -> list[str]:
    return [f"{number}. {step}" for number, step in enumerate(steps, 1)]


def _machine(readings: Sequence[Reading]) -> Iterator[Block]:
    yield Heading("机器", 14.0)
    rows = []
    for reading in readings:
        value = moment(reading.value) if reading.name in ("clock", "uptime") else reading.value
        if reading.fault:
            value += f"\n{technician_words(reading.fault)}"
        rows.append((called(READINGS, reading.name), value))
    yield Pairs(tuple(rows), style=_BODY, label=_LABEL, ruled=True)


def _other_tests(tests: Mapping[str, TestRecord]) -> Iterator[Block]:
    if not tests:
        return
    yield Heading("其他测试", 14.0)
    rows = tuple((called(TESTS, record.kind), _test(record)) for record in tests.values())
    yield Pairs(rows, style=_BODY, label=_LABEL, ruled=True)


def _unknown(unknown: Sequence[UnknownPart]) -> Iterator[Block]:
    if not unknown:
        return
    yield Heading("已插上但没有使用的部件", 14.0)
    rows = tuple(
        (called(KINDS, part.kind), part.place, f"{part.vendor}:{part.product}".strip(":"), part.description)
        for part in unknown
    )
    yield Table(("接口", "位置", "厂商:产品", "名称"), rows, _CELL)


def _signature() -> Iterator[Block]:
    line = "技术人员签名　＿＿＿＿＿＿＿＿＿＿"
    day = "日期　＿＿＿＿＿＿＿＿"
    yield KeepTogether((Gap(24), Columns(((Text(line, _BODY),), (Text(day, _BODY),)), (0, 0))))
