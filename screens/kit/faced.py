"""What a pressable looks like: its ground and border, and how they change while it is pressed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from kivy.graphics import Canvas

from screens.kit.press import Pressable
from screens.kit.text import Icon, Text
from screens.theme import TARGET_LEAST
from values import dataclass

if TYPE_CHECKING:
    from kivy.graphics import Color, Mesh


@dataclass(frozen=True)
class Look:
    """Tokens of one kind of button.  An empty ground is none."""

    ground: str
    ink: str
    outline: str = ""
    pressed: str = "pressed"
    on_pressed: str = "on_pressed"


LOOKS: Final = {
    "primary": Look("primary", "on_primary"),
    "secondary": Look("surface", "on_tint", outline="primary"),
    "quiet": Look("", "on_tint"),
    "danger": Look("surface", "danger", outline="danger"),
    "card": Look("sheet", "text"),
    "chip": Look("surface", "text", outline="outline"),
    "chosen": Look("primary", "on_primary"),
    "key": Look("surface", "text", outline="outline"),
    "dim": Look("disabled_bg", "disabled"),  # cannot be done now, and may be asked why
}
DISABLED: Final = Look("disabled_bg", "disabled")


class Faced(Pressable):
    """A pressable with a ground that changes when pressed.  Subclasses place their texts and icons."""

    look: Look = LOOKS["secondary"]
    least: float = TARGET_LEAST

    _ground: Color | None = None
    _veil: Canvas | None = None  # where there is a ground only while pressed
    _face: Mesh | None = None  # where the ground has an outline of its own colour

    @property
    def ground(self) -> str:  # type: ignore[override]
        return self.shown.ground

    @property
    def shown(self) -> Look:
        return self.look if self.enabled else DISABLED

    def inks(self) -> list[tuple[Text | Icon, str]]:
        """What is written on the ground, with its colour while not pressed."""
        return []

    def repaint(self) -> None:
        """After ``disable``: what is written takes the disabled colour."""
        for ink, token in self.inks():
            ink.recolour(token)

    def draw(self) -> None:
        look = self.shown
        self._face = self._ground = self._veil = None
        if look.ground == "sheet":
            self.sheet(self.radius)
        if look.ground in ("", "sheet"):
            self._veil = Canvas()  # made here, it stands on this canvas
        elif self.enabled and look.outline:
            self._ground, self._face = self.face(look.ground, look.outline, self.radius)
        else:
            self._ground = self.fill(look.ground, self.radius)
        if not self.enabled or look is LOOKS["dim"]:  # a colour says nothing alone
            self.dashes("disabled")
        self.show_state()

    def show_state(self) -> None:
        look = self.shown
        if self._veil is not None:
            self._veil.clear()
            if self.pressed:
                with self._veil:
                    self.fill(look.pressed, self.radius)
        elif self._ground is None:
            return
        elif self._face is not None:
            outline = look.pressed if self.pressed else look.outline
            ground = look.pressed if self.pressed else look.ground
            self._face.texture = self.face_patch(ground, outline, self.radius).texture
        else:
            self._ground.rgba = self.colour(look.pressed if self.pressed else look.ground)
        for ink, token in self.inks():
            ink.recolour(look.on_pressed if self.pressed else token)
