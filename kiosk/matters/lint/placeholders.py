"""Texts that say nothing: 详见, 待定, 暂无, 无, xxx, —."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import Final

_NOTHING_WORDS: Final = """
    无 暂无 没有 无要求 无内容 空 空白 略 同上 见上 如上 待定 未定 待补充 待完善 待更新 待填 待填写 待确认
    暂定 暂缺 缺 未知 不详 不明 详见 见附件 详见附件 见窗口 详见窗口 见指南 请填写 填写 此处填写 请输入 示例
    测试 内容 说明 按规定 按照规定 依法 依规 其他 其它 有关 相关 等 等等 默认
    是/否 有/无 √ 法定 公开 另行通知 样本略 点击下载 下载 查看 点击查看
    更新中 正在完善 完善中 建设中 因人而异 具体情况具体分析 某某 某 不确定
    default none null nil n/a na tbd todo tba fixme test xxx xx x
"""
_NOTHING: Final = frozenset(_NOTHING_WORDS.split())
_ELSEWHERE_ONLY: Final = re.compile(
    r"(?:(?:具体|详情|内容|要求|材料)?(?:请)?(?:详见|参见|参阅|参照|见)(?!证).{0,30}|"
    "(?:具体|详情|所需|办理|申请|收费|材料|要求|事宜|内容)*请?(?:电话)?咨询.{0,16}|"
    r"(?:具体)?以.{1,16}(?:为准|公布|通知|公告).{0,4}|(?:请)?(?:登录|访问).{0,30}查[看询])"
)
_BY_RULES: Final = re.compile(  # 按规定收取, 按照国家有关标准执行: which, and how much?
    "(?:按照?|依照?|依据|根据|参照|执行)(?:国家|省|市|县|区|本省|本市|我省|我市|有关|相关|现行|物价|财政|主管|部门|核定|批准|"
    "法律|法规|收费|的|和|、|及)*(?:规定|标准|政策|文件|要求|办法)(?:的|收费|收取|收缴|缴纳|缴费|执行|办理|审核|审查|审批|受理|处理|提供|提交|核定|确定|标准|金额)*"
)
_OPEN_SENTENCE: Final = re.compile(  # whole texts: 根据实际情况确定, 依法审查, 符合条件, 未填写, 详询12345
    r"(?:根据|按照?|依照?|视)(?:实际|具体)?(?:情况|需要|流程|程序)(?:而定|确定|办理|审查|审核|执行|提供)?|"
    r"(?:依法|依规|依法依规|按章|照章)(?:进行)?(?:办理|审查|审核|审批|受理|执行|收取|确定|核定)|"
    r"符合(?:法定|法律|规定|相关|有关|办理|申请|受理|的)*(?:条件|规定|要求)(?:的(?:人员?|申请人|公民|自然人|群众)?)?|"
    r"(?:暂|尚|还)?(?:未|没有?)(?:填写?|公布|制定|明确|规定|确定|录入|维护|上传|设置|编制)|待(?:核实?|定稿|公布|录入|上传|明确)|"
    r"(?:具体|详情|详细)?请?(?:详询[^，。；]{0,20}|(?:致电|拨打|来电|电联|联系)[^，。；]{0,16}(?:咨询|询问|了解|确认|告知|为准))|"
    r"同(?:设定|法律|收费)依据|[0-9零一二三]|([0-9a-z])\1+"
)
# What answers yes or no, where something has to be named; 不适用 for what every matter has.
_BARE: Final = frozenset(
    {"是", "否", "有", "可以", "支持", "可", "能", "提供", "不适用", "不涉及", "未涉及", "正常"}
)
NAMED: Final = frozenset(  # the elements, and parts of them, that bare words are no answer to
    {
        "authority",
        "conditions",
        "audience",
        "result_name",
        "result_sample",
        "fee_basis",
        "review_standard",
        "scope",
        "handling_forms",
        "hours",
        "title",
        "address",
        "duty",
    }
)
_CROSSES: Final = re.compile(
    r"(?<![A-Za-z])[xXＸｘ]{2,}(?![A-Za-z])|[×✕╳]{2,}|(?<![\w*])\*{2,}(?!\w)|[＊]{2,}|_{3,}|[□○]{2,}|【\s*】|\?{2,}|？{2,}"
)
_BRACKETED: Final = re.compile(
    r"[【\[<＜{](?:请?填写?|此处|待|xxx|XXX|示例|事项名称|单位名称)[^】\]>＞}]{0,20}[】\]>＞}]"
)

# What 无 means for an element for which there may be nothing, said in full.
IN_FULL: Final = {
    "fee_basis": (
        "不收费”，或者收费文件的名称、文号“《……》（……号）",
        "“不收费” (free of charge), or the document",
    ),
    "owing_rule": ("不适用容缺受理", "“不适用容缺受理” (nothing may be handed in later)"),
    "appointment": ("无需预约", "“无需预约” (no appointment needed)"),
    "online_payment": ("不收费，不需要网上支付", "“不收费，不需要网上支付” (free, nothing to pay)"),
    "express": ("不需要快递送达", "“不需要快递送达” (nothing is sent)"),
    "standard": ("免费”或者“每证10元", "“免费” (free of charge), or the amount"),
}


@lru_cache(maxsize=1 << 15)  # most texts of many matters come again
def placeholder(text: str) -> str | None:
    """The part of ``text`` that stands for something not written, or None."""
    folded = (
        unicodedata.normalize("NFKC", text)
        .strip()
        .strip("。.；;，,、：:!！()（）[]【】<>《》“”\"'")
        .strip()
        .lower()
    )
    if not folded or folded in _NOTHING or not any(sign.isalnum() for sign in folded):
        return text.strip() or text
    if any(each.fullmatch(folded) for each in (_ELSEWHERE_ONLY, _BY_RULES, _OPEN_SENTENCE)):
        return text
    found = _BRACKETED.search(text) or _CROSSES.search(text)
    return found.group() if found else None


def bare_word(text: str) -> str | None:
    """``text`` where it only answers yes or no, or says that it does not apply."""
    return text.strip() if text.strip(" 。.；;") in _BARE else None
