"""Writing papers, against the same page written with fpdf2 (``papers_fpdf2.py``).

Each library works in processes of its own: the first paper of a process loads its fonts, as it does for
the terminal's first citizen; the further ones are those of the whole night after.
"""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from typing import Final, Literal, get_args

from kiosk.delivery.papers import common
from kiosk.delivery.papers.data import SlipData, SlipMaterial
from kiosk.server.certificates import Paper
from tests.bench.figures import Figure

PROCESSES: Final = 3
FURTHER: Final = 7  # papers of a process after its first one
MS: Final = 1000.0
SECONDS: Final = 120.0

Writer = Literal["ours", "fpdf2"]
Kind = Literal["slip", "certificate"]

URL: Final = "https://zwfw.example.gov.cn/q/4c2f9b0d7a"
SLIP: Final = SlipData(
    state="accepted",
    matter_name="社会保险参保缴费凭证打印",
    department="平顶山市社会保险中心",
    serial="TJZ7WMCHFV",
    project_no="124104000058A2138D3410714003000202611240001",
    masked_name="王*英",
    masked_number="410***********3022",
    at=datetime(2026, 11, 24, 3, 22, tzinfo=UTC),
    promised="即办（当场办结）",
    materials=(SlipMaterial("居民身份证或社会保障卡", "provided"),),
    next_text="证明当场打印，盖有电子印章，可以直接使用。证明上有验证码，收取单位可以核验。",
    lookup_url=URL,
    terminal_name="市民之家1号终端",
    terminal_id="PDS-HALL-001",
    hall="平顶山市政务服务大厅",
)
SLIP_TEXTS: Final = {
    "title": "受理通知书",
    "statement": "您的申请已被受理。",
    "rows": (
        ("事项名称", SLIP.matter_name),
        ("实施机关", SLIP.department),
        ("申请人", SLIP.masked_name),
        ("证件号码", SLIP.masked_number),
        ("申请时间", common.moment(SLIP.at)),
        ("承诺时限", SLIP.promised),
    ),
    "materials": (("已收到", "居民身份证或社会保障卡"),),
    "closing": (
        f"{SLIP.terminal_name}　终端编号 {SLIP.terminal_id}",
        "本纸未加盖印章，",
        "正式文书以实施机关出具的为准。",
        "姓名和证件号码已遮盖。",
        "热敏纸字迹会变淡，请拍照留存。",
    ),
}
CERTIFICATE: Final = Paper(
    title="社会保险参保缴费凭证",
    number="124104000058A2138D3410714003000202611240001",
    issuer="平顶山市社会保险中心",
    day=date(2026, 11, 24),
    facts=(
        ("姓名", "王秀英"),
        ("证件类型", "居民身份证"),
        ("证件号码", "410402198805123022"),
        ("缴费年月", "2024年1月至2025年12月"),
        ("险种", "企业职工基本养老保险"),
        ("缴费单位", "平顶山市示范单位（演示）"),
    ),
    body="兹证明：王秀英（居民身份证号码：410402198805123022），在本市参加企业职工基本养老保险，"
    "2024年1月至2025年12月实际缴费24个月，个人缴纳合计9,170.40元。特此证明。",
    columns=("缴费月份", "缴费基数（元）", "单位缴纳（元）", "个人缴纳（元）", "状态"),
    rows=tuple(
        (f"{year}-{month:02}", f"4,7{month + 10}.00", f"76{month % 10}.16", f"38{month % 10}.08", "已缴")
        for year in (2024, 2025)
        for month in range(1, 13)
    ),
    note="2024年1月至2025年12月共缴费24个月，个人缴纳合计9,170.40元。",
)


def writer(library: Writer, kind: Kind) -> Callable[[], bytes]:
    """Writes the paper; each library is imported only where it is used."""
    if library == "fpdf2":
        from tests.bench import papers_fpdf2

        if kind == "slip":
            return lambda: papers_fpdf2.slip(SLIP, SLIP_TEXTS)
        return lambda: papers_fpdf2.certificate(CERTIFICATE, URL)
    if kind == "slip":
        from kiosk.delivery.papers.slip import slip

        return lambda: slip(SLIP)
    from kiosk.server.certificates import draw

    return lambda: draw(CERTIFICATE, URL)


def measure() -> Iterator[Figure]:
    for kind in get_args(Kind):
        runs: dict[str, list[list[float]]] = {library: [] for library in get_args(Writer)}
        for _ in range(PROCESSES):
            for library, spent in runs.items():
                spent.append(_in_a_process(library, kind))
        ours, peer = runs["ours"], runs["fpdf2"]
        name = "fpdf2"
        first, further = (slice(0, 1), slice(1, None))
        for title, part in ((f"{kind}, first of a process", first), (f"{kind}, each further one", further)):
            yield Figure(title, "ms", _joined(ours, part), _joined(peer, part), name, 1.0)


def _joined(runs: list[list[float]], part: slice) -> tuple[float, ...]:
    return tuple(value for run in runs for value in run[part])


def _in_a_process(library: str, kind: str) -> list[float]:
    command = [sys.executable, "-m", "tests.bench.papers", library, kind]
    told = subprocess.run(command, check=True, capture_output=True, text=True, timeout=SECONDS).stdout
    times: list[float] = json.loads(told)
    return times


def main(library: Writer, kind: Kind) -> None:
    """Prints the milliseconds of each paper, imports counted with the first."""
    times = []
    for _ in range(1 + FURTHER):
        began = time.perf_counter()
        writer(library, kind)()
        times.append((time.perf_counter() - began) * MS)
    print(json.dumps(times))


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])  # type: ignore[arg-type]
