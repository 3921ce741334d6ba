from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from devices.identity.samv_commands import (
    ADDRESS,
    FIND,
    NUMBER,
    READ,
    SELECT,
    STATUS,
    Command,
    fault_of,
    module_number,
    split_card_data,
)
from devices.identity.samv_frame import (
    HEAD_BYTES,
    MAX_REPLY_LENGTH,
    PREAMBLE,
    FrameDamage,
    Reply,
    ReplyDecoder,
    encode_request,
)


def frame(status: bytes, data: bytes = b"") -> bytes:
    body = (len(status) + len(data) + 1).to_bytes(2, "big") + status + data
    check = 0
    for byte in body:
        check ^= byte
    return PREAMBLE + body + bytes([check])


def decode(stream: bytes, cuts: list[int]) -> list[Reply | FrameDamage]:
    decoder, found, start = ReplyDecoder(), [], 0
    for end in [*sorted(cut % (len(stream) + 1) for cut in cuts), len(stream)]:
        found += decoder.feed(stream[start:end])
        start = end
    return found


def replies(found: list[Reply | FrameDamage]) -> list[Reply]:
    return [item for item in found if isinstance(item, Reply)]


@pytest.mark.parametrize(
    ("command", "published"),
    [
        (STATUS, "00 03 11 FF ED"),
        (NUMBER, "00 03 12 FF EE"),
        (FIND, "00 03 20 01 22"),
        (SELECT, "00 03 20 02 21"),
        (READ, "00 03 30 01 32"),
        (ADDRESS, "00 03 30 03 30"),
    ],
)
def test_requests_are_the_published_bytes(command: Command, published: str) -> None:
    assert command.frame == bytes.fromhex("AAAAAA9669" + published)


@pytest.mark.parametrize(("rate", "check"), list(enumerate([0x63, 0x62, 0x61, 0x60, 0x67])))
def test_the_checksum_of_the_rate_commands(rate: int, check: int) -> None:
    assert encode_request(bytes([0x60, rate]))[-1] == check


@pytest.mark.parametrize(
    ("reply", "status", "length"),
    [
        ("AAAAAA9669 0008 00009F 00000000 97", "00 00 9F", 4),
        ("AAAAAA9669 0004 000080 84", "00 00 80", 0),
        ("AAAAAA9669 000C 000090 0000000000000000 9C", "00 00 90", 8),
        ("AAAAAA9669 0004 000041 45", "00 00 41", 0),
        ("AAAAAA9669 0004 000032 36", "00 00 32", 0),
    ],
)
def test_published_replies(reply: str, status: str, length: int) -> None:
    (found,) = replies(ReplyDecoder().feed(bytes.fromhex(reply)))
    assert (found.status, len(found.data)) == (status, length)


STATUSES = st.binary(min_size=3, max_size=3)


@given(
    st.lists(st.tuples(st.binary(max_size=40), STATUSES, st.binary(max_size=300)), min_size=1, max_size=4),
    st.lists(st.integers(0, 2000), max_size=12),
)
def test_replies_in_any_pieces_behind_any_noise(
    parts: list[tuple[bytes, bytes, bytes]], cuts: list[int]
) -> None:
    parts = [(noise.replace(PREAMBLE, b""), status, data) for noise, status, data in parts]
    stream = b"".join(noise + frame(status, data) for noise, status, data in parts)
    assert [(bytes((r.sw1, r.sw2, r.sw3)), r.data) for r in replies(decode(stream, cuts))] == [
        (status, data) for _, status, data in parts
    ]


@given(st.lists(st.integers(0, 1400), max_size=20))
def test_a_whole_card_in_any_pieces(cuts: list[int]) -> None:
    stream = frame(b"\0\0\x90", bytes.fromhex("01000400") + bytes(range(256)) * 5)
    assert len(stream) == 1295
    assert len(replies(decode(stream, cuts))) == 1


@given(st.binary(max_size=2000), st.lists(st.integers(0, 2000), max_size=8))
def test_after_any_noise_a_reply_is_found_and_memory_stays_small(noise: bytes, cuts: list[int]) -> None:
    decoder = ReplyDecoder()
    decoder.feed(noise)
    assert len(decoder._held) <= HEAD_BYTES + MAX_REPLY_LENGTH
    # Whatever the noise began, a longest frame of other bytes ends it.
    found = decoder.feed(b"\x55" * (MAX_REPLY_LENGTH + HEAD_BYTES) + frame(b"\0\0\x80"))
    assert [reply.status for reply in replies(found)][-1] == "00 00 80"


def test_one_damaged_byte_anywhere_never_gives_a_reply_and_the_next_one_is_found() -> None:
    good = frame(b"\0\0\x90", b"12345678")
    for at in range(len(good)):
        damaged = bytearray(good)
        damaged[at] ^= 0x10
        decoder = ReplyDecoder()
        found = decoder.feed(bytes(damaged) + good)
        found += decoder.settle()
        assert [reply.data for reply in replies(found)] == [b"12345678"], at


@pytest.mark.parametrize("length", ["0000", "0003", "FFFF", "0A00"])
def test_an_absurd_length_is_damage_and_hides_nothing_behind_it(length: str) -> None:
    found = ReplyDecoder().feed(PREAMBLE + bytes.fromhex(length) + frame(b"\0\0\x80"))
    assert found[0] == FrameDamage(int(length, 16), absurd=True)
    assert len(replies(found)) == 1


def test_a_plausible_false_preamble_gives_way_when_the_line_falls_silent() -> None:
    decoder = ReplyDecoder()
    assert decoder.feed(PREAMBLE + b"\x05\x08" + b"noise" + frame(b"\0\0\x9f", bytes(4))) == []
    assert [reply.status for reply in replies(decoder.settle())] == ["00 00 9F"]
    assert decoder.awaited_length is None


def test_settling_leaves_a_frame_alone_that_has_only_paused() -> None:
    whole = frame(b"\0\0\x90", b"\xaa\xaa\xaa\x96\x69" * 20)
    decoder = ReplyDecoder()
    assert decoder.feed(whole[:60]) == []
    assert decoder.settle() == []
    assert len(replies(decoder.feed(whole[60:]))) == 1


def test_a_reply_shows_no_data() -> None:
    (reply,) = replies(ReplyDecoder().feed(frame(b"\0\0\x90", b"personal")))
    assert repr(reply) == "Reply(00 00 90, 8 bytes)"


# --- meaning ---------------------------------------------------------------------------------------------


def test_every_published_status_word_has_a_code_of_its_own() -> None:
    words = [0x10, 0x11, 0x21, 0x23, 0x24, 0x31, 0x32, 0x33, 0x40, 0x41, 0x47, 0x60, 0x66, 0x80, 0x81, 0x91]
    codes = [fault_of(READ, Reply(0x62, 0x83, word, b"")).code for word in words]
    assert len(set(codes)) == len(words)
    assert "samv.status_unknown" not in codes
    assert fault_of(READ, Reply(0, 0, 0x77, b"")).code == "samv.status_unknown"


def test_the_bytes_that_are_relayed_from_the_card_reach_the_technician() -> None:
    assert fault_of(READ, Reply(0x69, 0x82, 0x41, b"")).cause == "read card: 69 82 41"


def test_a_late_reply_of_another_command_is_not_taken() -> None:
    card = Reply(0, 0, 0x90, bytes(1284))
    serial = Reply(0, 0, 0x90, bytes(8))
    assert READ.accepts(card)
    assert not any(command.accepts(card) for command in (FIND, SELECT, STATUS, NUMBER, ADDRESS))
    assert not any(command.accepts(serial) for command in (FIND, READ, STATUS, NUMBER, ADDRESS))
    assert not SELECT.accepts(Reply(0, 0, 0x9F, bytes(4)))


def test_inner_lengths_must_agree() -> None:
    text, photo = b"t" * 256, b"p" * 1024
    assert split_card_data(Reply(0, 0, 0x90, bytes.fromhex("01000400") + text + photo)) == (text, photo)
    for head in ("01000401", "00FF0400", "04000100"):
        fault = split_card_data(Reply(0, 0, 0x90, bytes.fromhex(head) + text + photo))
        assert getattr(fault, "code", None) == "samv.reply_malformed"


def test_the_module_number_is_shown_as_vendors_do() -> None:
    words = (5).to_bytes(2, "little") + (1).to_bytes(2, "little") + (20240101).to_bytes(4, "little")
    words += (555).to_bytes(4, "little") + (1234567890).to_bytes(4, "little")
    assert module_number(words) == "05.01-20240101-0000000555-1234567890"
    assert module_number(b"\xff" * 16) == "ff" * 16
