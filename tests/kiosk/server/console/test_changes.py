"""A change from the first word to the approval: what is checked, what is refused, what is never lost."""

from __future__ import annotations

import unicodedata

import pytest
from sqlalchemy import select

from kiosk.matters.lint.subject import Surroundings
from kiosk.server.console import editing, workspace
from kiosk.server.console.diffing import side_by_side
from kiosk.server.console.tables import audit, published
from tests.kiosk.server.console.conftest import FILE, TASK_CODE, Hall

AT = f"/files/{FILE}"


def begun(hall: Hall, who: str = "王编辑") -> str:
    """A change with the filing in it; its address."""
    answer = hall.as_(who).post(f"/matters/{TASK_CODE}/edit", title="试改")
    assert answer.status_code == 200, answer.text
    return answer.url.split("/console")[1].split("/files/")[0]


def test_from_the_first_word_to_the_approval(desk: Hall) -> None:
    editor, approver = desk.as_("王编辑"), desk.as_("李审批")
    change = begun(desk)
    saved = editor.post(change + AT, revision="1", **{"f.minutes": "9", "f.next.zh": "等短信：“好”"})
    assert "已保存" in saved.text
    page = editor.get(change).text
    assert "预计用时（分钟）由“3”改为“9”" in page and "等短信：“好”" in page
    assert approver.post(f"{change}/approve", digest="").status_code == 409  # not submitted yet
    editor.get(change)
    assert "已提交审批" in editor.post(f"{change}/submit", revision=_revision(editor.get(change).text)).text
    shown = approver.get(change).text
    digest = shown.split('name="digest" value="')[1][:64]
    assert editor.post(change + AT, revision="2", **{"f.minutes": "1"}).status_code == 409  # locked
    assert approver.post(f"{change}/approve", digest="0" * 64).status_code == 409
    assert "已批准" in approver.post(f"{change}/approve", digest=digest).text
    with desk.engine.connect() as connection:
        row = connection.execute(select(published)).one()
        events = connection.execute(select(audit.c.who, audit.c.event).order_by(audit.c.seq)).all()
    assert row.file == FILE and workspace.matter_of(FILE, row.text).minutes == 9  # type: ignore[union-attr]
    told = [tuple(each) for each in events if each.event.startswith("change.")]
    assert told[-2:] == [("王编辑", "change.submitted"), ("李审批", "change.approved")]
    assert '<td class="number">9</td>' in editor.get("/matters").text  # the list shows it as published


def test_nobody_approves_what_they_have_edited(desk: Hall) -> None:
    both = desk.as_("两用")
    change = begun(desk)
    both.post(change + AT, revision="1", **{"f.minutes": "5"})
    both.post(f"{change}/submit", revision=_revision(both.get(change).text))
    page = both.get(change).text
    assert "要由另一位审批人员审批" in page and 'name="digest"' not in page
    digest = desk.as_("李审批").get(change).text.split('name="digest" value="')[1][:64]
    refused = both.post(f"{change}/approve", digest=digest)
    assert refused.status_code == 403 and "参与过" in refused.text
    with desk.engine.connect() as connection:
        assert not connection.execute(select(published)).all()


def test_two_tabs_at_once_lose_nothing(desk: Hall) -> None:
    one, other = desk.as_("王编辑"), desk.as_("钱编辑")
    change = begun(desk)
    assert one.post(change + AT, revision="1", **{"f.minutes": "5"}).status_code == 200
    text = other.get(f"{change}{AT}/yaml").text
    late = other.post(change + AT, revision="1", **{"f.minutes": "6", "f.next.zh": "我写了很久的一句话"})
    assert late.status_code == 409 and "王编辑 刚刚保存" in late.text
    assert "我写了很久的一句话" in late.text and "查看最新内容" in late.text
    assert text
    yaml = one.session.post(
        f"{one.url}/console{change}{AT}/yaml",
        files={
            "form_token": (None, one.token),
            "revision": (None, "1"),
            "act": (None, "save"),
            "text": (None, "minutes: 7"),
        },
        timeout=120,
    )
    assert yaml.status_code == 409 and "minutes: 7" in yaml.text
    page = one.get(f"{change}{AT}/yaml").text
    assert "minutes: 5" in page


def test_errors_keep_a_change_from_being_submitted(desk: Hall) -> None:
    editor = desk.as_("王编辑")
    change = begun(desk)
    wrong = editor.post(change + AT, revision="1", **{"f.minutes": "viel", "f.guide.fee.amount_fen": "x"})
    assert wrong.status_code == 422 and "有 2 处要改" in wrong.text and 'value="viel"' in wrong.text
    editor.post(change + AT, revision="1", **{"f.guide.fee.amount_fen": "12.50"})
    page = editor.get(change)
    assert "还有" in page.text and "第七条" in page.text
    refused = editor.post(f"{change}/submit", revision=_revision(page.text))
    assert refused.status_code == 422 and "不能提交" in refused.text


def test_yaml_is_checked_before_it_is_saved(desk: Hall) -> None:
    editor = desk.as_("王编辑")
    change = begun(desk)
    fields = {"revision": "1", "act": "check", "text": "task_code: [\n"}
    looked = editor.post(f"{change}{AT}/yaml", **fields)
    assert "还没有保存" in looked.text and "第 2 行" in looked.text
    assert "data-marks=" in looked.text
    assert "第 1 稿" in editor.get(change + AT).text
    assert editor.post(f"{change}{AT}/yaml", **{**fields, "text": "x" * 300_000}).status_code == 422
    saved = editor.post(f"{change}{AT}/yaml", **{**fields, "act": "save"})  # a draft may be unfinished
    assert "已保存" in saved.text
    assert "还不是完整的事项" in editor.get(change + AT).text


def test_a_change_that_is_outdated_is_refused_until_it_is_merged(desk: Hall) -> None:
    editor, approver = desk.as_("王编辑"), desk.as_("李审批")
    slow, fast = begun(desk), begun(desk)
    for change, minutes in ((fast, "7"), (slow, "8")):
        editor.post(change + AT, revision="1", **{"f.minutes": minutes})
    editor.post(f"{fast}/submit", revision=_revision(editor.get(fast).text))
    digest = approver.get(fast).text.split('name="digest" value="')[1][:64]
    approver.post(f"{fast}/approve", digest=digest)
    refused = editor.post(f"{slow}/submit", revision=_revision(editor.get(slow).text))
    assert refused.status_code == 409 and FILE in refused.text
    assert "编辑之后又有新的发布" in editor.get(f"{slow}{AT}/diff").text
    editor.post(f"{slow}{AT}/rebase", revision="2")
    assert "已提交审批" in editor.post(f"{slow}/submit", revision=_revision(editor.get(slow).text)).text


def test_sent_back_withdrawn_discarded(desk: Hall) -> None:
    editor, approver = desk.as_("王编辑"), desk.as_("李审批")
    change = begun(desk)
    editor.post(change + AT, revision="1", **{"f.minutes": "5"})
    editor.post(f"{change}/submit", revision=_revision(editor.get(change).text), note="请看")
    page = approver.get(change).text
    assert "请看" in page
    assert approver.post(f"{change}/return", revision=_revision(page), reason="").status_code == 422
    assert "已退回" in approver.post(f"{change}/return", revision=_revision(page), reason="写明依据").text
    assert "写明依据" in editor.get(change).text
    stale = editor.post(f"{change}/submit", revision="1")
    assert stale.status_code == 409
    editor.post(f"{change}/submit", revision=_revision(editor.get(change).text))
    assert "已撤回" in editor.post(f"{change}/withdraw", revision=_revision(editor.get(change).text)).text
    assert "已作废" in editor.post(f"{change}/discard", revision=_revision(editor.get(change).text)).text
    assert editor.post(change + AT, revision="2", **{"f.minutes": "6"}).status_code == 409


def test_a_matter_that_is_withdrawn_is_no_longer_listed(desk: Hall) -> None:
    editor, approver = desk.as_("王编辑"), desk.as_("李审批")
    change = begun(desk)
    editor.post(f"{change}{AT}/withdraw", revision="1")
    assert "取消事项" in editor.get(change).text
    editor.post(f"{change}/submit", revision=_revision(editor.get(change).text))
    digest = approver.get(change).text.split('name="digest" value="')[1][:64]
    approver.post(f"{change}/approve", digest=digest)
    assert editor.get(f"/matters/{TASK_CODE}").status_code == 404


WRITTEN = """\
# what an author wrote
minutes: 3   # about
plain_name: {zh: 甲, en: "A: b"}
next:
  zh: >
    一段
    长文
  en: plain
steps:
  - zh: 刷卡
    en: Card
"""


@pytest.mark.parametrize(
    ("path", "value", "line"),
    [
        (("minutes",), "7", "minutes: 7   # about"),
        (("minutes",), "１２", "minutes: 12   # about"),
        (("plain_name", "zh"), "无房：证明", 'plain_name: {zh: 无房：证明, en: "A: b"}'),
        (("plain_name", "en"), "yes", 'plain_name: {zh: 甲, en: "yes"}'),
        (("next", "zh"), "两行\n文字", '  zh: "两行\\n文字"'),
        (("next", "zh"), "# 像注释", '  zh: "# 像注释"'),
        (("steps", 0, "zh"), "123", '  - zh: "123"'),
        (("steps", 0, "en"), "a, b: c", '    en: "a, b: c"'),
    ],
)
def test_one_value_changes_and_everything_else_stays(path: editing.Place, value: str, line: str) -> None:
    import yaml

    kind = "number" if path == ("minutes",) else "lines"
    shown = (editing.Block("", (editing.Field(path, "", kind),)),)
    text = editing.with_values(WRITTEN, shown, {shown[0].fields[0].name: value})
    assert isinstance(text, str)
    assert line in text.splitlines()
    assert "# what an author wrote" in text
    told = yaml.safe_load(text)
    for step in path:
        told = told[step]
    assert str(told) == unicodedata.normalize("NFKC", value) if kind == "number" else told == value
    same = editing.with_values(WRITTEN, shown, editing.values_of(WRITTEN, shown))
    assert same == WRITTEN


def test_side_by_side_folds_what_is_the_same() -> None:
    old = "\n".join(str(number) for number in range(40))
    new = old.replace("\n20\n", "\n20a\n20b\n")
    lines = side_by_side(old, new)
    assert [line.kind for line in lines].count("gap") == 2
    assert [(line.left, line.right) for line in lines if line.kind in ("changed", "come")] == [
        ("20", "20a"),
        ("", "20b"),
    ]
    assert sum(int(line.left) for line in lines if line.kind == "gap") == 40 - 7


def _revision(page: str) -> str:
    return page.split('name="revision" value="')[1].split('"')[0]


def test_of_very_many_matters_only_those_that_are_shown_are_looked_at(
    desk: Hall, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(workspace, "MANY", 1)
    looked: list[str] = []
    one = workspace._one

    def counted(file: str, text: str, around: Surroundings, known: str) -> object:
        looked.append(file)
        return one(file, text, around, known)

    monkeypatch.setattr(workspace, "_one", counted)
    editor = desk.as_("王编辑")
    page = editor.get("/matters?q=无房").text
    assert "无房证明" in page and "检查结果<select" not in page
    assert set(looked) <= {FILE}
    change = begun(desk)
    assert editor.get(change).status_code == 200
    assert set(looked) <= {FILE}
