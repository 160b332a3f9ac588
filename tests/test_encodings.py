"""encodings: text comes back as it was written, in each encoding, and what is no text is refused."""

import codecs

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.encodings import decode, detect

TEXT = "社区帮讨薪 民工送锦旗\r\n\r\n昨日下午2时许,6名农民工领到了工资。\u2028〇㐀𠮷é\n"
SIMPLIFIED = "昨日下午，二七区建立了容错机制，全区五十六名领导干部深入到七十八个联系点。"
TRADITIONAL = "昨日下午，二七區建立了容錯機制，全區五十六名領導幹部深入到七十八個聯繫點。"
HONG_KONG = "香港嘅報紙喺度話佢哋嚟咗中環，啲人好開心，仲有好多嘢食。"
NAMES = {"utf-8", "utf-8-sig", "utf-16-le", "utf-16-be", "gb18030", "big5hkscs"}
readable = st.text(st.characters(exclude_categories=["Cc", "Cn", "Co", "Cs"]), min_size=1).filter(
    lambda text: not text.startswith("\ufeff")
)


@given(readable)
def test_utf_8_comes_back_as_it_was_written(text: str) -> None:
    assert decode(text.encode()) == (text, "utf-8")


@given(readable)
def test_a_byte_order_mark_is_no_part_of_the_text(text: str) -> None:
    assert decode(codecs.BOM_UTF8 + text.encode()) == (text, "utf-8-sig")
    assert decode(codecs.BOM_UTF16_LE + text.encode("utf-16-le")) == (text, "utf-16-le")
    assert decode(codecs.BOM_UTF16_BE + text.encode("utf-16-be")) == (text, "utf-16-be")


@given(st.text("社区帮讨薪民工送锦旗，。“” 20600\r\n", min_size=1).map(lambda text: "郑州" + text))
def test_gb18030_comes_back_as_it_was_written(text: str) -> None:
    assert decode(text.encode("gb18030")) == (text, "gb18030")
    assert decode(("\ufeff" + text).encode("gb18030")) == (text, "gb18030")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_line_ends_and_rare_characters_are_kept(encoding: str) -> None:
    assert decode(TEXT.encode(encoding)) == (TEXT, encoding)


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        (SIMPLIFIED, "gb18030"),
        (TRADITIONAL, "gb18030"),
        (TRADITIONAL, "big5hkscs"),
        (HONG_KONG, "big5hkscs"),
        ("昨日上午", "gb18030"),
        ("昨日上午在市區", "big5hkscs"),
        (SIMPLIFIED, "utf-16-le"),
        (TRADITIONAL, "utf-16-be"),
        ("A03\r\n" + SIMPLIFIED + "\r\n", "utf-16-le"),
    ],
)
def test_chinese_is_told_by_its_bytes_alone(text: str, encoding: str) -> None:
    assert decode(text.encode(encoding)) == (text, encoding)
    if encoding[:3] != "utf":
        assert decode(("标题" if encoding == "gb18030" else "標題").encode(encoding) + text.encode(encoding))


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030", "big5hkscs", "utf-16-le"])
def test_a_beginning_may_end_within_a_character(encoding: str) -> None:
    raw = (TRADITIONAL * 5).encode(encoding)
    for cut in range(1, 4):
        assert detect(raw[:-cut], whole=False) == encoding


@pytest.mark.parametrize(
    "raw",
    [
        bytes(range(256)),
        b"\x89PNG\r\n\x1a\n" + bytes(64),
        TEXT.encode("utf-32"),
        "社区\0".encode(),
        "社区\0".encode("utf-16"),
        b"\xff\xff\xff",
        b"\xff\xfe\x00",
        b"\xff\xfe\x00\xd8",
        b"\x01\x02\x03" * 99,
        "\ue000".encode() * 9,
        "한국어 신문".encode("utf-16-le"),
    ],
)
def test_what_is_not_text_is_told_from_text(raw: bytes) -> None:
    assert decode(raw) is None


@given(st.binary(max_size=200))
def test_any_bytes_are_decoded_or_refused(raw: bytes) -> None:
    decoded = decode(raw)
    assert decoded is None or ("\0" not in decoded[0] and decoded[1] in NAMES)
