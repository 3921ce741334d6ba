"""The model of a matter as JSON Schema, so that an editor completes and checks while one types.

``config/matter.schema.json`` is this text; a matter file names it in its first line:

    # yaml-language-server: $schema=../matter.schema.json
"""

from __future__ import annotations

import json
from typing import Any, Final

from kiosk.matters.lint.wording import ELEMENTS
from kiosk.matters.models import Matter

DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"
_SAID: Final = {
    "task_code": "实施编码，31位：实施主体统一社会信用代码18位、行使层级1位、基本编码12位 / 31 characters",
    "catalog_code": "基本编码，12位，必须在基本目录中 / 12 characters, listed in the base catalogue",
    "task_version": "版本，例如1或2.1 / version",
    "name": "事项名称（与基本目录一致） / official name",
    "plain_name": "老百姓的叫法，最多9个字 / as people say it, nine characters at most",
    "department": "部门 / department",
    "words": "老百姓还怎么叫它，供搜索 / what people also call it, for the search",
    "themes": "主题 / themes of life",
    "icon": "Material Design Icons的名称 / an icon's name",
    "shape": "certificate当场打印证明，query查询，filing备案，application申请 / what comes of it",
    "minutes": "在终端上大约几分钟 / minutes at the terminal",
    "bring": "要带什么 / what to bring",
    "eligibility": "能不能办 / who may apply",
    "steps": "在这里会发生什么 / what will happen here",
    "next": "办完之后 / what comes after",
    "signature": "提交前要在屏幕上签名 / the applicant signs on the screen before it is sent",
    "result_document": "平台给出PDF，在这里打印 / the platform gives a PDF that is printed here",
    "finish": "预申报：还要到哪里做什么 / a pre-application: what remains to be done",
    "parts": "一件事：由哪些事项组成 / a joint matter: its matters",
    "hours": "什么时候能办；空着随时能办 / when it can be done here",
    "pictures": "办事指南页上的样本图片，文件放在pictures文件夹 / pictures of samples on the guide's page",
    "exchange": "国家平台数据交换字段 / fields of the national exchange",
    "guide": "办事指南，第七条的26项要素 / the guide with the 26 elements of Article 7",
    "form": "表单 / the form",
    "checks": "答案之间的校验 / checks across answers",
    "rehearsal": "演练用的虚构的人和答案 / an invented person and answers, to rehearse",
}


def matter_schema() -> dict[str, Any]:
    schema = Matter.model_json_schema(by_alias=True)
    for name, said in _SAID.items():
        _describe(schema["properties"][name], said)
    guide = schema["$defs"]["Guide"]["properties"]
    for key, (number, zh, en) in ELEMENTS.items():
        _describe(guide[key], f"{number}. {zh} / {en}")
    return {"$schema": DIALECT, **schema, "title": "事项 Matter"}


def schema_text() -> str:
    return json.dumps(matter_schema(), ensure_ascii=False, indent=2) + "\n"


def _describe(prop: dict[str, Any], said: str) -> None:
    prop["description"] = said
