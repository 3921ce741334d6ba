"""What the same thing is called in other places' workbooks: sheets, columns and elements of a guide.

The words are those of the guides that provinces and cities publish; the first of a line is this template's.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from kiosk.matters.characters import half_width

_SHEETS: Final = """
    办事指南 指南 服务指南 办事指南要素 指南要素 基本要素
    基本信息 事项基本信息 终端信息
    依据 设定依据 法律依据 政策依据 依据清单
    所需材料 材料 材料清单 申请材料 申报材料 办理材料 提交材料 申请材料清单 所需材料清单
    办理流程 流程 办事流程 办理程序
    办理地点 地点 受理地点 办事地点 办理窗口
    咨询方式 咨询 咨询渠道 咨询电话
    监督投诉方式 监督投诉 投诉方式 监督投诉渠道
    办理结果 结果 审批结果
    收费项目 收费 收费明细 收费项目清单
"""
_HEADERS: Final = """
    项目 要素 要素名称 指南要素 事项要素 名目 字段 字段名称 栏目 信息项
    内容 要素内容 填写内容 具体内容 值 填报内容 信息内容
    English 英文
    填写说明 说明 备注 填报说明
    编号 材料编号 材料编码 序号
    材料名称 材料 申请材料名称 申报材料名称 所需材料 申请材料
    怎么取得 取得方式 提供方式 获取方式
    形式 材料形式 材料形态 材料类型 提交形式
    份数 材料份数 数量要求 原件份数 纸质份数
    来源渠道 材料来源 来源 出具单位 材料出具单位
    电子证照 关联证照 电子证照名称
    填写样本 示例样表 样表 样本 填报样例
    空白表格 空表 空白表样
    环节 环节名称 步骤 办理环节 流程环节 办理步骤
    办理人和内容 办理内容 工作内容 办理人员 审查内容
    时限 办理时限 环节时限 办理期限
    地址 详细地址 办公地址
    窗口 窗口号 办理窗口
    时间 办公时间 工作时间 服务时间
    电话 联系电话 咨询电话
    方式 渠道 类别
    文件名称 依据名称 法律法规名称 法规名称 设定依据 名称
    文号或者日期 文号 依据文号 发布文号
    条款 条款号 依据条款 具体条款
    原文 条款内容 依据内容 条文内容
    用于 依据用途
"""
_ELEMENTS: Final = """
    事项名称 服务事项名称 政务服务事项名称 办理项名称 业务办理项名称 实施清单名称
    事项编码 实施编码 实施清单编码 事项代码 业务办理项编码
    基本编码 基本目录编码 基本目录代码
    事项类型 事项性质 事项类别 权力类型 行政权力类型
    设定依据 法律依据 实施依据 政策依据 办理依据
    实施主体 实施机构 实施部门 实施单位 办理机构 办理部门 办理单位 实施主体名称
    受理条件 申请条件 办理条件 申办条件 办事条件 准予条件
    服务对象 办理对象 适用对象 面向对象 申请对象
    法定办结时限 法定时限 法定期限 法定办理时限 法定办结期限
    承诺办结时限 承诺时限 承诺期限 承诺办理时限 承诺办结期限
    结果名称 办理结果 审批结果 办理结果名称 审批结果名称 办结结果
    结果样本 审批结果样本 办理结果样本 结果样式 结果样例
    收费标准 收费情况 是否收费
    收费依据 收费文件
    所需材料 申请材料 申报材料 材料清单 办理材料 提交材料 申请材料目录
    材料总数 材料数量 材料份数
    容缺受理 是否容缺 容缺办理 是否容缺受理 是否支持容缺受理
    办理流程 办事流程 办理程序 审批流程 流程
    办理形式 办理方式 申请方式 受理方式
    审查标准 审批标准 审核标准 审查要求
    通办范围 通办区域 通办
    预约办理 是否预约 是否支持预约 是否支持预约办理 预约
    网上支付 是否网上支付 是否支持网上支付 在线支付
    物流快递 是否快递 是否支持物流快递 快递送达 物流
    办理地点 受理地点 办事地点 办公地址 办理窗口
    办理时间 办公时间 工作时间 受理时间 服务时间 办理时间段
    咨询方式 咨询电话 咨询途径 咨询渠道
    监督投诉方式 监督电话 投诉电话 监督投诉电话 投诉方式 监督投诉渠道 投诉渠道
"""
_NUMBERED: Final = re.compile(
    r"^(?:[（(][一二三四五六七八九十\d]{1,3}[)）]|[一二三四五六七八九十\d]{1,3}[、.．])"
)
_BRACKETED: Final = re.compile(r"[（(]([^（）()]{1,12})[)）]$")
_UNITS: Final = frozenset(
    {"工作日", "个工作日", "天", "日", "自然日", "分钟", "小时", "元", "份", "月", "个月"}
)


def _by_name(lines: str) -> Mapping[str, str]:
    found: dict[str, str] = {}
    for line in lines.split("\n"):
        first, *others = line.split() or [""]
        found |= {other: first for other in others if other not in found}
    return found


SHEETS: Final = _by_name(_SHEETS)
HEADERS: Final = _by_name(_HEADERS)
ELEMENTS: Final = _by_name(_ELEMENTS)


def bare(label: str) -> str:
    """Without blanks, numbers before it, the star of what is required and a colon."""
    tidy = re.sub(r"[\s\u200b\ufeff]+", "", half_width(label) if label.isascii() else label)
    return _NUMBERED.sub("", tidy.strip("*＊:：")).strip("*＊:：")


def known(label: str, wanted: Mapping[str, object] | frozenset[str], names: Mapping[str, str]) -> str | None:
    """Which of ``wanted`` is meant by ``label``; ``None`` when none is."""
    for tidy in (bare(label), _BRACKETED.sub("", bare(label))):
        for name in (tidy, names.get(tidy, "")):
            if name in wanted:
                return name
    return None


def unit_of(label: str) -> str:
    """The unit that stands in brackets behind a label: 承诺办结时限（工作日）."""
    found = _BRACKETED.search(bare(label))
    unit = found[1].removeprefix("单位").strip(":：") if found else ""
    return unit if unit in _UNITS else ""
