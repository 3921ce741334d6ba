"""Problems of the fleet's endpoints and pages: status, title, what it means and what to do."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

FLEET: Final[Mapping[str, tuple[int, str, str, str]]] = {
    "terminal-unknown": (
        404,
        "终端不存在",
        "没有这台终端，或它已停用；请核对编号，新终端请先登记。",
        "There is no such terminal, or it was retired; check the id, register a new one first.",
    ),
    "terminal-exists": (
        409,
        "终端已登记",
        "这个编号已登记；请换一个编号，或为它换发凭据。",
        "This id is registered already; use another one, or renew its credential.",
    ),
    "terminal-not-itself": (
        403,
        "终端身份不符",
        "凭据或证书不属于这台终端；请在终端上装入该终端自己的凭据。",
        "The credential or certificate is not this terminal's; install the terminal's own.",
    ),
    "acts-for-another": (
        403,
        "不能代其他终端提交",
        "这份申请来自另一台终端；请先在平台停用那台终端，再由这台终端重新发送。",
        "This comes from another terminal; retire that one on the platform first, then send it again.",
    ),
    "terminal-credential-missing": (
        401,
        "缺少终端凭据",
        "这台终端需出示凭据；请在 terminal.toml 的 platform.credential_file 中填写凭据文件。",
        "This terminal has to show its credential; name the file in platform.credential_file.",
    ),
    "too-many-requests": (
        429,
        "请求过于频繁",
        "这台终端请求过于频繁，请按 Retry-After 稍后再试。",
        "This terminal asks too often; retry after `Retry-After` seconds.",
    ),
    "alarm-unknown": (
        404,
        "告警不存在",
        "没有这条告警，请刷新列表。",
        "There is no such alarm; load the list again.",
    ),
    "alarm-closed": (
        409,
        "告警已关闭",
        "这条告警已经关闭，无需再处理。",
        "This alarm is closed already; there is nothing left to do.",
    ),
    "rollout-unknown": (
        404,
        "发布不存在",
        "没有这次发布，请刷新列表。",
        "There is no such rollout; load the list again.",
    ),
    "rollout-wrong-phase": (
        409,
        "当前状态不能这样操作",
        "这次发布目前的状态不允许该操作，请刷新后再看。",
        "This cannot be done from where the rollout stands now; load it again.",
    ),
    "rollout-same-person": (
        409,
        "须由他人批准",
        "发布不能由拟定人自己批准，请另一人批准。",
        "Whoever drafted a rollout cannot approve it; ask somebody else.",
    ),
    "rollout-another": (
        409,
        "另有发布正在进行",
        "同一时间只进行一次发布；请等它完成，或先将它回退。",
        "One rollout at a time: wait until the other one is done, or roll it back first.",
    ),
    "rollout-ring-empty": (
        409,
        "首环没有终端",
        "首环的分组里没有终端，无法验证；请先把至少一台终端移入该分组。",
        "The first ring has no terminal to prove anything; move at least one into its group.",
    ),
    "group-invalid": (
        422,
        "分组名称有误",
        "分组名称只能用小写字母、数字、- 和 _，以字母或数字开头，最长64个字符。",
        "A group's name is made of a-z, 0-9, - and _, begins with a letter or digit, at most 64 characters.",
    ),
    "rollout-groups": (
        422,
        "分环有误",
        "至少要有一环，每环至少一个分组，一个分组只能出现一次。",
        "There must be a ring, each with a group, and no group twice.",
    ),
    "rollout-changed": (
        409,
        "已被他人更改",
        "别人刚刚更改了这次发布，请刷新后再操作。",
        "Somebody else has just changed this rollout; load it again.",
    ),
    "rollout-nothing-before": (
        409,
        "没有可回退的内容",
        "这些分组之前没有下发过配置包，无法回退；请发布一个更正后的配置包。",
        "These groups had no bundle before; publish a corrected one instead.",
    ),
    "rollout-superseded": (
        409,
        "已有更新的配置",
        "这些分组后来已下发更新的配置包；请回退最近的那次发布。",
        "These groups have been given something newer since; roll that back instead.",
    ),
    "repository-unavailable": (
        503,
        "配置仓库不可用",
        "配置仓库暂时无法读取，请稍后再试；仍有问题请检查仓库文件夹和服务器日志。",
        "The repository cannot be read now; try again, then look at its folder and the server's log.",
    ),
    "bundle-unknown": (
        404,
        "配置包不存在",
        "没有这个已批准的配置包，请先签署并发布。",
        "There is no such approved bundle; sign and publish it first.",
    ),
    "bundle-below-floor": (
        409,
        "配置包过旧",
        "这个配置包低于允许的最低序号，终端不会接受；请选择较新的配置包。",
        "This bundle is below the lowest sequence that terminals take; choose a newer one.",
    ),
}
