"""The linter's own words: the elements by their keys, and Chinese for the problems of reading a file."""

from __future__ import annotations

import re
from typing import Final

from kiosk.matters.problem import Problem

# Key in ``guide``: number in Article 7, Chinese, English.
ELEMENTS: Final = {
    "item_name": (1, "事项名称", "name"),
    "item_code": (2, "事项编码", "code"),
    "item_type": (3, "事项类型", "type"),
    "legal_basis": (4, "设定依据", "legal basis"),
    "authority": (5, "实施主体", "implementing body"),
    "conditions": (6, "受理条件", "conditions"),
    "audience": (7, "服务对象", "for whom"),
    "legal_limit": (8, "法定办结时限", "time limit by law"),
    "promised_limit": (9, "承诺办结时限", "promised time limit"),
    "result_name": (10, "结果名称", "result"),
    "result_sample": (11, "结果样本", "sample of the result"),
    "fee": (12, "收费标准", "fee"),
    "fee_basis": (13, "收费依据", "basis of the fee"),
    "materials": (14, "所需材料", "materials"),
    "owing_rule": (15, "容缺受理", "handing in later"),
    "procedure": (16, "办理流程", "procedure"),
    "handling_forms": (17, "办理形式", "ways to apply"),
    "review_standard": (18, "审查标准", "standard of review"),
    "scope": (19, "通办范围", "where it can be done"),
    "appointment": (20, "预约办理", "appointment"),
    "online_payment": (21, "网上支付", "online payment"),
    "express": (22, "物流快递", "delivery"),
    "places": (23, "办理地点", "places"),
    "hours": (24, "办理时间", "hours"),
    "consultation": (25, "咨询方式", "questions"),
    "supervision": (26, "监督投诉方式", "complaints"),
}

_NAME: Final = re.compile("“([^”]*)”")

_CHINESE: Final = {
    "file.not_a_file": "不是普通文件：请给出一个YAML文件的路径",
    "file.missing": "没有这个文件：请核对路径",
    "file.unreadable": "文件读不出来：请检查权限",
    "file.too_large": "文件太大：一个事项不会有这么大，请检查内容",
    "file.encoding": "从这里起不是UTF-8编码：请用UTF-8编码重新保存",
    "yaml.character": "有不能出现在文本文件中的字符：请删掉",
    "yaml.syntax": "不是正确的YAML：请检查这里和上一行的缩进、冒号和引号",
    "yaml.empty": "文件是空的：请写入内容",
    "yaml.documents": "一个文件只放一个事项：请去掉“---”",
    "yaml.alias": "不能使用锚点和引用（&、*）：请把内容写全",
    "yaml.tag": "不能使用标签（!）：请去掉以!开头的词",
    "yaml.too_deep": "层次太深：请检查缩进",
    "yaml.too_many": "内容太多：一个事项用不了这么多，请检查",
    "yaml.key": "键必须是文字：请写键名，或者加引号",
    "yaml.duplicate_key": "这个键出现了两次：请保留一处",
    "yaml.number": "数字太长：编码要放在引号里",
    "yaml.not_a_mapping": '整个文件要写成“键: 值”的形式，例如第一行task_code: "…"：请对照其他事项文件填写',
    "matter.mapping_wanted": "“{name}”不能只写一段文字，要分开写成“键: 值”"
    "（给群众看的文字要有zh和en；时限写成{{ amount: 5, unit: workday }}）",
    "matter.missing": "缺少“{name}”：请补上",
    "matter.unknown_key": "没有“{name}”这个键：请改正或者删去",
    "matter.text_wanted": "“{name}”必须是文字：数字和编码请放在引号里，空着的请填写",
    "matter.empty": "“{name}”是空的：请填写",
    "matter.malformed": "“{name}”的格式不对：请{how}",
    "matter.choice": "“{name}”的取值不对：请{how}",
    "matter.list_wanted": "“{name}”要写成列表：每行以“- ”开头",
    "matter.truth_wanted": "“{name}”只能是true或者false",
    "matter.value": "“{name}”的值不对：请{how}",
    "matter.repeated": "与前面的重复了：请改成不同的",
    "matter.declaration_missing": "在屏幕上承诺的材料要有承诺内容：请加上declaration",
    "matter.out_of_place": "放错了地方：请按英文提示删去或者移动",
    "matter.bounds": "上下限不对，谁都填不了：请按英文提示改正",
    "matter.unknown_question": "没有这个问题：请改正键名",
    "matter.unknown_answer": "表单里没有这个问题：请改正或者删去这个答案",
    "matter.lead": "一件事要有且只有一个牵头部门：请在一个parts里写lead: true",
    "matter.options_missing": "选择题要有options或者catalogue",
}


_SHAPES: Final = {
    "task_code": "写31位数字和大写字母：前18位是实施主体的统一社会信用代码，1位层级，12位基本编码",
    "item_code": "写31位数字和大写字母：前18位是实施主体的统一社会信用代码，1位层级，12位基本编码",
    "事项编码": "写31位数字和大写字母：前18位是实施主体的统一社会信用代码，1位层级，12位基本编码",
    "catalog_code": "写基本目录里的12位基本编码，只用数字和大写字母",
    "task_version": "写用点分开的数字，例如1或者2.1",
    "file": "写pictures文件夹里的文件名，以.png或者.jpg结尾",
    "of": "写result（办理结果）或者材料的编号",
    "birth": "写8位数字的年月日，例如19580214",
    "key": "用小写英文字母开头，后面只用小写字母、数字和下划线",
    "value": "只用小写英文字母、数字和下划线",
    "code": "只用大写英文字母、数字和下划线",
}
_HOW: Final = (
    (re.compile(r"must be one of: (.+)"), "从{0}中选一个"),
    (re.compile(r"greater than or equal to (-?[\d.]+)"), "写不小于{0}的数"),
    (re.compile(r"greater than (-?[\d.]+)"), "写大于{0}的数"),
    (re.compile(r"less than or equal to (-?[\d.]+)"), "写不大于{0}的数"),
    (re.compile(r"less than (-?[\d.]+)"), "写小于{0}的数"),
    (re.compile(r"valid integer|finite number"), "写整数，例如3"),
    (re.compile(r"at least (\d+) char"), "写至少{0}个字"),
    (re.compile(r"at most (\d+) char"), "写不超过{0}个字"),
    (re.compile(r"at least (\d+) item"), "列出至少{0}项"),
    (re.compile(r"at most (\d+) item"), "列出不超过{0}项"),
    (re.compile(r"valid date"), "写年-月-日，例如2026-11-26"),
)


def _how(code: str, name: str, message: str) -> str:
    """How to mend it, in Chinese as far as the problem is one that is known."""
    if code == "matter.malformed" and name in _SHAPES:
        return _SHAPES[name]
    for pattern, words in _HOW:
        if found := pattern.search(message):
            return words.format(
                *(group.replace(" or ", "、").replace(", ", "、") for group in found.groups())
            )
    return "按英文提示改正"


def mended(problem: Problem) -> tuple[str, str]:
    """The problem in Chinese, and what is missing, if it is an element of the guide or a ``basis``."""
    found = _NAME.search(problem.message)
    name = found.group(1) if found else ""
    zh = told(problem.code, name, problem.message)
    missing = problem.code in ("matter.missing", "matter.empty") and (name in ELEMENTS or name == "basis")
    return zh, name if missing else ""


def told(code: str, name: str, message: str) -> str:
    """The problem ``code`` of the value ``name`` in Chinese; ``message`` says it in English."""
    return _CHINESE.get(code, "不符合事项文件的格式：请按英文提示改正").format(
        name=name, how=_how(code, name, message)
    )
