"""Which sheet holds what of a matter's file.

Two kinds of sheet: a :class:`Form` has a row for each thing (项目, 内容, English, 填写说明), a
:class:`Table` a row for each entry of a list.  Bases of laws stand together on one sheet, with a column that
says for what.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from kiosk.matters.excel.cells import (
    Choice,
    Code,
    Limit,
    Lines,
    Number,
    Options,
    Structure,
    Text,
    YesNo,
    Yuan,
)

Path_ = tuple[str, ...]
TEXT: Final = Text()


@dataclass(frozen=True)
class Line:
    """``bilingual``: Chinese in one column and English in the next, under the keys zh and en."""

    label: str
    path: Path_
    kind: Text = TEXT
    bilingual: bool = False
    hint: str = ""


@dataclass(frozen=True)
class Form:
    name: str
    lines: tuple[Line, ...]


@dataclass(frozen=True)
class Column:
    label: str
    path: Path_
    kind: Text = TEXT
    wide: bool = False


@dataclass(frozen=True)
class Table:
    name: str
    path: Path_
    columns: tuple[Column, ...]


SHAPES: Final = Choice(
    (("certificate", "打印证明"), ("query", "查询"), ("filing", "备案"), ("application", "申请"))
)
SOURCES: Final = Choice(
    (("card", "刷卡读取"), ("platform", "平台共享"), ("declaration", "当场承诺"), ("applicant", "申请人提供"))
)
FORMS: Final = Choice(
    (
        ("original", "原件"),
        ("copy", "复印件"),
        ("original_and_copy", "原件和复印件"),
        ("electronic", "电子信息"),
        ("declaration", "承诺"),
    )
)
CHANNELS: Final = Choice(
    (("phone", "电话"), ("counter", "现场"), ("web", "网站"), ("app", "手机应用"), ("letter", "信函"))
)
RESULTS: Final = Choice(
    (("licence", "证照"), ("document", "文书"), ("record", "登记结果"), ("payment", "待遇给付"))
)
DELIVERIES: Final = Choice(
    (("printed_here", "当场打印"), ("collected", "窗口领取"), ("posted", "邮寄"), ("electronic", "电子送达"))
)
QUESTIONS: Final = Choice(
    (
        ("text", "文字"),
        ("digits", "数字"),
        ("phone", "手机号码"),
        ("date", "日期"),
        ("month_range", "起止年月"),
        ("date_range", "起止日期"),
        ("amount", "金额"),
        ("choice", "单选"),
        ("bank_card", "银行卡号"),
        ("address", "地址"),
        ("yes_no", "是或否"),
        ("group", "一组问题"),
    )
)

BASICS: Final = Form(
    "基本信息",
    (
        Line("实施编码", ("task_code",), Code(), hint="31位，设为文本格式"),
        Line("基本编码", ("catalog_code",), Code(), hint="12位，必须在基本目录中"),
        Line("版本", ("task_version",), hint="例如1"),
        Line("事项名称", ("name",), bilingual=True, hint="与基本目录一致"),
        Line("通俗名称", ("plain_name",), bilingual=True, hint="老百姓的叫法，最多9个字"),
        Line("部门", ("department",), bilingual=True),
        Line("搜索用的说法", ("words",), Lines(divided=True), hint="俗称、别名，每行一个"),
        Line("主题", ("themes",), Lines(divided=True), hint="养老、就业、医疗……每行一个"),
        Line("图标", ("icon",), hint="Material Design Icons的名称"),
        Line("办理类型", ("shape",), SHAPES, hint="打印证明、查询、备案、申请"),
        Line("终端用时（分钟）", ("minutes",), Number()),
        Line("手写签名", ("signature",), YesNo(), hint="是：提交前在屏幕上签名"),
        Line("打印结果", ("result_document",), YesNo(), hint="是：平台给出PDF，在终端打印"),
        Line("办完之后", ("next",), bilingual=True, hint="告诉办事人接下来怎么办"),
        Line("还要办什么", ("finish", "what"), bilingual=True, hint="预申报才填"),
        Line("到哪里办", ("finish", "where"), bilingual=True, hint="预申报才填"),
        Line("几天内办（天）", ("finish", "days"), Number(), hint="预申报才填"),
    ),
)
GUIDE: Final = Form(
    "办事指南",
    (
        Line("事项名称", ("guide", "item_name")),
        Line("事项编码", ("guide", "item_code"), Code(), hint="31位，设为文本格式"),
        Line("事项类型", ("guide", "item_type"), hint="行政许可、行政给付、行政确认、公共服务……"),
        Line("设定依据", (), hint="填在“依据”表，用于：设定依据"),
        Line("实施主体", ("guide", "authority")),
        Line("受理条件", ("guide", "conditions"), Lines(), hint="每行一条"),
        Line("服务对象", ("guide", "audience"), hint="自然人、企业法人……"),
        Line("法定办结时限", ("guide", "legal_limit"), Limit(), hint="即办、15个工作日、30天……"),
        Line("承诺办结时限", ("guide", "promised_limit"), Limit(), hint="不能比法定时限长"),
        Line("结果名称", ("guide", "result_name")),
        Line("结果样本", ("guide", "result_sample"), hint="样子或者文件名"),
        Line("收费标准", ("guide", "fee", "standard"), hint="免费，或者收费标准"),
        Line("收费金额（元）", ("guide", "fee", "amount_fen"), Yuan(), hint="不收费填0"),
        Line("最高收费（元）", ("guide", "fee", "up_to_fen"), Yuan(), hint="收费因情况而不同时才填"),
        Line("收费依据", ("guide", "fee_basis"), hint="文件填在“依据”表，用于：收费依据"),
        Line("所需材料", (), hint="填在“所需材料”表"),
        Line("材料总数", ("guide", "materials_count"), Number(), hint="可以不填"),
        Line("容缺受理", ("guide", "owing_rule"), hint="没有就写：不适用容缺受理"),
        Line("办理流程", (), hint="填在“办理流程”表"),
        Line("办理形式", ("guide", "handling_forms"), Lines(divided=True), hint="每行一种"),
        Line("审查标准", ("guide", "review_standard")),
        Line("通办范围", ("guide", "scope")),
        Line("预约办理", ("guide", "appointment"), hint="没有就写：无需预约"),
        Line("网上支付", ("guide", "online_payment"), hint="没有就写：不收费，不需要网上支付"),
        Line("物流快递", ("guide", "express"), hint="没有就写：不需要快递送达"),
        Line("办理地点", (), hint="填在“办理地点”表"),
        Line("办理时间", ("guide", "hours")),
        Line("咨询方式", (), hint="填在“咨询方式”表"),
        Line("监督投诉方式", (), hint="填在“监督投诉方式”表"),
    ),
)
_CHANNEL_COLUMNS: Final = (Column("方式", ("kind",), CHANNELS), Column("内容", ("value",), wide=True))
_BOTH: Final = (Column("中文", ("zh",), wide=True), Column("English", ("en",), wide=True))
MATERIALS: Final = Table(
    "所需材料",
    ("guide", "materials"),
    (
        Column("编号", ("code",)),
        Column("材料名称", ("name", "zh"), wide=True),
        Column("Name", ("name", "en"), wide=True),
        Column("怎么取得", ("source",), SOURCES),
        Column("形式", ("form",), FORMS),
        Column("份数", ("copies",), Number()),
        Column("来源渠道", ("issuer",)),
        Column("电子证照", ("licence",)),
        Column("填写样本", ("sample",)),
        Column("空白表格", ("blank",)),
        Column("容缺天数", ("owing", "days"), Number()),
        Column("补交办法", ("owing", "how", "zh"), wide=True),
        Column("How to hand it in", ("owing", "how", "en"), wide=True),
        Column("承诺内容", ("declaration", "zh"), wide=True),
        Column("Declaration", ("declaration", "en"), wide=True),
        Column("什么情况下要", ("when",), Structure()),
    ),
)
TABLES: Final = (
    Table("要带什么", ("bring",), _BOTH),
    Table(
        "能不能办",
        ("eligibility",),
        (
            *_BOTH,
            Column("条件", ("check",), Structure()),
            Column("问", ("ask", "zh")),
            Column("Ask", ("ask", "en")),
            Column("不符合时", ("otherwise", "zh")),
            Column("Otherwise", ("otherwise", "en")),
        ),
    ),
    Table("办理步骤", ("steps",), _BOTH),
    MATERIALS,
    Table(
        "办理流程",
        ("guide", "procedure"),
        (Column("环节", ("name",)), Column("办理人和内容", ("duty",), wide=True), Column("时限", ("limit",))),
    ),
    Table(
        "办理地点",
        ("guide", "places"),
        (
            Column("名称", ("name",)),
            Column("地址", ("address",), wide=True),
            Column("窗口", ("window",)),
            Column("时间", ("hours",)),
            Column("电话", ("phone",)),
        ),
    ),
    Table("咨询方式", ("guide", "consultation"), _CHANNEL_COLUMNS),
    Table("监督投诉方式", ("guide", "supervision"), _CHANNEL_COLUMNS),
    Table(
        "办理结果",
        ("guide", "results"),
        (
            Column("名称", ("name",)),
            Column("种类", ("kind",), RESULTS),
            Column("样本", ("sample",)),
            Column("有效期（月）", ("valid_months",), Number()),
            Column("送达", ("delivery",), DELIVERIES),
        ),
    ),
    Table(
        "收费项目",
        ("guide", "fee", "items"),
        (
            Column("项目", ("name",)),
            Column("金额（元）", ("amount_fen",), Yuan()),
            Column("数量", ("count",), Number()),
        ),
    ),
    Table(
        "校验",
        ("checks",),
        (
            Column("规则", ("rule",), Structure(), wide=True),
            Column("回到哪个问题", ("question",)),
            Column("提示", ("message", "zh"), wide=True),
            Column("Message", ("message", "en"), wide=True),
        ),
    ),
    Table(
        "一件事",
        ("parts",),
        (
            Column("实施编码", ("task_code",)),
            Column("基本编码", ("catalog_code",)),
            Column("事项名称", ("name", "zh")),
            Column("Name", ("name", "en")),
            Column("部门", ("department", "zh")),
            Column("Department", ("department", "en")),
            Column("牵头", ("lead",), YesNo()),
            Column("什么情况下办", ("when",), Structure()),
        ),
    ),
    Table(
        "图片",
        ("pictures",),
        (
            Column("文件", ("file",)),
            Column("什么的样本", ("of",)),
            Column("图上有什么", ("text", "zh"), wide=True),
            Column("What it shows", ("text", "en"), wide=True),
        ),
    ),
    Table(
        "终端可办时间",
        ("hours",),
        (
            Column("哪些日子", ("days",), Lines(divided=True)),
            Column("从", ("from",)),
            Column("到", ("until",)),
        ),
    ),
)
QUESTION_SHEET: Final = Table(
    "表单",
    ("form",),
    (
        Column("分组", ("",)),  # the key of the group that the question belongs to
        Column("键", ("key",)),
        Column("类型", ("kind",), QUESTIONS),
        Column("问题", ("question", "zh"), wide=True),
        Column("Question", ("question", "en"), wide=True),
        Column("名称", ("label", "zh")),
        Column("Label", ("label", "en")),
        Column("提示", ("hint", "zh"), wide=True),
        Column("Hint", ("hint", "en"), wide=True),
        Column("必填", ("required",), YesNo()),
        Column("遮盖", ("sensitive",), YesNo()),
        Column("预填", ("prefill",)),
        Column("选项", ("options",), Options(), wide=True),
        Column("选项目录", ("catalogue",)),
        Column("什么情况下问", ("when",), Structure()),
        Column("怎么算出", ("compute",), Structure()),
        Column("最少字数", ("min_length",), Number()),
        Column("最多字数", ("max_length",), Number()),
        Column("单位", ("unit", "zh")),
        Column("Unit", ("unit", "en")),
        Column("最小", ("minimum",), Number()),
        Column("最大", ("maximum",), Number()),
        Column("最早", ("earliest",)),
        Column("最晚", ("latest",)),
    ),
)
# A group is a row of the kind 一组问题: its columns mean other keys.
GROUP_COLUMNS: Final = {
    "键": ("group",),
    "问题": ("more", "zh"),
    "Question": ("more", "en"),
    "名称": ("label", "zh"),
    "Label": ("label", "en"),
    "什么情况下问": ("when",),
    "最小": ("at_least",),
    "最大": ("at_most",),
}
BASIS_SHEET: Final = Table(
    "依据",
    (),
    (
        Column("用于", ("",)),  # 设定依据, 收费依据, a limit, or a material's code
        Column("文件名称", ("title",), wide=True),
        Column("文号或者日期", ("reference",)),
        Column("条款", ("article",)),
        Column("原文", ("text",), wide=True),
    ),
)
BASES: Final = {
    "设定依据": ("guide", "legal_basis"),
    "收费依据": ("guide", "fee", "basis"),
    "法定办结时限": ("guide", "legal_limit", "basis"),
    "承诺办结时限": ("guide", "promised_limit", "basis"),
}
FREE_SHEETS: Final = {"交换字段": ("exchange",), "演练": ("rehearsal",)}
"""Rows of 键 and 内容: keys as in the file, dotted: card.name, answers.phone."""
