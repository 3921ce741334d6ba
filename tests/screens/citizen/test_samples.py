"""Samples on the guide's page: shown scaled and told in words; what cannot be shown changes nothing."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from PIL import Image

from kiosk.matters.models import SamplePicture
from kiosk.visit.state import Page, Visit
from screens.app import CitizenWindow
from screens.citizen.samples import Sample, samples
from screens.kit.context import Ctx
from tests.screens.conftest import LANDSCAPE, SMALL, Puppet, dressed
from tests.screens.samples import CERTIFICATE


def test_only_pictures_that_open_are_shown_and_each_has_its_words(ctx: Ctx, tmp_path: Path) -> None:
    Image.new("RGBA", (900, 1300), (0, 0, 120, 90)).save(tmp_path / "tall.png")
    Image.new("L", (3000, 200)).save(tmp_path / "wide.jpg")
    (tmp_path / "cut.png").write_bytes((tmp_path / "tall.png").read_bytes()[:400])
    Image.new("1", (5000, 5)).save(tmp_path / "long.png")
    code = CERTIFICATE.guide.materials[0].code
    listed = [("tall.png", "result"), ("wide.jpg", code), ("cut.png", "result"), ("long.png", "result")]
    listed += [("none.png", "result"), ("tall.png", "NOBODY")]
    words = {"zh": "盖章的证明", "en": "A certificate with a seal"}
    pictures = tuple(SamplePicture.model_validate({"file": f, "of": of, "text": words}) for f, of in listed)
    matter = CERTIFICATE.model_copy(update={"pictures": pictures})
    before = ctx.terminal
    ctx.terminal = replace(before, pictures=tmp_path)
    try:
        for display in (LANDSCAPE, SMALL):
            cards = samples(dressed(ctx, display), matter)
            shown = [each for card in cards for each in card.walk() if isinstance(each, Sample)]
            assert [each.native for each in shown] == [(900, 1300), (3000, 200)]
            assert {each.name for each in shown} == {"盖章的证明"}
            for each in shown:
                height = each.fit(600)
                assert (
                    0 < height <= display.height * 0.4 and height <= 600 * each.native[1] / each.native[0] + 1
                )
                each.place(0, 0, 600, height)
        assert not samples(ctx, CERTIFICATE)
    finally:
        ctx.terminal = before


def test_the_guide_stands_without_any_folder(window: CitizenWindow) -> None:
    picture = SamplePicture.model_validate(
        {"file": "a.png", "of": "result", "text": {"zh": "样子", "en": "Look"}}
    )
    assert isinstance(window.controller, Puppet)
    window.controller.state = replace(
        Visit(number=1), page=Page.GUIDE, matter=CERTIFICATE.model_copy(update={"pictures": (picture,)})
    )
    window.show_again()
