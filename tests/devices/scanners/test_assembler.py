from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from devices.contract import Fault
from devices.scanners.acknowledgements import crc_ccitt
from devices.scanners.assembler import Code, CodeAssembler, Scan

GM65_DONE = bytes.fromhex("02 00 00 01 00 33 31")
NEWLAND_DONE = b"\x02\x010000#SCNTRG1\x06;\x03"
NEWLAND_UNKNOWN = b"\x02\x010000@ABCDEF\x05;\x03"
ANSWERS = [
    GM65_DONE,
    b"\x02\x00\x00\x01\xd5" + crc_ccitt(b"\x00\x01\xd5"),
    NEWLAND_DONE,
    NEWLAND_UNKNOWN,
    b"\x02\x010000@A\x06;@B\x15;\x03",
]
SUFFIXES = [b"\r", b"\n", b"\r\n", b"\t"]

codes = st.text(st.characters(min_codepoint=0x21, max_codepoint=0x7E), min_size=1, max_size=60).filter(
    lambda code: (
        "://" not in code
        and ":" not in code
        and not code.startswith("]")
        and not code.lower().startswith("www.")
        and not (len(code) == 18 and code.isdigit())
    )
)


def texts(scans: list[Scan]) -> list[str]:
    return [scan.text if isinstance(scan, Code) else scan.code for scan in scans]


def in_pieces(data: bytes, cuts: list[int]) -> list[bytes]:
    places = sorted({cut % (len(data) + 1) for cut in cuts} | {0, len(data)})
    return [data[start:end] for start, end in pairwise(places)]


@given(
    st.lists(codes, min_size=1, max_size=8, unique=True),
    st.lists(st.integers(0, 10_000), max_size=40),
    st.sampled_from(SUFFIXES),
    st.data(),
)
def test_every_code_arrives_whole_whatever_the_pieces_and_answers_between(
    sent: list[str], cuts: list[int], suffix: bytes, data: st.DataObject
) -> None:
    stream = b""
    for code in sent:
        whole = code.encode() + suffix
        if data.draw(st.booleans()):
            place = data.draw(st.integers(0, len(code)))
            whole = whole[:place] + data.draw(st.sampled_from(ANSWERS)) + whole[place:]
        stream += whole
    assembler = CodeAssembler()
    got: list[Scan] = []
    for piece in in_pieces(stream, cuts):
        got += assembler.feed(piece, now=1.0)
    assert texts(got) == sent
    assert assembler.tick(2.0) == []


@given(codes, st.lists(st.integers(0, 10_000), max_size=10))
def test_a_silence_ends_a_code_without_suffix(code: str, cuts: list[int]) -> None:
    assembler = CodeAssembler()
    now = 0.0
    for piece in in_pieces(code.encode(), cuts):
        now += 0.09
        assert assembler.feed(piece, now) == []
    assert assembler.tick(now + 0.05) == []
    assert texts(assembler.tick(now + 0.11)) == [code]
    assert assembler.seen_suffix == "none"


def test_what_a_scanner_puts_around_every_code_is_not_the_code() -> None:
    for sent in (b"\x02EIC1\x03\r\n", b"\x02EIC1\r\x03", b"\x02EIC1\x03", b"]Q1EIC1\r", b"\x02]d2EIC1\x03\n"):
        assembler = CodeAssembler()
        assert texts(assembler.feed(sent, 0.0) + assembler.tick(1.0)) == ["EIC1"]
    for sent in (b"\x02\x03\r", b"]Q1\r"):  # no code at all; a code that only looks like a symbology
        assert texts(CodeAssembler().feed(sent, 0.0)) == ([] if sent[0] == 2 else ["]Q1"])


def test_a_code_after_a_silence_is_a_new_one_even_without_a_tick() -> None:
    assembler = CodeAssembler()
    assembler.feed(b"FIRST", 0.0)
    assert texts(assembler.feed(b"SECOND\r", 0.2)) == ["FIRST", "SECOND"]


@given(st.binary(max_size=400), st.lists(st.integers(0, 400), max_size=20))
def test_any_bytes_give_values_and_no_growth(noise: bytes, cuts: list[int]) -> None:
    assembler = CodeAssembler()
    now = 0.0
    for piece in in_pieces(noise, cuts):
        now += 0.01
        for scan in assembler.feed(piece, now):
            assert isinstance(scan, Fault) or scan.text.isprintable()
    assembler.tick(now + 2.0)
    assert texts(assembler.feed(b"AFTER\r", now + 5.0)) == ["AFTER"]


def test_the_same_code_counts_once_within_a_second_and_again_later() -> None:
    assembler = CodeAssembler()
    assert texts(assembler.feed(b"SAME\rSAME\r", 10.0)) == ["SAME"]
    assert assembler.feed(b"SAME\r", 10.9) == []
    assert texts(assembler.feed(b"SAME\r", 11.1)) == ["SAME"]
    assert texts(assembler.feed(b"OTHER\rSAME\r", 11.2)) == ["OTHER", "SAME"]


def test_no_code_is_held_once_it_can_be_no_repeat() -> None:
    code = "A-PERSONS-OWN-CODE-4711"
    assembler = CodeAssembler()
    assert assembler.feed(f"{code}\r".encode(), 10.0) == [Code(code)]
    assert code in vars(assembler).values()
    assembler.tick(11.0)  # nothing came
    assert code not in vars(assembler).values()

    assembler.feed(f"{code}\r".encode(), 20.0)
    assembler.listening = False
    for tenth in range(1, 30):  # a phone that stays over the scanner when the code has been taken
        assembler.feed(f"{code}\r".encode(), 20.0 + tenth / 10)
    assert code not in vars(assembler).values()


def test_what_is_no_identity_code_is_refused_with_its_own_fault() -> None:
    refused = {
        "code.payment": [b"289876543210987654", b"134567890123456789", b"300000000000000000"],
        "code.url": [b"https://example.test/x", b"HTTP://EXAMPLE.TEST", b"www.example.test", b"wxp://f2f0"],
        "code.too_long": [b"A" * 513, b"7" * 20_000],
        "code.binary": [b"\xff\xfe\x80", b"AB\x00CD", b"\x1b[2J", "张三".encode("gbk")],
    }
    for fault, inputs in refused.items():
        for data in inputs:
            assembler = CodeAssembler()
            assert texts(assembler.feed(data + b"\r", 0.0)) == [fault], data[:20]
    neighbours = [b"249876543210987654", b"314567890123456789", b"13456789012345678", b"1345678901234567890"]
    assembler = CodeAssembler()
    assert [
        text.encode() for code in neighbours for text in texts(assembler.feed(code + b"\r", 0.0))
    ] == neighbours


def test_a_long_input_is_refused_once_and_forgotten() -> None:
    assembler = CodeAssembler()
    for _ in range(100):
        assert assembler.feed(b"X" * 1000, 0.0) == []
    assert len(assembler._code) <= 512
    assert texts(assembler.feed(b"\rGOOD\r", 0.0)) == ["code.too_long", "GOOD"]


def test_forgetting_drops_the_tail_of_a_code_on_its_way() -> None:
    assembler = CodeAssembler()
    assembler.feed(b"LAST-CITI", 0.0)
    assembler.forget()
    assert texts(assembler.feed(b"ZEN\rNEXT\r", 0.01)) == ["NEXT"]


def test_while_nobody_listens_codes_are_lost_and_do_not_count_as_repeats() -> None:
    assembler = CodeAssembler()
    assembler.listening = False
    assert assembler.feed(b"EARLY\r", 0.0) == []
    assembler.listening = True
    assert texts(assembler.feed(b"EARLY\r", 0.1)) == ["EARLY"]


def test_an_answer_that_breaks_off_does_not_spoil_the_next_code() -> None:
    assembler = CodeAssembler()
    assembler.feed(GM65_DONE[:5], 0.0)
    assembler.tick(0.15)
    assert texts(assembler.feed(b"NEXT\r", 0.3)) == ["NEXT"]


def test_an_answer_in_two_pieces_with_a_pause_is_still_one() -> None:
    heard: list[bytes] = []
    assembler = CodeAssembler(heard.append)
    assembler.feed(GM65_DONE[:3], 0.0)
    assembler.tick(0.2)
    assert texts(assembler.feed(GM65_DONE[3:] + b"CODE\r", 0.4)) == ["CODE"]
    assert heard == [GM65_DONE]


def test_a_damaged_answer_never_changes_a_code() -> None:
    """Better refused than a code without its first characters."""
    assembler = CodeAssembler()
    assert texts(assembler.feed(GM65_DONE[:4] + b"IDENTITY\r", 0.0)) == ["code.binary"]
