"""Whether a workbook is safe to read, looked at before anything in it is unpacked.

Refused: what is no .xlsx, passwords, macros, controls and embedded objects, links to other files, bombs
(small when packed, huge when not), document type declarations in its XML.
"""

from __future__ import annotations

import re
import stat
import zipfile
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import Final

MAX_FILE: Final = 10 * 1024 * 1024
MAX_PARTS: Final = 500
MAX_UNPACKED: Final = 60 * 1024 * 1024
MAX_RATIO: Final = 150  # of one part of more than a megabyte; sheets of text pack to a tenth
SMALL_PART: Final = 1024 * 1024

_OLD: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"  # .xls, or an .xlsx with a password
_ACTIVE: Final = re.compile(
    r"vbaproject|vbadata|macrosheets|activex|embeddings|customui|ctrlprops|dialogsheets", re.IGNORECASE
)
_LINKED: Final = re.compile(r"externallinks|connections\.xml|querytables|webextensions", re.IGNORECASE)
_DECLARATION: Final = re.compile(
    rb"<\x00?!\x00?(D\x00?O\x00?C\x00?T\x00?Y\x00?P\x00?E|E\x00?N\x00?T\x00?I\x00?T\x00?Y)"
)


@dataclass(frozen=True)
class Refusal:
    code: str
    zh: str
    en: str


def refusal(path: Path) -> Refusal | None:
    """Why the file at ``path`` is not read; None when it may be."""
    try:
        if not stat.S_ISREG(path.stat().st_mode):
            return Refusal("excel.not_a_file", "不是普通文件：请给出一个.xlsx文件", "give an .xlsx file")
        if path.stat().st_size > MAX_FILE:
            zh = f"文件太大：一个事项的表格不会超过{MAX_FILE // 1024 // 1024}MB，请去掉图片和多余的表"
            return Refusal(
                "excel.too_large", zh, "far too large for one matter: remove pictures and other sheets"
            )
        with path.open("rb") as stream:
            head = stream.read(len(_OLD))
    except FileNotFoundError:
        return Refusal("excel.missing", "没有这个文件：请核对路径", "there is no such file: check the path")
    except OSError:
        return Refusal(
            "excel.unreadable", "文件读不出来：请检查权限", "cannot be read: check its permissions"
        )
    if head == _OLD:
        zh = "这是旧格式（.xls）或者设了密码的文件：请去掉密码，另存为.xlsx"
        return Refusal(
            "excel.old_or_locked", zh, "an old .xls, or locked by a password: save it as .xlsx without one"
        )
    try:
        with zipfile.ZipFile(path) as archive:
            return _parts(archive)
    except (zipfile.BadZipFile, zlib.error, OSError, RuntimeError, NotImplementedError, EOFError, ValueError):
        zh = "文件损坏，或者不是.xlsx（例如只改了名字的.csv、网页或.et）：请用Excel或WPS打开后另存为.xlsx"
        en = "damaged, or no .xlsx (a .csv or web page with another name): open it and save it as .xlsx"
        return Refusal("excel.damaged", zh, en)


def _parts(archive: zipfile.ZipFile) -> Refusal | None:
    parts = archive.infolist()
    names = [part.filename for part in parts]
    bomb = Refusal(
        "excel.bomb",
        "文件解开后太大，可能是恶意文件：没有读取；请重新填写模板",
        "unpacks to far too much and may be an attack: not read; fill in the template anew",
    )
    if len(parts) > MAX_PARTS or sum(part.file_size for part in parts) > MAX_UNPACKED:
        return bomb
    if any(part.file_size > SMALL_PART and part.file_size > MAX_RATIO * part.compress_size for part in parts):
        return bomb
    if any(_ACTIVE.search(name) for name in names):
        zh = "文件里有宏、控件或者嵌入的对象：请另存为不带宏的.xlsx再导入"
        return Refusal(
            "excel.macro", zh, "holds macros, controls or embedded objects: save it as .xlsx without"
        )
    if any(_LINKED.search(name) for name in names):
        zh = "文件里有指向别的文件或者数据库的链接：请断开链接，保存后再导入"
        return Refusal("excel.linked", zh, "has links to other files or data: break them and save it again")
    if "xl/workbook.xml" not in names:
        raise zipfile.BadZipFile
    for part in parts:
        content = archive.read(part)  # never more than the size that was summed up above
        if part.filename.endswith((".xml", ".rels")) and _DECLARATION.search(content):
            zh = "文件的内部结构不正常，可能是恶意文件：没有读取；请重新填写模板"
            return Refusal(
                "excel.declaration", zh, "its XML declares entities and may be an attack: not read"
            )
        if part.filename == "[Content_Types].xml" and b"macroEnabled" in content:
            zh = "这是带宏的工作簿（.xlsm）：请另存为.xlsx再导入"
            return Refusal("excel.macro", zh, "a workbook with macros (.xlsm): save it as .xlsx")
    return None
