"""librime's C interface (``rime_api.h``), as far as it is used here.

All calls go through the table of functions that ``rime_get_api`` gives: it only ever grows at its end, and
it says how long it is.  Works with librime 1.8 (Debian 12) and newer ones.
"""

from __future__ import annotations

import ctypes as c
from collections.abc import Callable, Generator, Sequence
from pathlib import Path
from typing import Any, Final

LIBRARY: Final = "librime.so.1"
APP_NAME: Final = b"rime.kiosk"
FATAL_ONLY: Final = 3
_BACKSPACE: Final = 0xFF08  # of X's key symbols

_NAMES: Final = [
    "setup",
    "set_notification_handler",
    "initialize",
    "finalize",
    "start_maintenance",
    "is_maintenance_mode",
    "join_maintenance_thread",
    "deployer_initialize",
    "prebuild",
    "deploy",
    "deploy_schema",
    "deploy_config_file",
    "sync_user_data",
    "create_session",
    "find_session",
    "destroy_session",
    "cleanup_stale_sessions",
    "cleanup_all_sessions",
    "process_key",
    "commit_composition",
    "clear_composition",
    "get_commit",
    "free_commit",
    "get_context",
    "free_context",
    "get_status",
    "free_status",
    "set_option",
    "get_option",
    "set_property",
    "get_property",
    "get_schema_list",
    "free_schema_list",
    "get_current_schema",
    "select_schema",
    "schema_open",
    "config_open",
    "config_close",
    "config_get_bool",
    "config_get_int",
    "config_get_double",
    "config_get_string",
    "config_get_cstring",
    "config_update_signature",
    "config_begin_map",
    "config_next",
    "config_end",
    "simulate_key_sequence",
    "register_module",
    "find_module",
    "run_task",
    "get_shared_data_dir",
    "get_user_data_dir",
    "get_sync_dir",
    "get_user_id",
    "get_user_data_sync_dir",
    "config_init",
    "config_load_string",
    "config_set_bool",
    "config_set_int",
    "config_set_double",
    "config_set_string",
    "config_get_item",
    "config_set_item",
    "config_clear",
    "config_create_list",
    "config_create_map",
    "config_list_size",
    "config_begin_list",
    "get_input",
    "get_caret_pos",
    "select_candidate",
    "get_version",
    "set_caret_pos",
    "select_candidate_on_current_page",
    "candidate_list_begin",
    "candidate_list_next",
    "candidate_list_end",
]
_SIGNATURES: Final[dict[str, tuple[Any, ...]]] = {  # result first
    "setup": (None, c.c_void_p),
    "initialize": (None, c.c_void_p),
    "finalize": (None,),
    "deployer_initialize": (None, c.c_void_p),
    "deploy_schema": (c.c_int, c.c_char_p),
    "create_session": (c.c_size_t,),
    "destroy_session": (c.c_int, c.c_size_t),
    "process_key": (c.c_int, c.c_size_t, c.c_int, c.c_int),
    "get_context": (c.c_int, c.c_size_t, c.c_void_p),
    "free_context": (c.c_int, c.c_void_p),
    "select_schema": (c.c_int, c.c_size_t, c.c_char_p),
    "select_candidate": (c.c_int, c.c_size_t, c.c_size_t),
    "get_version": (c.c_char_p,),
    "candidate_list_begin": (c.c_int, c.c_size_t, c.c_void_p),
    "candidate_list_next": (c.c_int, c.c_void_p),
    "candidate_list_end": (None, c.c_void_p),
}


class _Traits(c.Structure):
    _fields_ = (
        ("data_size", c.c_int),
        ("shared_data_dir", c.c_char_p),
        ("user_data_dir", c.c_char_p),
        ("distribution_name", c.c_char_p),
        ("distribution_code_name", c.c_char_p),
        ("distribution_version", c.c_char_p),
        ("app_name", c.c_char_p),
        ("modules", c.c_void_p),
        ("min_log_level", c.c_int),
        ("log_dir", c.c_char_p),
        ("prebuilt_data_dir", c.c_char_p),
        ("staging_dir", c.c_char_p),
    )


class _Composition(c.Structure):
    _fields_ = (
        ("length", c.c_int),
        ("cursor_pos", c.c_int),
        ("sel_start", c.c_int),
        ("sel_end", c.c_int),
        ("preedit", c.c_char_p),
    )


class _Candidate(c.Structure):
    _fields_ = (("text", c.c_char_p), ("comment", c.c_char_p), ("reserved", c.c_void_p))


class _Menu(c.Structure):
    _fields_ = (
        ("page_size", c.c_int),
        ("page_no", c.c_int),
        ("is_last_page", c.c_int),
        ("highlighted_candidate_index", c.c_int),
        ("num_candidates", c.c_int),
        ("candidates", c.c_void_p),
        ("select_keys", c.c_char_p),
    )


class _Context(c.Structure):
    _fields_ = (
        ("data_size", c.c_int),
        ("composition", _Composition),
        ("menu", _Menu),
        ("commit_text_preview", c.c_char_p),
        ("select_labels", c.c_void_p),
    )


class _Iterator(c.Structure):
    _fields_ = (("ptr", c.c_void_p), ("index", c.c_int), ("candidate", _Candidate))


class Librime:
    """The loaded library.  Raises :class:`OSError` when it is not installed or not what was expected."""

    def __init__(self) -> None:
        library = c.CDLL(LIBRARY)
        try:
            library.rime_get_api.restype = c.c_void_p
        except AttributeError as missing:
            raise OSError(f"{LIBRARY} is not librime") from missing
        table = library.rime_get_api()
        size = c.cast(table, c.POINTER(c.c_int))[0] + c.sizeof(c.c_int)
        pointer = c.sizeof(c.c_void_p)
        self._calls: dict[str, Callable[..., Any]] = {}
        for place, name in enumerate(_NAMES, start=1):  # the first place holds the size
            if (signature := _SIGNATURES.get(name)) is None:
                continue
            address = c.c_void_p.from_address(table + place * pointer).value
            if (place + 1) * pointer > size or not address:
                raise OSError(f"{LIBRARY} does not offer {name}")
            self._calls[name] = c.CFUNCTYPE(*signature)(address)

    @property
    def version(self) -> str:
        return str(self._calls["get_version"]().decode())

    # --- the whole process -------------------------------------------------------------------------

    def initialize(self, schemas: Path, private: Path) -> None:
        """Once in a process.  ``schemas``: what was deployed; ``private``: whatever librime may write."""
        self._traits = _traits(schemas, private, staging=schemas)
        self._calls["setup"](c.byref(self._traits))
        self._calls["initialize"](c.byref(self._traits))

    def deploy(self, sources: Path, shared: Path, target: Path, schema_files: Sequence[Path]) -> bool:
        """Compile schemas and their dictionary into ``target``; takes seconds."""
        self._traits = _traits(shared, sources, staging=target)
        self._calls["setup"](c.byref(self._traits))
        self._calls["deployer_initialize"](c.byref(self._traits))
        return all(self._calls["deploy_schema"](bytes(file)) for file in schema_files)

    # --- one composition ---------------------------------------------------------------------------

    def open_session(self, schema: str) -> int:
        """0 when there is none to be had."""
        session: int = self._calls["create_session"]()
        if session and not self._calls["select_schema"](session, schema.encode()):
            self.close_session(session)
            return 0
        return session

    def close_session(self, session: int) -> None:
        self._calls["destroy_session"](session)

    def type(self, session: int, letters: str) -> None:
        for letter in letters:
            self._calls["process_key"](session, ord(letter), 0)

    def take_back(self, session: int, count: int) -> None:
        """The last letters."""
        for _ in range(count):
            self._calls["process_key"](session, _BACKSPACE, 0)

    def candidates(self, session: int) -> Generator[str, None, None]:
        """Best first; it works them out as they are asked for."""
        iterator = _Iterator()
        place = c.byref(iterator)
        if not self._calls["candidate_list_begin"](session, place):
            return
        try:
            follows = self._calls["candidate_list_next"]
            while follows(place):
                yield iterator.candidate.text.decode()
        finally:
            self._calls["candidate_list_end"](place)

    def select(self, session: int, index: int) -> str:
        """Takes a candidate; returns the letters that it left over."""
        self._calls["select_candidate"](session, index)
        context = _Context(data_size=c.sizeof(_Context) - c.sizeof(c.c_int))
        if not self._calls["get_context"](session, c.byref(context)):
            return ""
        composition = context.composition
        rest = (composition.preedit or b"")[composition.sel_start :].decode()
        self._calls["free_context"](c.byref(context))
        return "".join(letter for letter in rest if letter.isascii() and letter.isalpha())


def _traits(shared: Path, user: Path, staging: Path) -> _Traits:
    return _Traits(
        data_size=c.sizeof(_Traits) - c.sizeof(c.c_int),
        shared_data_dir=bytes(shared),
        user_data_dir=bytes(user),
        distribution_name=b"kiosk",
        distribution_code_name=b"kiosk",
        distribution_version=b"1",
        app_name=APP_NAME,
        min_log_level=FATAL_ONLY,
        log_dir=bytes(user),
        prebuilt_data_dir=bytes(staging),
        staging_dir=bytes(staging),
    )
