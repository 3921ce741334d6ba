"""What is new in a bundle, in the words of an official: who signs it reads this and nothing else.

Nothing that differs goes untold: where no better words are known the list says that a part was changed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from kiosk.bundles.manifest import Change, visible
from kiosk.bundles.parts import choices_of, texts_of
from kiosk.matters.document import ONE_CATALOGUE, parse_document
from kiosk.matters.guide import elements
from kiosk.matters.load import checked_matter
from kiosk.matters.models import Matter

LONGEST: Final = 160  # characters of one text; of a longer one what differs is shown, with some around it
AROUND: Final = 24
MOST_TOLD: Final = (
    1_200  # characters of one side of a difference, or of all entries of a list; more is counted
)
_UNSEEN: Final = "（太长，未全部列出，请对照文件）"
_FIELDS: Final = {
    "catalog_code": "基本编码",
    "task_version": "版本",
    "name": "名称",
    "plain_name": "通俗名称",
    "department": "部门",
    "words": "搜索用词",
    "themes": "分类",
    "icon": "图标",
    "shape": "办理类型",
    "minutes": "预计用时（分钟）",
    "bring": "要带的东西",
    "eligibility": "能不能办的条件",
    "steps": "办理步骤",
    "next": "办完以后",
    "result_document": "当场打印结果",
    "finish": "后续到场办理",
    "parts": "联办的事项",
    "hours": "可办时间",
    "pictures": "样本图片",
    "exchange": "数据交换",
    "checks": "填写核对规则",
    "rehearsal": "演练用的样例",
}
_SUMS: Final = {"fee.amount_fen": "收费金额", "fee.up_to_fen": "最高收费"}
_KEYS: Final = {
    "what": "做什么",
    "where": "到哪里",
    "days": "几天之内",
    "file": "文件",
    "of": "什么的样本",
    "text": "图上有",
}
_KINDS: Final = {
    "public_holiday": "放假",
    "make_up_workday": "调休上班",
    "workday": "工作日",
    "weekend": "周末",
}
_FILES: Final = {
    "base-catalogue.yaml": ("基本目录", ("items",), "catalog_code", "name"),
    "rating-reasons.yaml": ("好差评评价标签", ("levels", "reasons"), "code", "label"),
    "calendar.yaml": ("放假安排", ("years", "days"), "day", "name"),
    "hall-hours.yaml": ("大厅人员时间", (), "", ""),
}


def changes_between(old: Mapping[str, bytes], new: Mapping[str, bytes]) -> tuple[Change, ...]:
    """Everything that differs, matters first."""
    return (*_matters(_matters_of(old), _matters_of(new)), *_others(old, new))


def _matters_of(files: Mapping[str, bytes]) -> dict[str, tuple[Matter, bytes]]:
    found: dict[str, tuple[Matter, bytes]] = {}
    for name, data in sorted(files.items()):
        if not name.startswith("matters/"):
            continue
        root = parse_document(data.decode("utf-8-sig", "replace"), name)
        matter = root if isinstance(root, list) else checked_matter(root, name)
        if not isinstance(matter, list):
            found[matter.task_code] = (matter, data)
    return found


def _matters(
    old: Mapping[str, tuple[Matter, bytes]], new: Mapping[str, tuple[Matter, bytes]]
) -> Iterator[Change]:
    for code, (matter, data) in new.items():
        if code not in old:
            yield _change("added", _called(matter), f"新增事项“{_called(matter)}”（{code}）")
        elif old[code][1] != data:
            yield from _one_matter(old[code][0], matter)
    for code, (matter, _) in old.items():
        if code not in new:
            yield _change(
                "removed", _called(matter), f"取消事项“{_called(matter)}”（{code}），终端上不再提供"
            )
    both_old = [code for code in old if code in new]
    both_new = [code for code in new if code in old]
    if both_old != both_new:
        yield _change("changed", "事项顺序", "事项在终端上的排列顺序有变化")


def _one_matter(old: Matter, new: Matter) -> Iterator[Change]:
    name = _called(new)
    told = 0
    for before, after in zip(elements(old), elements(new), strict=True):
        if before.paragraphs != after.paragraphs:
            told += 1
            yield _differs(name, after.zh, before.paragraphs, after.paragraphs)
    for field, label in _FIELDS.items():
        one, other = _plain(getattr(old, field)), _plain(getattr(new, field))
        if one != other:
            told += 1
            yield _differs(name, label, _lines(one), _lines(other))
    for change in _form(name, old, new):
        told += 1
        yield change
    for words in _beside_the_guide(old, new):
        told += 1
        yield _change("changed", name, f"“{name}”：办事指南数据 {words}")
    if not told:
        yield _change("changed", name, f"“{name}”：只改了文件的写法或注释，内容没有变")


def _beside_the_guide(old: Matter, new: Matter) -> Iterator[str]:
    """What differs in the guide's data and stands in none of its paragraphs: English, codes, sums in fen."""
    pairs = [
        (before.paragraphs, after.paragraphs)
        for before, after in zip(elements(old), elements(new), strict=True)
        if before.paragraphs != after.paragraphs
    ]
    said = ["\n".join(line for pair in pairs for line in pair[side]) for side in (0, 1)]
    before, after = _leaves(_plain(old.guide)), _leaves(_plain(new.guide))
    for path in dict.fromkeys((*before, *after)):
        one, other = before.get(path, ""), after.get(path, "")
        if one != other and path.endswith("_fen"):
            yield _leaf(_SUMS.get(path, path.removesuffix("_fen")), _yuan(one), _yuan(other))
        elif one != other and not (one in said[0] and other in said[1]):
            yield _leaf(path, one, other)


def _form(name: str, old: Matter, new: Matter) -> Iterator[Change]:
    before, after = ({each.key: each for each in matter.questions()} for matter in (old, new))
    for key, question in after.items():
        if key not in before:
            yield _change("added", name, f"“{name}”：增加填写项“{question.label.zh}”")
        elif _plain(question) != _plain(before[key]):
            words = _leaf_changes(_plain(before[key]), _plain(question))
            yield _change("changed", name, f"“{name}”：填写项“{question.label.zh}”的{words}")
    for key, question in before.items():
        if key not in after:
            yield _change("removed", name, f"“{name}”：去掉填写项“{question.label.zh}”")
    if list(before) != list(after) and set(before) == set(after):
        yield _change("changed", name, f"“{name}”：填写项的顺序有变化")
    elif _plain(old.form) != _plain(new.form) and all(
        _plain(before.get(key)) == _plain(after.get(key)) for key in {*before, *after}
    ):
        yield _change("changed", name, f"“{name}”：填写项的分组有修改")


def _others(old: Mapping[str, bytes], new: Mapping[str, bytes]) -> Iterator[Change]:
    for path in sorted({*old, *new}):
        if path.startswith("matters/"):
            continue
        one, other = old.get(path), new.get(path)
        if one == other:
            continue
        label = _label(path)
        if one is None:
            # What was the product's until now is told line by line where that is short.
            short = path == "calendar.yaml" or path.startswith("texts/")
            inside = "；".join(_inside(path, b"{}" if path in _FILES else b"", other or b"")) if short else ""
            yield _change("added", label, f"增加{label}" + (f"：{inside}" if inside else ""))
        elif other is None:
            yield _change("removed", label, f"去掉{label}，终端改用产品自带的")
        else:
            yield _change(
                "changed", label, f"{label}：{'；'.join(_inside(path, one, other)) or '文件有修改'}"
            )


def _inside(path: str, one: bytes, other: bytes) -> Iterator[str]:
    """What differs in a file that both have."""
    before, after = _rows(path, one), _rows(path, other)
    if before is None or after is None:
        return
    groups: tuple[tuple[str, Iterable[str], Callable[[str], str]], ...] = (
        ("增加", (key for key in after if key not in before), lambda key: after[key].words),
        ("去掉", (key for key in before if key not in after), lambda key: before[key].words),
        (
            "修改",
            (key for key in after if key in before and before[key] != after[key]),
            lambda key: _changed_row(before[key], after[key]),
        ),
    )
    for verb, keys, words in groups:
        listed = [words(key) for key in keys]
        if listed:
            yield f"{verb}{_listed(listed)}"
    if not path.startswith("texts/") and set(before) == set(after) and list(before) != list(after):
        yield "顺序有变化"


@dataclass(frozen=True)
class _Row:
    """``words`` for an official; ``whole``: everything that it holds."""

    words: str
    whole: Any = None


def _changed_row(old: _Row, new: _Row) -> str:
    rest = _leaf_changes(old.whole, new.whole, (old.words, new.words))
    one, other = _pair(old.words, new.words)
    return (f"{one}→{other}" if one != other else one) + (f"（{rest}）" if rest else "")


def _listed(texts: list[str]) -> str:
    shown = list[str]()
    for text in texts:
        if sum(map(len, shown)) + len(text) > MOST_TOLD and shown:
            return f"{'、'.join(shown)}等{len(texts)}项{_UNSEEN}"
        shown.append(_bounded(text))
    return "、".join(shown)


def _rows(path: str, data: bytes) -> dict[str, _Row] | None:
    """The entries of a file by their key, each in words."""
    folder = path.partition("/")[0]
    if folder == "texts":
        return {key: _Row(f"{key} {text}") for key, text in (texts_of(data) or {}).items()}
    if folder == "choices":
        found = choices_of(data)
        if isinstance(found, str):
            return None
        return {each.value: _Row(each.label.zh, _plain(each)) for each in found.entries}
    if path not in _FILES or folder == "pictures":
        return None
    root = parse_document(data.decode("utf-8-sig", "replace"), path, ONE_CATALOGUE)
    if isinstance(root, list):
        return None
    _, way, key, words = _FILES[path]
    plain = root.plain()
    if not way:
        return {place: _Row(f"{place} {text}") for place, text in _leaves(plain).items()}
    heads = {f"\0{name}": _Row(f"{name} {value}") for name, value in plain.items() if isinstance(value, str)}
    if path == "calendar.yaml":  # whose notice it is, and that nothing is guessed any more
        for year in _walk(plain, ("years",)):
            whole = "全年已填好" if year.get("complete") is True else "未填全"
            heads[f"\0{year.get('year')}"] = _Row(
                f"{year.get('year')}年（{year.get('source', '')}，{whole}）"
            )
    return heads | {str(row[key]): _Row(_row_words(row, key, words), row) for row in _walk(plain, way)}


def _walk(value: Any, way: tuple[str, ...]) -> Iterator[dict[str, Any]]:
    if not way:
        if isinstance(value, dict):
            yield value
        return
    inner = value.get(way[0]) if isinstance(value, dict) else None
    for each in inner if isinstance(inner, list) else ():
        yield from _walk(each, way[1:])


def _row_words(row: Mapping[str, Any], key: str, words: str) -> str:
    named = row.get(words)
    text = named.get("zh") if isinstance(named, dict) else named
    kind = f"（{_KINDS.get(row['kind'], row['kind'])}）" if "kind" in row else ""
    return f"{row[key]} {text or ''}{kind}".strip()


def _label(path: str) -> str:
    if path in _FILES:
        return _FILES[path][0]
    folder, _, name = path.partition("/")
    words = {"choices": "选项列表", "texts": "屏幕文字", "pictures": "图片"}
    return f"{words.get(folder, '文件')}“{name}”"


def _differs(name: str, label: str, before: Iterable[str], after: Iterable[str]) -> Change:
    old, new = list(before), list(after)
    gone = "；".join(each for each in old if each not in new)
    come = "；".join(each for each in new if each not in old)
    if gone and come:
        one, other = _pair(gone, come)
        words = f"由“{one}”改为“{other}”"
    elif come:
        words = f"增加“{_bounded(come)}”"
    elif gone:
        words = f"去掉“{_bounded(gone)}”"
    else:
        words = "的顺序有变化"
    return _change("changed", name, f"“{name}”：{label}{words}")


def _lines(value: Any) -> list[str]:
    if isinstance(value, list):
        return [line for each in value for line in _lines(each)]
    if isinstance(value, dict):
        if set(value) >= {"zh", "en"} and len(value) == 2:
            return [f"{value['zh']} / {value['en']}"]
        return [f"{_KEYS.get(key, key)}：{line}" for key, each in value.items() for line in _lines(each)]
    if isinstance(value, bool):
        return ["是" if value else "否"]
    return [] if value is None else [str(value)]


def _leaves(value: Any, path: str = "") -> dict[str, str]:
    """Every single value by where it stands."""
    if isinstance(value, dict):
        pairs = [(f"{path}.{key}" if path else str(key), each) for key, each in value.items()]
    elif isinstance(value, list):
        pairs = [(f"{path}[{place}]", each) for place, each in enumerate(value, 1)]
    else:
        return {} if value is None else {path: "".join(_lines(value))}
    return {place: text for name, each in pairs for place, text in _leaves(each, name).items()}


def _leaf_changes(old: Any, new: Any, said: tuple[str, str] = ("", "")) -> str:
    """``said``: words in which a difference may be told already."""
    before, after = _leaves(old), _leaves(new)
    found = list[str]()
    for path in dict.fromkeys((*before, *after)):
        one, other = before.get(path, ""), after.get(path, "")
        if one != other and not (said != ("", "") and one in said[0] and other in said[1]):
            found.append(_leaf(path, one, other))
    return _listed(found)


def _yuan(fen: str) -> str:
    return f"{int(fen) // 100}.{int(fen) % 100:02}元".replace(".00元", "元") if fen.isdecimal() else fen


def _leaf(path: str, old: str, new: str) -> str:
    one, other = _pair(old, new)
    return f"{path} 由“{one}”改为“{other}”"


def _plain(value: Any) -> Any:
    if hasattr(value, "model_dump"):
        return value.model_dump(mode="json")
    if isinstance(value, tuple | list):
        return [_plain(each) for each in value]
    return value


def _called(matter: Matter) -> str:
    return matter.name.zh


def _pair(old: str, new: str) -> tuple[str, str]:
    """Both, and of long ones the part in which they differ: nothing that differs is cut away unsaid."""
    if max(len(old), len(new)) <= LONGEST:
        return old, new
    head = _alike(old, new)
    tail = _alike(old[head:][::-1], new[head:][::-1])
    start = max(0, head - AROUND)

    def part(text: str) -> str:
        end = min(len(text), len(text) - tail + AROUND)
        cut = _bounded(text[start:end])
        return f"{'…' if start else ''}{cut}{'…' if end < len(text) else ''}"

    return part(old), part(new)


def _alike(one: str, other: str) -> int:
    """How many characters at the beginning are the same."""
    pairs = enumerate(zip(one, other, strict=False))
    return next((place for place, (a, b) in pairs if a != b), min(len(one), len(other)))


def _bounded(text: str) -> str:
    return text if len(text) <= MOST_TOLD else f"{text[:MOST_TOLD]}…{_UNSEEN}"


def _change(kind: str, what: str, zh: str) -> Change:
    return Change.model_validate({"kind": kind, "what": visible(what)[:400], "zh": visible(zh)[:4_000]})
