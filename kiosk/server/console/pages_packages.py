"""An approved change becomes a package: made, signed by both offices, published."""

from __future__ import annotations

from starlette.responses import Response

from kiosk.server.console import changes, packaging
from kiosk.server.console.changes import Change, State
from kiosk.server.console.desk import ROOT, Call, Entry, Refusal, not_found
from kiosk.server.console.packaging import Failed, Package
from kiosk.server.console.roles import Right, Role


def package_page(call: Call) -> Response:
    change = _change(call)
    package = packaging.of_change(call.room, change.id)
    return call.page(
        "package.html",
        change=change,
        package=package if isinstance(package, Package) else None,
        failed=package.words if isinstance(package, Failed) else "",
        offices=packaging.OFFICES,
        demo_offices=_demo_offices(call, change) if isinstance(package, Package) else [],
        connected=call.room.platform.settings.repository is not None,
    )


def prepare(call: Call) -> Response:
    change = _change(call)
    known = packaging.of_change(call.room, change.id)
    if isinstance(known, Package) and known.published:
        raise Refusal(409, "配置包已经发布", "它不能再改；要改请新建变更单。", back=_back(change))
    call.note("change.packing", change=change.id)
    package = _good(call, packaging.prepare(call.room, change.id), change)
    call.note("change.packed", change=change.id, bundle=f"第 {package.sequence} 号 {package.digest[:12]}")
    return call.go(f"/changes/{change.id}/package", "packed")


def download(call: Call) -> Response:
    change = _change(call)
    data = packaging.zipped(call.room, change.id)
    if data is None:
        raise not_found()
    name = f'attachment; filename="change-{change.id}-to-sign.zip"'
    return Response(data, media_type="application/zip", headers={"Content-Disposition": name})


def upload(call: Call) -> Response:
    change = _change(call)
    data = call.upload("signed")
    if data is None:
        raise Refusal(422, "还缺一项", "请选择签名后的文件。", back=_back(change))
    call.note("change.signing", change=change.id)
    package = _good(call, packaging.take_signature(call.room, change.id, data), change)
    return _signed(call, change, package)


def sign_for_demo(call: Call) -> Response:
    """The invented editor's or approver's signature, by who edited, or who approved, this very change."""
    change = _change(call)
    office = call.text("office", 10)
    if office not in _demo_offices(call, change):
        raise Refusal(
            403, "不能这样做", "编辑签名由编辑过它的人做，审批签名由批准它的人做。", back=_back(change)
        )
    call.note("change.signing", change=change.id)
    package = _good(call, packaging.sign_for_demo(call.room, change.id, office), change)
    return _signed(call, change, package)


def _signed(call: Call, change: Change, package: Package) -> Response:
    signers = "、".join(package.signers)
    call.note("change.signed", change=change.id, signers=signers)
    if package.published:
        call.note("change.published", change=change.id, bundle=f"第 {package.sequence} 号")
    return call.go(f"/changes/{change.id}/package", "published" if package.published else "signed")


def _demo_offices(call: Call, change: Change) -> list[str]:
    if not call.room.demo or call.user is None:
        return []
    found = []
    if Role.EDITOR in call.user.roles and call.who in change.editors:
        found.append("editor")
    if Role.APPROVER in call.user.roles and call.who == change.decided_by:
        found.append("approver")
    return found


def _change(call: Call) -> Change:
    change = changes.get(call.room.engine, call.number("change"))
    if change is None:
        raise not_found()
    if change.state is not State.APPROVED:
        raise Refusal(409, "还没有批准", "变更单批准之后才能制作配置包。", back=f"{ROOT}/changes/{change.id}")
    return change


def _good(call: Call, package: Package | Failed, change: Change) -> Package:
    """What became of it is written down also when nothing did: an intent without an end is a crash."""
    if isinstance(package, Failed):
        call.note("change.failed", change=change.id, reason=package.words)
        raise Refusal(409, "没有完成", package.words, back=_back(change))
    return package


def _back(change: Change) -> str:
    return f"{ROOT}/changes/{change.id}/package"


_PACKAGE = "/changes/{change}/package"
ENTRIES = (
    Entry("GET", _PACKAGE, Right.SEE, package_page),
    Entry("POST", _PACKAGE, Right.SIGN, prepare),
    Entry("GET", f"{_PACKAGE}/to-sign.zip", Right.SIGN, download),
    Entry("POST", f"{_PACKAGE}/signature", Right.SIGN, upload),
    Entry("POST", f"{_PACKAGE}/demo", Right.SIGN, sign_for_demo),
)
