"""``kiosk bundle status``: how a repository stands, and how one terminal does."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

from kiosk.cli.output import give, load, say, stop


def repository_status(where: Path, as_json: bool) -> int:
    """Print it; 1 when a signature has expired."""
    from kiosk.bundles import repository
    from kiosk.cli.bundle_common import good

    listed = good(repository.approved(where))
    shown = good(repository.assignments(where))
    left = good(repository.life_left(where))
    if not left:
        stop(f"there is no repository at {where}; kiosk bundle keys create makes one", 1)
    expired = [role for role, rest in left.items() if rest <= timedelta(0)]
    if as_json:
        give(
            {
                "approved": [
                    {"sequence": each.sequence, "bundle": each.name, "built_at": each.built_at}
                    for each in listed
                ],
                "floor": good(repository.floor(where)),
                "groups": {group: each.model_dump(mode="json") for group, each in sorted(shown.items())},
                "versions": dict(good(repository.versions(where))),
                "hours_left": {role: round(rest / timedelta(hours=1), 1) for role, rest in left.items()},
                "expired": expired,
            }
        )
        return 1 if expired else 0
    for each in listed:
        groups = "、".join(group for group, one in sorted(shown.items()) if one.bundle == each.name)
        print(f"配置包 {each.sequence:>4}  {each.digest[:12]}  {each.built_at}  {groups or '—'}")
    print(f"最低可用序号 floor  {good(repository.floor(where))}")
    for role, rest in left.items():
        words = "已过期 expired" if rest <= timedelta(0) else f"还有 {rest.days} 天 days left"
        print(f"{role:<10} {words}")
    return 1 if expired else 0


def terminal_status(file: Path, as_json: bool) -> int:
    """From what lies on the terminal's disk, beside a living one too; 1 when it does not get new bundles."""
    from kiosk.configuration.standing import standing_of

    told = standing_of(load(file))
    if told is None:
        stop(f"{file} has no section [bundles]: nothing is pushed to this terminal", 1)
    if as_json:
        give(told)
    else:
        _print(told)
    return 1 if told["fault"] else 0


def _print(told: dict[str, Any]) -> None:
    from kiosk.faults import technician_words

    if told["sequence"] is None:
        print("没有配置包，使用产品自带的配置  no bundle: the product's own matters are shown")
    else:
        trial = "（试用中 on trial）" if told["trial"] else ""
        print(f"配置包 {told['sequence']}  {told['digest'][:12]}  {told['since']} 启用{trial}")
    for each in told["rejected"]:
        print(
            f"未采用 not taken  {each['digest'][:12]}  {each['code']}  {each['at']}  {each['cause']}".rstrip()
        )
    if told["fault"]:
        say(f"kiosk: {told['fault']}: {told['detail']}".rstrip(": "))
        say(f"    {technician_words(told['fault'])}")
    print("信任的版本 trusted  " + "  ".join(f"{role}={number}" for role, number in told["trusted"].items()))
