"""A complaint by voice, as the flow has it: agreed to, never timed, heard by one's own ears, and gone."""

from __future__ import annotations

from dataclasses import replace

import pytest

from kiosk.matters.load import load_folder
from kiosk.privacy.needles import Needles, marks_of
from kiosk.settings import DEFAULT_MATTERS_FOLDER
from kiosk.visit import effects as ef
from kiosk.visit import events as ev
from kiosk.visit.state import AskingState, Overlay, Page, Recording, RecordingState
from tests.kiosk.visit.walk import Walk

CATALOGUE = load_folder(DEFAULT_MATTERS_FOLDER)
MARKS = marks_of(memoryview(bytes(range(256)) * 16))


@pytest.fixture
def walk() -> Walk:
    walk = Walk(CATALOGUE)
    walk.do(ev.MicrophoneChanged(True), ev.OpenHelp(), ev.OpenAsking("complaint"))
    return walk


def recording(walk: Walk) -> Recording:
    found = walk.visit.asking.recording
    assert found is not None
    return found


def begun(walk: Walk) -> tuple[int, str]:
    """Agreed to and under way: visit and take."""
    walk.do(ev.OpenRecording(), ev.BeginRecording())
    number, take = walk.visit.number, recording(walk).take
    walk.do(ev.RecordingBegun(number, take))
    assert recording(walk).state is RecordingState.RECORDING
    return number, take


def recorded(walk: Walk, verdict: str = "good", fault: str = "", full: bool = False) -> str:
    number, take = begun(walk)
    walk.do(ev.EndRecording())
    walk.do(ev.RecordingEnded(number, take, 42.0, verdict, (0.5,) * 40, full, fault, MARKS))
    return take


def state(walk: Walk) -> AskingState:
    return walk.visit.asking.state


def test_without_a_microphone_it_is_not_offered() -> None:
    walk = Walk(CATALOGUE)
    walk.do(ev.OpenHelp(), ev.OpenAsking("complaint"), ev.OpenRecording())
    assert state(walk) is AskingState.OPEN
    walk.do(ev.MicrophoneChanged(True), ev.OpenRecording())
    assert state(walk) is AskingState.VOICE
    other = Walk(CATALOGUE)
    other.do(ev.MicrophoneChanged(True), ev.OpenHelp(), ev.OpenAsking("home_visit"), ev.OpenRecording())
    assert state(other) is AskingState.OPEN


def test_nothing_is_recorded_before_somebody_agrees(walk: Walk) -> None:
    assert walk.do(ev.OpenRecording()) == ()
    assert recording(walk).state is RecordingState.CONSENT
    effects = walk.do(ev.BeginRecording())
    take = recording(walk).take
    assert effects == (ef.WriteEvent("recording.begin"), ef.BeginRecording(walk.visit.number, take))
    assert recording(walk).state is RecordingState.STARTING
    assert walk.do(ev.BeginRecording()) == ()  # a second tap


def test_it_goes_with_the_complaint_and_is_overwritten_when_it_has_gone(walk: Walk) -> None:
    take = recorded(walk)
    walk.do(ev.UseRecording())
    assert walk.visit.asking.state is AskingState.OPEN
    (sending,) = walk.do(ev.GivePhone(), ev.Ask(""))
    assert isinstance(sending, ef.SendRequest)
    assert (sending.kind, sending.recording, sending.text) == ("complaint", take, "录音 42 秒")
    assert walk.do(ev.AskingSettled(walk.visit.number, "SQ1")) == (ef.DropRecording(),)
    assert walk.visit.asking.number == "SQ1"
    assert walk.visit.asking.recording is None


def test_what_failed_is_sent_again_with_it(walk: Walk) -> None:
    take = recorded(walk)
    walk.do(ev.UseRecording(), ev.GivePhone(), ev.Ask(""))
    assert walk.do(ev.AskingSettled(walk.visit.number, "")) == ()
    (again,) = walk.do(ev.Ask())
    assert isinstance(again, ef.SendRequest) and again.recording == take
    assert walk.do(ev.AskingSettled(walk.visit.number, "", queued=True)) == (ef.DropRecording(),)


@pytest.mark.parametrize("verdict", ["silent", "short"])
def test_what_nobody_would_hear_is_told_and_not_kept(walk: Walk, verdict: str) -> None:
    number, take = begun(walk)
    effects = walk.do(ev.RecordingEnded(number, take, 3.0, verdict))
    assert ef.DropRecording() in effects
    assert recording(walk).state is RecordingState.UNHEARD
    walk.do(ev.UseRecording())
    assert walk.visit.asking.state is AskingState.VOICE
    walk.do(ev.BeginRecording())
    assert recording(walk).state is RecordingState.STARTING


def test_again_deleted_and_left_each_overwrite_it(walk: Walk) -> None:
    recorded(walk)
    effects = walk.do(ev.BeginRecording())
    assert isinstance(effects[0], ef.DropRecording) and isinstance(effects[-1], ef.BeginRecording)
    assert ef.DropRecording() in walk.do(ev.LeaveRecording())
    assert (walk.visit.asking.state, walk.visit.asking.recording) == (AskingState.OPEN, None)
    recorded(walk)
    walk.do(ev.UseRecording())
    assert walk.do(ev.Stay()) == (ef.DropRecording(),)
    assert walk.at() == (Page.HOME, Overlay.NONE)
    assert walk.visit.asking.recording is None


def test_what_comes_for_an_earlier_take_or_visit_is_too_late(walk: Walk) -> None:
    number, take = begun(walk)
    walk.do(ev.RecordingEnded(number, "key-0", 5.0, "good"))
    walk.do(ev.RecordingEnded(number - 1, take, 5.0, "good"))
    assert recording(walk).state is RecordingState.RECORDING
    walk.do(ev.LeaveRecording(), ev.RecordingEnded(number, take, 5.0, "good"))
    assert walk.visit.asking.recording is None


def test_nobody_is_timed_while_speaking_and_the_warning_gives_it_back(walk: Walk) -> None:
    begun(walk)
    walk.wait(400)
    assert walk.at() == (Page.HOME, Overlay.ASKING)
    walk.do(ev.RecordingEnded(walk.visit.number, recording(walk).take, 120.0, "good", full=True))
    walk.wait(130)
    assert walk.at() == (Page.HOME, Overlay.IDLE)
    assert walk.do(ev.Stay()) == ()
    assert walk.at() == (Page.HOME, Overlay.ASKING)
    assert recording(walk).usable and recording(walk).full


def test_who_walks_away_leaves_nothing(walk: Walk) -> None:
    recorded(walk)
    number = walk.visit.number
    walk.wait(130)
    assert walk.visit.overlay is Overlay.IDLE
    walk.wait(60)
    assert walk.visit.number == number + 1
    assert walk.asked(ef.WipeVisit)
    assert walk.visit.asking.recording is None
    assert walk.visit.microphone  # the machine's, not the person's


def test_it_is_heard_through_headphones_alone(walk: Walk) -> None:
    take = recorded(walk)
    assert walk.do(ev.HearRecording()) == ()
    walk.do(ev.HeadphonesChanged(True))
    assert walk.do(ev.HearRecording()) == (ef.PlayRecording(walk.visit.number, take),)
    assert walk.do(ev.HearRecording()) == ()
    assert walk.do(ev.HushRecording()) == (ef.HushRecording(),)
    walk.do(ev.RecordingPlayed(walk.visit.number, take))
    assert not recording(walk).playing
    walk.do(ev.HearRecording())
    assert walk.do(ev.HeadphonesChanged(False)) == (ef.HushRecording(),)  # before the loudspeaker says it
    walk.do(ev.RecordingPlayed(walk.visit.number, take, "sound.no_device"))
    assert recording(walk).usable and recording(walk).fault == "sound.no_device"


def test_a_microphone_that_goes_in_the_middle_leaves_what_was_said(walk: Walk) -> None:
    recorded(walk, fault="microphone.lost")
    walk.do(ev.MicrophoneChanged(False))
    assert recording(walk).usable
    assert "microphone.lost" in walk.visit.faults
    walk.do(ev.UseRecording())
    assert walk.visit.asking.recording is not None


def test_one_that_does_not_open_is_told(walk: Walk) -> None:
    walk.do(ev.OpenRecording(), ev.BeginRecording())
    effects = walk.do(ev.RecordingFailed(walk.visit.number, recording(walk).take, "microphone.none"))
    keys = (("disposition", "failed"), ("fault", "microphone.none"))
    assert effects == (ef.WriteEvent("recording.end", keys),)
    assert recording(walk).state is RecordingState.FAILED


def test_a_bug_in_the_middle_stops_it(walk: Walk) -> None:
    begun(walk)
    assert ef.DropRecording() in walk.do(ev.Crashed("page.crashed"))
    assert walk.visit.asking.recording is None


def test_what_was_said_is_looked_for_after_the_visit(walk: Walk) -> None:
    recorded(walk)
    before, needles = walk.visit, Needles()
    walk.do(ev.LeaveRecording())
    needles.notice(before, walk.visit)
    assert needles.take() == MARKS
    needles.notice(before, replace(before, last_touch=1.0))  # it is still there
    assert len(needles) == 0
    assert marks_of(memoryview(bytes(8000))) == ()  # silence is everywhere


def test_a_platform_that_takes_no_recordings_is_said_and_the_other_ways_are_open(walk: Walk) -> None:
    """Nothing of what was spoken is left, and nothing that was chosen or written is lost."""
    recorded(walk)
    walk.do(ev.UseRecording(), ev.ChooseReason("slow"), ev.GivePhone(), ev.Ask("13900000000"))
    assert walk.visit.asking.state is AskingState.SENDING
    walk.do(ev.AskingSettled(walk.visit.number, "", unspoken=True))
    asking = walk.visit.asking
    assert (asking.state, asking.recording, asking.unspoken) == (AskingState.OPEN, None, True)
    assert asking.reasons == ("slow",)
    assert not walk.visit.microphone
    assert walk.asked(ef.DropRecording)
    walk.do(ev.GivePhone(), ev.Ask("13900000000"))
    assert walk.asked(ef.SendRequest)[-1].recording == ""
