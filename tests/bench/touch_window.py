"""Our half of ``tests.bench.touch``: the real window on pages that lead to each other, and the same pages
written as HTML for the peer.  ``python -m tests.bench.touch_window FOLDER``."""

from __future__ import annotations

import html
import json
import sys
import threading
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from kiosk.typing.pinyin import Pinyin
from kiosk.visit import events as ev
from kiosk.visit.state import Visit
from screens import window_setup
from screens.window_setup import Display
from tests.bench.touch import LEAVES, SCENES, WORD

if TYPE_CHECKING:
    from screens.app import CitizenWindow
    from screens.kit.block import Block

DISPLAY: Final = Display(fullscreen=False)
SHOWN: Final = 10
"""Candidates: about as many have room on the panel."""
KEYS: Final = {
    "home": ("all-matters", "search"),
    "matters": ("back",),
    "guide-in-full": ("page-next", "page-previous", "back"),
    "form-text": ("delete", *(f"key:{letter}" for letter in sorted(set(WORD)))),
}


def main(folder: Path) -> None:
    window_setup.prepare(DISPLAY, headless=False)
    from kiosk.matters.load import load_folder
    from screens import loop
    from screens.opening import open_window
    from tests.screens.conftest import MATTERS, Puppet
    from tests.screens.pages import PAGES

    catalogue = load_folder(MATTERS)
    assert not isinstance(catalogue, list)

    class Guide(Puppet):
        """The few ways between the pages that are measured."""

        def send(self, event: Any) -> None:
            match event:
                case ev.ShowMatters():
                    self.state = self._at("matters")
                case ev.GoHome() | ev.Back() if self.state.page.value == "matters":
                    self.state = self._at("home")
                case ev.SearchMatters():
                    self.state = self._at("guide-in-full")
                case ev.TurnPage():
                    self.state = replace(self.state, guide_page=max(0, self.state.guide_page + event.by))
                case ev.Back():
                    self.state = self._at("form-text")

        def _at(self, name: str) -> Visit:
            return replace(PAGES[name], number=1)

    guide = Guide(catalogue)
    pinyin = Pinyin()
    opened = threading.Event()
    if not pinyin.prepare(opened.set):
        opened.wait(30)
    # As it is sold: with motion.  A press that follows another at once is meant here.
    window = open_window(guide, DISPLAY, ime=pinyin, double_tap_seconds=0.0)
    places: dict[str, dict[str, tuple[float, float]]] = {}
    sections: list[str] = []
    for name in SCENES:
        guide.state = replace(PAGES[name], number=1)
        leaves = LEAVES if name == "guide-in-full" else 1
        for leaf in range(leaves):
            guide.state = replace(guide.state, guide_page=leaf)
            window.show_again()
            sections.append(_section(window, f"{name}-{leaf}"))
            if leaf == 0:
                places[name] = _places(window, name)
    found = {WORD[:end]: pinyin.keys(WORD[:end])[:SHOWN] for end in range(1, len(WORD) + 1)}
    pinyin.reset()
    (folder / "pages.html").write_text(_document(sections, places, found), encoding="utf-8")
    guide.state = replace(PAGES["home"], number=1)
    window.show_again()
    threading.Timer(1.0, lambda: (folder / "places.json").write_text(json.dumps(places))).start()
    loop.run()


def _places(window: CitizenWindow, name: str) -> dict[str, tuple[float, float]]:
    from screens.kit.tree import tree

    nodes = {node.key: node for node in tree(window.stage) if node.key}
    wanted = {key: nodes[key] for key in KEYS[name]}
    if name == "home":
        wanted["tile"] = next(node for key, node in nodes.items() if key.startswith("matter:"))
    return {key: (node.centre[0], DISPLAY.height - node.centre[1]) for key, node in wanted.items()}


# --- the same pages as HTML -----------------------------------------------------------------------------


def _section(window: CitizenWindow, name: str) -> str:
    parts: list[str] = []
    assert window.stage.page is not None
    _element(window.stage.page, parts)
    return f'<section id="{name}" hidden>{"".join(parts)}</section>'


def _element(block: Block, parts: list[str]) -> None:
    from screens.kit.faced import Faced
    from screens.kit.text import Icon, Text

    if isinstance(block, Text):
        for number, line in enumerate(block.lines):
            parts.append(_text(block, number, line))
    elif isinstance(block, Icon):
        parts.append(_icon(block))
    elif isinstance(block, Faced):
        look = block.shown
        ground = block.ctx.theme[look.ground] if look.ground not in ("", "sheet") else None
        border = _rgb(block.ctx.theme[look.outline]) if look.outline else ""
        shade = "box-shadow:0 5px 20px rgba(10,47,102,.08);background:#fff;" if look.ground == "sheet" else ""
        style = f"background:{_rgb(ground)};" if ground else shade
        style += f"border:2px solid {border};" if border else ""
        key = html.escape(block.key)
        parts.append(f'<a data-key="{key}" style="{_box(block)}border-radius:{block.radius}px;{style}"></a>')
    elif block.ground and block.ground in ("header", "surface", "bg", "tint"):
        colour = _rgb(block.ctx.theme[block.ground])
        parts.append(f'<i style="{_box(block)}background:{colour}"></i>')
    elif block.ground == "sheet":
        shade = "background:#fff;border-radius:28px;box-shadow:0 5px 20px rgba(10,47,102,.08)"
        parts.append(f'<i style="{_box(block)}{shade}"></i>')
    for child in block.in_order():
        _element(child, parts)


def _box(block: Block) -> str:
    top = DISPLAY.height - block.top
    return f"left:{block.x}px;top:{top}px;width:{block.width}px;height:{block.height}px;"


def _text(block: Any, number: int, line: str) -> str:
    style = block.style
    top = DISPLAY.height - block.top + number * style.line
    weight = "bold" if style.bold else "normal"
    look = (
        f"left:{block.x}px;top:{top}px;width:{block.width + 4}px;text-align:{block.align};"
        f"font:{weight} {style.size}px/{style.line}px ours;color:{_rgb(block.ctx.theme[block.color])}"
    )
    return f'<b style="{look}">{html.escape(line)}</b>'


def _icon(block: Any) -> str:
    from assets.icons import icon

    top = DISPLAY.height - block.top
    colour = _rgb(block.ctx.theme[block.color])
    look = f"left:{block.x}px;top:{top}px;font:{block.pixels}px/1 icons;color:{colour}"
    return f'<b style="{look}">{icon(block.glyph_name)}</b>'


def _rgb(colour: Any) -> str:
    return "#" + "".join(f"{round(part * 255):02x}" for part in colour[:3])


def _document(sections: list[str], places: dict[str, Any], found: dict[str, list[str]]) -> str:
    from assets import fonts

    regular, bold = fonts.main_face().path.name, fonts.main_face(bold=True).path.name
    width, height = DISPLAY.width, DISPLAY.height
    return f"""<!doctype html><meta charset="utf-8"><style>
@font-face{{font-family:ours;src:url({regular})}}
@font-face{{font-family:ours;font-weight:bold;src:url({bold})}}
@font-face{{font-family:icons;src:url(MaterialDesignIcons.ttf)}}
*{{box-sizing:border-box;user-select:none}} body{{margin:0;background:#f4f6f9;overflow:hidden}}
section{{position:absolute;inset:0;width:{width}px;height:{height}px}} section[hidden]{{display:none}}
i,a,b{{position:absolute;white-space:pre;pointer-events:none}} a{{pointer-events:auto;cursor:default}}
a.pressed{{background:#083777!important}}
.fade{{animation:f .16s}} @keyframes f{{from{{opacity:0}}to{{opacity:1}}}}
#candidates{{left:56px;top:898px;width:968px;display:flex;gap:16px;overflow:hidden}}
#candidates b{{position:static;flex:none;min-width:40px;text-align:center;padding:0 18px;
 font:bold 36px/92px ours;background:#fff;border:2px solid #6b788a;border-radius:16px}}
#letters{{left:80px;top:520px;font:bold 36px/50px ours}}
</style>{"".join(sections)}<script>
const found={json.dumps(found, ensure_ascii=False)};let shown='home-0',leaf=0,typed='';
const get=id=>document.getElementById(id);
function go(name){{get(shown).hidden=true;shown=name;const s=get(name);s.hidden=false;
 s.classList.remove('fade');void s.offsetWidth;s.classList.add('fade')}}
function letters(){{let s=get(shown),c=get('candidates'),l=get('letters');
 if(!c){{c=document.createElement('i');c.id='candidates';l=document.createElement('b');l.id='letters';s.append(c,l)}}
 l.textContent=typed;c.replaceChildren(...(found[typed]||[]).map(t=>{{const b=document.createElement('b');
 b.textContent=t;return b}}))}}
function act(key){{
 if(shown=='home-0'&&key=='all-matters')go('matters-0');
 else if(shown=='matters-0'&&key=='back')go('home-0');
 else if(shown=='home-0'&&key=='search')go('guide-in-full-0');
 else if(key=='page-next')go('guide-in-full-'+(++leaf));
 else if(key=='page-previous')go('guide-in-full-'+(--leaf));
 else if(shown.startsWith('guide')&&key=='back')go('form-text-0');
 else if(key.startsWith('key:')){{typed+=key.slice(4);letters()}}
 else if(key=='delete'){{typed=typed.slice(0,-1);letters()}}}}
let down=null,x=0,y=0;
addEventListener('pointerdown',e=>{{const a=e.target.closest('a');if(!a)return;down=a;x=e.clientX;y=e.clientY;
 a.classList.add('pressed')}});
addEventListener('pointermove',e=>{{
 if(down&&Math.hypot(e.clientX-x,e.clientY-y)>30)down.classList.remove('pressed')}});
addEventListener('pointerup',e=>{{if(!down)return;const a=down;down=null;
 const meant=a.classList.contains('pressed');
 a.classList.remove('pressed');if(meant)act(a.dataset.key)}});
get('home-0').hidden=false;document.fonts.ready.then(()=>fetch('/ready'));
</script>"""


if __name__ == "__main__":
    main(Path(sys.argv[1]))
