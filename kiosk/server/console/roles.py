"""Who may do what: four roles, seven rights.

An auditor does nothing else: whoever looks after the others must not be one of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import Final


class Right(StrEnum):
    SEE = "see"  # every page that only shows
    EDIT = "edit"  # write in a change, submit and withdraw it
    APPROVE = "approve"  # approve a change of others or send it back
    SIGN = "sign"  # make the package of an approved change, bring its signatures
    OPERATE = "operate"  # rollouts, terminals, alarms
    ANSWER = "answer"  # tickets of ratings and requests
    AUDIT = "audit"  # the audit chain and the accounts


class Role(StrEnum):
    EDITOR = "editor"
    APPROVER = "approver"
    OPERATOR = "operator"
    AUDITOR = "auditor"


WORDS: Final[Mapping[Role, str]] = {
    Role.EDITOR: "编辑",
    Role.APPROVER: "审批",
    Role.OPERATOR: "运维",
    Role.AUDITOR: "审计",
}

RIGHTS: Final[Mapping[Role, frozenset[Right]]] = {
    Role.EDITOR: frozenset({Right.SEE, Right.EDIT, Right.SIGN}),
    Role.APPROVER: frozenset({Right.SEE, Right.APPROVE, Right.SIGN}),
    Role.OPERATOR: frozenset({Right.SEE, Right.OPERATE, Right.ANSWER}),
    Role.AUDITOR: frozenset({Right.SEE, Right.AUDIT}),
}


def rights_of(roles: Iterable[Role]) -> frozenset[Right]:
    return frozenset().union(*(RIGHTS[role] for role in roles))


def read_roles(text: str) -> tuple[Role, ...]:
    """The roles of a row; a word that is none (of a later version) gives no right."""
    known = {role.value for role in Role}
    return tuple(Role(word) for word in text.split(",") if word in known)


def unfit(roles: Iterable[Role]) -> str | None:
    """Why nobody may have these roles together."""
    chosen = set(roles)
    if not chosen:
        return "give at least one --role: editor, approver, operator or auditor"
    if Role.AUDITOR in chosen and len(chosen) > 1:
        return "an auditor looks after the others and can have no other role: make two accounts"
    return None
