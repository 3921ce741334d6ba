"""Each rule on the shipped guide with one thing changed: found, and found where it is."""

from __future__ import annotations

from pathlib import Path

import pytest

from kiosk.matters.lint.findings import Severity, exit_code
from kiosk.matters.lint.run import lint
from tests.kiosk.matters.examples import CONFIG
from tests.kiosk.matters.lint.changed import GOOD, changed, codes, linted, surroundings

TASK = "124104000058A2285Y3410714110000"
BAD_TASK = "124104000058A2286Y3410714110000"


def test_the_shipped_matters_are_clean() -> None:
    report = lint(CONFIG / "matters", surroundings())
    assert report.files >= 6
    assert [str(finding) for finding in report.findings if finding.severity is not Severity.INFO] == []


CASES = [
    # code, severity, text replaced, by, word that stands where the finding points
    ("article5.not_listed", "error", '"410714110000"', '"410714119999"', '"410714119999"'),
    ("article6.name", "error", "zh: 灵活就业登记\n  en: Reg", "zh: 灵活就业备案\n  en: Reg", "灵活就业备案"),
    ("article6.type", "error", "item_type: 公共服务", "item_type: 行政确认", "行政确认"),
    ("article7.type", "warning", "item_type: 公共服务", "item_type: 服务", "服务"),
    ("article7.missing", "error", "  scope: 平顶山市全市通办\n", "", "guide:"),
    ("article7.placeholder", "error", "scope: 平顶山市全市通办", "scope: 待定", "待定"),
    ("article7.placeholder", "error", "scope: 平顶山市全市通办", "scope: 详见实施机关公告", "详见"),
    ("article7.placeholder", "error", "appointment: 无需预约", "appointment: 无", "无"),
    ("article7.placeholder", "error", "authority: 平顶山市公共就业服务中心", "authority: XX市就业局", "XX"),
    ("article7.placeholder", "error", "express: 登记结果在系统中生效，不需要快递送达", "express: —", "—"),
    ("article7.placeholder", "error", 'value: "12333"', 'value: "0375-XXXXXXX"', "XXXXXXX"),
    ("article7.placeholder", "error", "standard: 免费", "standard: 按规定收取", "按规定收取"),
    ("article7.placeholder", "error", "scope: 平顶山市全市通办", "scope: 所需材料请咨询窗口", "所需材料"),
    ("article7.placeholder", "error", "scope: 平顶山市全市通办", "scope: 按有关规定审核办理", "按有关"),
    ("article7.bare_yes", "warning", "appointment: 无需预约", "appointment: 是", "是"),
    ("article7.no_origin", "warning", "      issuer: 申请人自备", "      sample: 自备", "code: WORK_PROOF"),
    ("sums.materials", "error", "review_standard: ", "review_standard: 提交的7项材料齐全，", "提交的7项材料"),
    ("article7.phone", "warning", 'value: "12333"', 'value: "工作时间拨打"', '"工作'),
    ("article7.disagrees", "error", "item_name: 灵活就业登记", "item_name: 就业登记", "就业登记"),
    ("article7.audience", "info", "audience: 自然人", "audience: 平顶山市民", "平顶山市民"),
    (
        "article8.no_basis",
        "error",
        "      basis:\n        - title: 就业服务与就业管理规定\n          reference: 劳动和"
        "社会保障部令第28号\n          article: 第六十二条\n      owing",
        "      basis: []\n      owing",
        "basis",
    ),
    (
        "article8.no_basis",
        "error",
        "      basis:\n        - title: 就业服务与就业管理规定\n          reference: 劳动和"
        "社会保障部令第28号\n          article: 第六十二条\n      owing",
        "      owing",
        "code: WORK_PROOF",
    ),
    (
        "article8.vague",
        "error",
        "- 申请人年满16周岁",
        "- 法律法规规定的其他条件\n    - 申请人年满16周岁",
        "其他条件",
    ),
    ("article8.vague", "warning", "scope: 平顶山市全市通办", "scope: 到有关部门办理", "有关部门"),
    ("article8.vague_english", "warning", "en: Your identity card", "en: Your identity card etc.", "etc."),
    ("codes.credit_code", "warning", TASK, BAD_TASK, f'"{BAD_TASK}'),
    ("codes.level", "error", "Y3410714110000", "Y9410714110000", '"124104000058A2285Y9'),
    ("codes.base_code", "error", "Y3410714110000", "Y3410714110001", '"124104000058A2285Y3'),
    (
        "limits.promised_longer",
        "error",
        "promised_limit: { amount: 3,",
        "promised_limit: { amount: 16,",
        "promised",
    ),
    (
        "limits.amount",
        "error",
        "legal_limit: { amount: 15, unit: workday",
        "legal_limit: { amount: 15, unit: immediate",
        "15",
    ),
    (
        "sums.fee",
        "error",
        "amount_fen: 0\n    standard: 免费",
        "amount_fen: 2500\n    standard: 工本费15元、快递费10元，共计20元",
        "工本费",
    ),
    ("sums.fee", "error", "standard: 免费", "standard: 每证10元", "每证"),
    ("sums.fee", "error", "fee_basis: 不收费，依据", "fee_basis: 收费，依据", "收费"),
    (
        "sums.fee",
        "error",
        "amount_fen: 0\n    standard: 免费",
        "amount_fen: 2000\n    up_to_fen: 3000\n    standard: 换领20元，补领40元",
        "3000",
    ),
    (
        "sums.fee_without_basis",
        "error",
        "amount_fen: 0\n    standard: 免费\n    basis:\n      - title: 中华人民共和国就业"
        "促进法\n        reference: 2015年4月24日修正\n        article: 第三十五条第一款",
        "amount_fen: 1000\n    standard: 每证10元",
        "fee:",
    ),
    ("sums.materials", "error", "owing_rule: 可以", "owing_rule: 申请时提交以下5项材料，可以", "以下5项"),
    ("sums.materials", "error", "  owing_rule:", "  materials_count: 4\n  owing_rule:", "4"),
    ("sums.steps", "error", "limit: 2个工作日", "limit: 10个工作日", "10个工作日"),
    ("sums.steps", "error", "limit: 2个工作日", "limit: 60日", "60日"),
    ("sums.steps", "error", "limit: 2个工作日", "limit: 3个工作日", "procedure"),
    ("sums.steps", "error", "limit: 2个工作日", "limit: 100天", "100天"),
    (
        "article8.no_basis",
        "error",
        "- title: 中华人民共和国居民身份证法",
        "- title: 国家有关法律法规",
        "国家有关",
    ),
    (
        "article7.hours",
        "warning",
        "hours: 自助终端全天24小时；窗口在法定工作日9:00至17:00，其中12:00至13:00由综合窗口办理",
        "hours: 法定工作日上班时间",
        "法定工作日上班",
    ),
    ("sums.copies", "error", "copies: 1", "copies: 0", "0"),
    ("signs.control", "error", "en: Your identity card", 'en: "Your \\e[31midentity card"', '"Your'),
    ("signs.control", "error", "scope: 平顶山市", "scope: 平顶山\u202e市", "\u202e"),
    ("signs.undrawable", "warning", "scope: 平顶山市", "scope: 平顶山👵市", "👵"),
    ("signs.undrawable", "warning", "scope: 平顶山市", "scope: 平顶山\ue123市", "\ue123"),
    (
        "sums.payment_without_fee",
        "warning",
        "online_payment: 不收费，不需要网上支付",
        "online_payment: 支持网上支付",
        "支持",
    ),
    (
        "pages.too_long",
        "warning",
        "plain_name:\n  zh: 灵活就业登记",
        "plain_name:\n  zh: 灵活就业人员就业登记办理",
        "灵活",
    ),
    ("words.not_english", "error", "en: Your identity card", "en: 身份证", "身份证"),
    (
        "words.too_few",
        "warning",
        "words: [灵活就业, 就业登记, 自由职业, 骑手登记, 外卖员, 网约车, 摆摊, 社保补贴, 零工, 人社局]",
        "words: [外卖员]",
        "words",
    ),
    ("words.repeated", "warning", "words: [灵活就业,", "words: [外卖员,", "外卖员"),
]


@pytest.mark.parametrize(("code", "severity", "old", "new", "word"), CASES)
def test_a_rule_finds_its_fault_where_it_is(
    tmp_path: Path, code: str, severity: str, old: str, new: str, word: str
) -> None:
    text = changed((old, new))
    found = [finding for finding in linted(tmp_path, text) if finding.code == code]
    assert found, code
    assert found[0].severity.word == severity
    assert all(finding.zh and finding.en and finding.article.zh.startswith(("第", "GB")) for finding in found)
    lines = text.split("\n")
    starts = [lines[finding.line - 1][finding.column - 1 :] for finding in found]
    assert any(start.startswith(word) for start in starts), starts


@pytest.mark.parametrize(
    "field", ["is_fee: true", "is_pay_online: true", "is_express: true", "is_schedule: true"]
)
def test_the_exchange_says_what_the_guide_says(tmp_path: Path, field: str) -> None:
    found = linted(tmp_path, changed(("\nguide:\n", f"\nexchange: {{ {field} }}\n\nguide:\n")))
    assert codes(found) == {"exchange.disagrees"}


def test_a_guide_alone_is_checked_as_far_as_it_goes(tmp_path: Path) -> None:
    """Typed in from another city: nothing but the guide, one limit in words, a wrong sum."""
    text = GOOD[GOOD.index("guide:") : GOOD.index("form:\n")].replace("limit: 2个工作日", "limit: 20个工作日")
    found = linted(tmp_path, text)
    assert {"matter.missing", "sums.steps"} <= codes(found)
    words = linted(
        tmp_path, text.replace("{ amount: 3, unit: workday, note: 从材料齐全之日起计算 }", "3个工作日")
    )
    (limit,) = [each for each in words if each.code == "matter.mapping_wanted"]
    assert "amount: 5, unit: workday" in limit.zh and "amount: 5, unit: workday" in limit.en


def test_a_missing_element_hides_nothing_else(tmp_path: Path) -> None:
    text = changed(
        ("  scope: 平顶山市全市通办\n", ""),
        ("limit: 2个工作日", "limit: 20个工作日"),
        ("  conditions:\n", "  conditions:\n    - 法律法规规定的其他条件\n"),
        ("  express: 登记结果在系统中生效，不需要快递送达\n", ""),
    )
    found = linted(tmp_path, text)
    assert {"article7.missing", "sums.steps", "article8.vague"} <= codes(found)
    assert sum(finding.code == "article7.missing" for finding in found) == 2


def test_a_word_on_a_later_line_is_found_there(tmp_path: Path) -> None:
    text = changed(("scope: 平顶山市全市通办", "scope: >-\n    平顶山市全市通办，\n    到相关部门办理"))
    (found,) = [each for each in linted(tmp_path, text) if each.code == "article8.vague"]
    assert text.split("\n")[found.line - 1][found.column - 1 :].startswith("相关部门")


HOSTILE = {
    "deep": ("a: " + "[" * 60 + "]" * 60, "yaml.too_deep"),
    "cyclic": ("a: &x [*x]", "yaml.alias"),
    "bomb": ("a: &a [x,x]\nb: &b [*a,*a]\nc: [*b,*b]", "yaml.alias"),
    "tag": ("!!python/object/apply:os.system [ls]", "yaml.tag"),
    "twice": ("a: 1\na: 2", "yaml.duplicate_key"),
    "list": ("- a\n- b", "yaml.not_a_mapping"),
    "text": ("hello", "yaml.not_a_mapping"),
    "empty": ("", "yaml.empty"),
    "many": ("a: [" + "1," * 30_000 + "1]", "yaml.too_many"),
    "wrong guide": ("guide: [1, 2]\nname: {zh: 1}\nform: 7\nwords: {a: 1}\nparts: [[]]", "matter.missing"),
    "wrong inside": (
        "guide: {materials: [1, {basis: 3}], consultation: x, fee: []}\nbring: [x]\nrehearsal: 3",
        "matter.missing",
    ),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_files_are_told_and_never_crash(tmp_path: Path, name: str) -> None:
    text, code = HOSTILE[name]
    found = linted(tmp_path, text)
    assert code in codes(found)
    assert exit_code(found) == 2
    assert all(finding.zh and finding.en for finding in found)


@pytest.mark.parametrize("data", [GOOD.encode("gb18030"), GOOD.encode("utf-16"), b"\xff\xfe\x00", b"a: \x00"])
def test_wrong_encodings_are_told(tmp_path: Path, data: bytes) -> None:
    file = tmp_path / "matter.yaml"
    file.write_bytes(data)
    report = lint(file, surroundings())
    assert codes(report.findings) <= {"file.encoding", "yaml.character"} and report.exit_code == 2


def test_a_huge_file_and_none_at_all(tmp_path: Path) -> None:
    huge = tmp_path / "huge.yaml"
    huge.write_bytes(b"a: " + b"x" * 1_000_000)
    assert codes(lint(huge, surroundings()).findings) == {"file.too_large"}
    assert codes(lint(tmp_path / "none.yaml", surroundings()).findings) == {"file.missing"}
    (tmp_path / "empty").mkdir()
    assert codes(lint(tmp_path / "empty", surroundings()).findings) == {"folder.empty"}


def test_a_folder_with_the_same_code_twice(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text(GOOD, encoding="utf-8")
    (tmp_path / "b.yaml").write_text(
        changed(("    - 申请人年满16周岁，未", "    - 申请人年满18周岁，未")), encoding="utf-8"
    )
    found = lint(tmp_path, surroundings()).findings
    assert codes(found) == {"codes.duplicate", "article6.differs"}
    assert all(finding.file.endswith("b.yaml") for finding in found)


def test_exit_codes_by_severity(tmp_path: Path) -> None:
    assert exit_code(()) == 0
    assert exit_code(linted(tmp_path, changed(("audience: 自然人", "audience: 平顶山市民")))) == 0
    assert exit_code(linted(tmp_path, changed((TASK, BAD_TASK), (TASK, BAD_TASK)))) == 1
    assert exit_code(linted(tmp_path, changed(("scope: 平顶山市全市通办", "scope: 略")))) == 2


@pytest.mark.parametrize(
    ("old", "new", "how"),
    [
        ("minutes: 8", "minutes: 0", "写不小于1的数"),
        ("minutes: 8", "minutes: many", "写整数"),
        ("shape: application", "shape: form", "'application'中选一个"),
        ("unit: workday", "unit: days", "'calendar_day'"),
        ('catalog_code: "', 'catalog_code: "41-', "12位基本编码"),
    ],
)
def test_how_to_mend_it_is_said_in_chinese_too(tmp_path: Path, old: str, new: str, how: str) -> None:
    found = [each for each in linted(tmp_path, changed((old, new))) if each.code.startswith("matter.")]
    assert found and how in found[0].zh
    assert "英文" not in found[0].zh
