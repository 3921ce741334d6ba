"""Every event of the console's chain, with its words.  ``{key}`` stands for the value of that key."""

from __future__ import annotations

import string
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True)
class Event:
    words: str

    @property
    def keys(self) -> frozenset[str]:
        return frozenset(name for _, name, _, _ in string.Formatter().parse(self.words) if name)


EVENTS: Final[Mapping[str, Event]] = {
    name: Event(words)
    for name, words in {
        "account.added": "新建账号 {account}（{roles}）",
        "account.changed": "修改账号 {account}（{roles}）",
        "account.disabled": "停用账号 {account}",
        "account.enabled": "重新启用账号 {account}",
        "account.password": "账号 {account} 更换了密码",
        "session.begun": "登录",
        "session.ended": "退出登录",
        "session.refused": "登录未成功（{reason}）",
        "session.locked": "多次输错密码，登录暂停 {minutes} 分钟",
        "right.refused": "没有权限，已拒绝：{page}",
        "change.begun": "新建变更单 {change}：{title}",
        "change.saved": "变更单 {change} 保存了 {file}（第 {revision} 稿）",
        "change.dropped": "变更单 {change} 去掉了 {file}",
        "change.submitted": "提交变更单 {change} 审批，内容摘要 {digest}",
        "change.withdrawn": "撤回变更单 {change}",
        "change.returned": "退回变更单 {change}：{reason}",
        "change.approved": "批准变更单 {change}，内容摘要 {digest}",
        "change.discarded": "作废变更单 {change}",
        "change.packing": "着手为变更单 {change} 制作配置包",
        "change.signing": "着手为变更单 {change} 的配置包收下签名",
        "change.failed": "变更单 {change} 的配置包没有完成：{reason}",
        "change.packed": "变更单 {change} 已制成配置包 {bundle}",
        "change.signed": "变更单 {change} 的配置包已签名：{signers}",
        "change.published": "变更单 {change} 的配置包进入仓库：{bundle}",
        "rollout.drafted": "起草发布 {rollout}：配置包 {bundle}",
        "rollout.approved": "批准发布 {rollout}",
        "rollout.begun": "开始发布 {rollout}",
        "rollout.paused": "暂停发布 {rollout}",
        "rollout.halted": "中止发布 {rollout}",
        "rollout.resumed": "继续发布 {rollout}",
        "rollout.rolled_back": "回退发布 {rollout}",
        "rollout.withdrawn": "撤回发布 {rollout}",
        "terminal.closed": "终端 {terminal} 停用：{reason}",
        "terminal.opened": "终端 {terminal} 恢复服务",
        "terminal.note": "终端 {terminal} 记录：{note}",
        "alarm.taken": "告警 {alarm} 由本人处理",
        "alarm.closed": "告警 {alarm} 已处理：{note}",
        "ticket.taken": "{ticket} 由本人处理",
        "ticket.extended": "{ticket} 期限延至 {deadline}：{reason}",
        "ticket.done": "{ticket} 已整改：{action}",
        "ticket.not_content": "{ticket} 办结，群众仍不满意：{action}",
        "ticket.reopened": "{ticket} 重新打开：{reason}",
        "request.contact": "查看诉求 {request} 的联系电话",
        "request.listened": "收听诉求 {request} 的录音",
        "request.erased": "删除诉求 {request} 的录音：{reason}",
        "audit.verified": "核验审计链：{result}",
    }.items()
}


def told(event: str, keys: Mapping[str, str]) -> str:
    """The record in words; what an event of another version says stays to be read."""
    known = EVENTS.get(event)
    if known is None or known.keys - set(keys):
        return f"{event} " + "，".join(f"{name}={value}" for name, value in sorted(keys.items()))
    return known.words.format_map(dict(keys))
