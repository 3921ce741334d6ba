"""What can happen to a visit.  Touches come from the screens, everything else from devices and workers.

Events of devices (``devices.contract``) go into the flow as they are.  Events of workers carry the
``visit`` that they belong to, so that an answer which comes too late never reaches the next citizen.
"""

from __future__ import annotations

from devices.contract import DeviceEvent
from kiosk.visit.events.adapting import (
    AdaptMode,
    AnyTouch,
    HeadphonesChanged,
    OpenTools,
    ReadAloud,
    SetMode,
    TextShown,
)
from kiosk.visit.events.asking import (
    Ask,
    CallStaff,
    ChoosePriority,
    ChooseReason,
    GivePhone,
    GiveText,
    MakeAppointment,
    OpenAppointment,
    OpenAsking,
    OpenHelp,
    WriteMore,
)
from kiosk.visit.events.filling import (
    AcceptOwing,
    Declare,
    EditAnswer,
    GiveAnswer,
    KeepForm,
    LeaveOwed,
    PrintNotice,
    PrintOwed,
    Resume,
    Sign,
    SignAgain,
    SignByButton,
    StartAnew,
)
from kiosk.visit.events.finishing import (
    AnotherMatter,
    AskLeave,
    Leave,
    PrintAgain,
    PrintResult,
    Rate,
    ReadPaper,
    SkipPrint,
    SkipRating,
    Stay,
    Submit,
)
from kiosk.visit.events.handing import AskProgress, ChooseCase, DeclareLater, HandIn, ScanFor, TakeBack
from kiosk.visit.events.looking import (
    Back,
    ChooseMatter,
    Continue,
    ExpandGuide,
    GoHome,
    PrintGuide,
    SearchMatters,
    ShowMatters,
    Start,
    TurnPage,
    Wake,
)
from kiosk.visit.events.outcomes import (
    Answered,
    AppointmentSettled,
    AskingSettled,
    CasesFound,
    CasesNotFound,
    DocumentFetched,
    DocumentNotFetched,
    FormKept,
    FormNotKept,
    HelpSettled,
    Kept,
    NotAnswered,
    NotKept,
    NotVerified,
    PaperRead,
    PaperSettled,
    RatingSettled,
    Verified,
)
from kiosk.visit.events.phone import (
    LeavePhone,
    OpenPhone,
    PhoneEvent,
    PhoneExpired,
    PhoneFailed,
    PhoneOpened,
    PhoneRead,
    PhoneWritten,
    TakeText,
)
from kiosk.visit.events.recording import (
    BeginRecording,
    EndRecording,
    HearRecording,
    HushRecording,
    LeaveRecording,
    OpenRecording,
    RecordingBegun,
    RecordingEnded,
    RecordingEvent,
    RecordingFailed,
    RecordingPlayed,
    UseRecording,
)
from kiosk.visit.events.terminal import (
    AvailabilityChanged,
    Crashed,
    MicrophoneChanged,
    ReadersChanged,
    Tick,
)
from kiosk.visit.events.touch import Touch

Event = (
    Touch
    | DeviceEvent
    | Tick
    | Verified
    | NotVerified
    | CasesFound
    | CasesNotFound
    | FormKept
    | FormNotKept
    | Kept
    | NotKept
    | Answered
    | NotAnswered
    | DocumentFetched
    | DocumentNotFetched
    | PaperSettled
    | RatingSettled
    | HelpSettled
    | AppointmentSettled
    | AskingSettled
    | PhoneEvent
    | RecordingEvent
    | PaperRead
    | AvailabilityChanged
    | MicrophoneChanged
    | ReadersChanged
    | AdaptMode
    | HeadphonesChanged
    | TextShown
    | ReadAloud
    | Crashed
)

__all__ = [
    "AcceptOwing",
    "AdaptMode",
    "AnotherMatter",
    "Answered",
    "AnyTouch",
    "AppointmentSettled",
    "Ask",
    "AskLeave",
    "AskProgress",
    "AskingSettled",
    "AvailabilityChanged",
    "Back",
    "BeginRecording",
    "CallStaff",
    "CasesFound",
    "CasesNotFound",
    "ChooseCase",
    "ChooseMatter",
    "ChoosePriority",
    "ChooseReason",
    "Continue",
    "Crashed",
    "Declare",
    "DeclareLater",
    "DocumentFetched",
    "DocumentNotFetched",
    "EditAnswer",
    "EndRecording",
    "Event",
    "ExpandGuide",
    "FormKept",
    "FormNotKept",
    "GiveAnswer",
    "GivePhone",
    "GiveText",
    "GoHome",
    "HandIn",
    "HeadphonesChanged",
    "HearRecording",
    "HelpSettled",
    "HushRecording",
    "KeepForm",
    "Kept",
    "Leave",
    "LeaveOwed",
    "LeavePhone",
    "LeaveRecording",
    "MakeAppointment",
    "MicrophoneChanged",
    "NotAnswered",
    "NotKept",
    "NotVerified",
    "OpenAppointment",
    "OpenAsking",
    "OpenHelp",
    "OpenPhone",
    "OpenRecording",
    "OpenTools",
    "PaperRead",
    "PaperSettled",
    "PhoneEvent",
    "PhoneExpired",
    "PhoneFailed",
    "PhoneOpened",
    "PhoneRead",
    "PhoneWritten",
    "PrintAgain",
    "PrintGuide",
    "PrintNotice",
    "PrintOwed",
    "PrintResult",
    "Rate",
    "RatingSettled",
    "ReadAloud",
    "ReadPaper",
    "ReadersChanged",
    "RecordingBegun",
    "RecordingEnded",
    "RecordingEvent",
    "RecordingFailed",
    "RecordingPlayed",
    "Resume",
    "ScanFor",
    "SearchMatters",
    "SetMode",
    "ShowMatters",
    "Sign",
    "SignAgain",
    "SignByButton",
    "SkipPrint",
    "SkipRating",
    "Start",
    "StartAnew",
    "Stay",
    "Submit",
    "TakeBack",
    "TakeText",
    "TextShown",
    "Tick",
    "Touch",
    "TurnPage",
    "UseRecording",
    "Verified",
    "Wake",
    "WriteMore",
]
