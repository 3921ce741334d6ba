"""Article 8, one material at a time: it has a name of its own, once, and a basis that is a law or a rule."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from kiosk.matters.guide_model import Material
from kiosk.matters.kinds import MaterialSource
from kiosk.matters.lint.findings import ARTICLE_8, ARTICLE_13, Article, Finding, Severity
from kiosk.matters.lint.subject import Path_, Subject, Surroundings

_PAPER: Final = "(?:证明)?(?:材料|资料|要件|文件|证件|证明|凭证|手续|附件)"
_NO_NAME: Final = re.compile(  # the whole name says only that something has to be handed in
    "(?:本事项|申请|申报|办理|审批|登记|备案|报批|业务)?(?:时|中)?(?:所|需|需要|应当?|须|另|另外|还)*(?:提供|提交|补充|附|报送|准备|携带|上传)?的?"
    f"(?:全部|全套|整套|所有|完整|补充|附加|支撑|佐证|纸质|书面|电子|原始|基础|基本|必备|要求)*的?{_PAPER}"
    "(?:原件|复印件|[及和]复印件)*|"
    "(?:特殊|特定|个别)(?:情况|情形|人员)(?:下|的)?(?:需|应|须|所|要)*(?:提供|提交)?的?"
    f"{_PAPER}|[^，。；、（]{{0,8}}类{_PAPER}|附件材料|(?:上级|国家|省|市|当地|本地|县级|政策)(?:部门|机关|有关)?(?:规定|要求)的?{_PAPER}"
)
_ASKED_BY: Final = re.compile(
    f"(?:当地|属地|所在地|户籍地|居住地)?[^，。；、（]{{0,8}}(?:要求|认可|指定)的{_PAPER}"
)
_VALID_ONLY: Final = re.compile(
    f"(?:合法|有效|真实|完整|合法有效|真实有效|有效合法)的?(?:{_PAPER}|票据|单据)"
)
_MAYBE: Final = re.compile(
    r"[（(]\s*(?:如有|若有|如需要?|若需要?|如涉及|必要时|视情(?:况)?|根据需要|非必[需要]|可选|选交)\s*[）)]|"
    r"(?:如有|若有)的?(?:需|请|应|可)?(?:提供|提交)?$"
)
_SOME: Final = re.compile(r"若干[份张套]?|数份|[一几][到至两][份张]")
_CARD_AGAIN: Final = re.compile(
    r"(?:申请人|本人|办事人)?的?(?:居民|第二代)?身份证(?:原件|正反面|及|和|的)*(?:复印件|照片|扫描件|影印件)"
)
_NO_LAW: Final = re.compile(
    r"(?:会议纪要|办公会|内部|窗口|科室|领导|批示|口头|惯例|经验|历来|工作需要|审批需要|业务需要|管理需要|系统(?:要求|需要|设置)|"
    r"审批要求|工作要求|上级要求|实际需要|便于|为了|参考外地|外地做法)"
)
_RULE: Final = re.compile(
    r"法$|法》|条例|规定|办法|细则|通知|意见|决定|公告|规则|规程|规范|标准|方案|目录|清单|解释|批复|函|令"
)


def check(subject: Subject, around: Surroundings) -> Iterator[Finding]:
    yield from _bases(subject)
    guide = subject.guide
    if guide is None:
        return
    by_card = any(each.source is MaterialSource.CARD for each in guide.materials)
    names: dict[str, int] = {}
    for index, material in enumerate(guide.materials):
        yield from _named(subject, index, material)
        name = re.sub(r"[\s（）()“”]", "", material.name.zh)
        if name in names and material.when == guide.materials[names[name]].when:
            yield _finding(
                subject,
                ("guide", "materials", index, "name", "zh"),
                "article8.twice",
                Severity.ERROR,
                ARTICLE_8,
                f"“{material.name.zh}”已经是第{names[name] + 1}项材料：同一种材料只要一次，请删去一项",
                f"“{material.name.en}” is material {names[name] + 1} already: ask for it once",
            )
        names.setdefault(name, index)
        if by_card and material.source is MaterialSource.APPLICANT and _CARD_AGAIN.fullmatch(name):
            yield _finding(
                subject,
                ("guide", "materials", index, "name", "zh"),
                "article8.card_again",
                Severity.WARNING,
                ARTICLE_13,
                "本人身份证已经在终端上读过，不再要复印件：请删去这一项；要的是别人的，请写明是谁的",
                "the card has been read here, no copy of it is needed: delete this, or say whose it is",
            )


def _named(subject: Subject, index: int, material: Material) -> Iterator[Finding]:
    at: Path_ = ("guide", "materials", index, "name", "zh")
    name = material.name.zh.strip()
    core = re.sub(r"[（(][^（）()]*[）)]$", "", name)
    listed = core != name and re.search("[、或和]", name[len(core) :])
    if not listed and any(each.fullmatch(core) for each in (_NO_NAME, _ASKED_BY, _VALID_ONLY)):
        yield _finding(
            subject,
            at,
            "article8.vague",
            Severity.ERROR,
            ARTICLE_8,
            f"“{name}”没有说是哪一种材料：请写出具体名称，有几种的分开写",
            f"“{material.name.en}” does not say which paper: name it; several are several materials",
        )
    for pattern, severity, zh, en in (
        (
            _MAYBE,
            Severity.WARNING,
            "没有说清什么情况要交：请用when写明条件，去掉括号里的话",
            "it is not said in which case it is needed: write when, and delete this",
        ),
        (_SOME, Severity.ERROR, "没有说清几份：请在copies写明份数", "it is not said how many: write copies"),
    ):
        if hit := pattern.search(name):
            yield subject.finding(
                at,
                "article8.vague",
                severity,
                ARTICLE_8,
                f"“{hit.group()}”{zh}",
                f"“{hit.group()}”: {en}",
                word=hit.group(),
            )


def _bases(subject: Subject) -> Iterator[Finding]:
    """Only a law, a regulation, a rule or a normative document: what a counter wants is none."""
    for path, _ in subject.items("guide", "materials"):
        for where, _ in subject.items(*path, "basis"):
            title = subject.text(*where, "title") or ""
            if "《" not in title and _NO_LAW.search(title) and not _RULE.search(title):
                yield _finding(
                    subject,
                    (*where, "title"),
                    "article8.no_law",
                    Severity.ERROR,
                    ARTICLE_8,
                    f"“{title[:20]}”不是法律法规、规章或者规范性文件：请写明依据的文件和条款；没有依据的材料请取消",
                    f"“{title[:20]}” is no law, rule or normative document: name one, or drop the material",
                )


def _finding(
    subject: Subject, path: Path_, code: str, severity: Severity, article: Article, zh: str, en: str
) -> Finding:
    return subject.finding(path, code, severity, article, zh, en)
