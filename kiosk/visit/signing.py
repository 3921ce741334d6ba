"""Signing: asked once, after everything is filled in, and again only when what was signed has changed."""

from __future__ import annotations

from dataclasses import replace

from kiosk import signing
from kiosk.visit import events as ev
from kiosk.visit.state import Page, Visit
from kiosk.visit.world import Step, World


def sign(visit: Visit, event: ev.Sign, world: World) -> Step:
    strokes = signing.tidied(event.strokes, event.width)
    if not signing.is_signature(strokes):
        return visit, ()  # the page has said so; its button does nothing before
    return _signed(visit, signing.Signature(strokes, event.width))


def sign_by_button(visit: Visit, event: ev.SignByButton, world: World) -> Step:
    """For who cannot write on glass.  The card has said who it is, and the press is the declaration; that
    somebody else has pressed is not hidden."""
    return _signed(visit, signing.Signature(by_button=True, helped=event.helped))


def sign_again(visit: Visit, event: ev.SignAgain, world: World) -> Step:
    return replace(visit, page=Page.SIGN, signature=None), ()


def _signed(visit: Visit, signature: signing.Signature) -> Step:
    form = visit.form
    covering = replace(signature, answers=dict(form.answers), declared=form.declared)
    return replace(visit, page=Page.CHECK, signature=covering), ()
