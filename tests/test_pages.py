"""pages: which files are read, what they are called, and what is not text."""

import codecs
import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index import pages
from index.errors import CorpusError
from index.pages import Skipped, decode, list_files, name_file, read_page
from index.records import Page

TEXT = "社区帮讨薪 民工送锦旗\r\n\r\n昨日下午2时许,6名农民工领到了工资。\u2028〇㐀𠮷é\n"
readable = st.text(st.characters(exclude_categories=["Cc", "Cn", "Co", "Cs"]), min_size=1).filter(
    lambda text: not text.startswith("\ufeff")
)


@given(readable)
def test_utf_8_comes_back_as_it_was_written(text: str) -> None:
    assert decode(text.encode()) == (text, "utf-8")


@given(readable)
def test_a_byte_order_mark_is_no_part_of_the_text(text: str) -> None:
    assert decode(codecs.BOM_UTF8 + text.encode()) == (text, "utf-8-sig")


@given(st.text("社区帮讨薪民工送锦旗，。“” 20600\r\n", min_size=1).map(lambda text: "郑州" + text))
def test_gb18030_comes_back_as_it_was_written(text: str) -> None:
    assert decode(text.encode("gb18030")) == (text, "gb18030")
    assert decode(("\ufeff" + text).encode("gb18030")) == (text, "gb18030")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_line_ends_and_rare_characters_are_kept(encoding: str) -> None:
    assert decode(TEXT.encode(encoding)) == (TEXT, encoding)


@pytest.mark.parametrize(
    "raw",
    [
        bytes(range(256)),
        b"\x89PNG\r\n\x1a\n" + bytes(64),
        TEXT.encode("utf-16"),
        TEXT.encode("utf-16-le"),
        TEXT.encode("utf-32"),
        "社区\0".encode(),
        b"\xff\xff\xff",
        b"\x01\x02\x03" * 99,
        "\ue000".encode() * 9,
    ],
)
def test_what_is_not_text_is_told_from_text(raw: bytes) -> None:
    assert decode(raw) is None


@given(st.binary(max_size=200))
def test_any_bytes_are_decoded_or_refused(raw: bytes) -> None:
    decoded = decode(raw)
    assert decoded is None or ("\0" not in decoded[0] and decoded[1] in ("utf-8", "utf-8-sig", "gb18030"))


def test_a_file_becomes_a_page_with_its_checksum(tmp_path) -> None:
    (tmp_path / "a.txt").write_bytes(b"abc")
    page = read_page(tmp_path / "a.txt", "a.txt")
    assert page == Page(
        "a.txt",
        str(tmp_path / "a.txt"),
        "abc",
        "utf-8",
        "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
    )


@pytest.mark.parametrize(("raw", "reason"), [(b"", "empty"), (b" \n", "empty"), (b"\0", "not text")])
def test_a_file_without_text_is_skipped_with_the_reason(tmp_path, raw: bytes, reason: str) -> None:
    (tmp_path / "a").write_bytes(raw)
    skipped = read_page(tmp_path / "a", "a")
    assert isinstance(skipped, Skipped)
    assert skipped.path == str(tmp_path / "a")
    assert skipped.reason.startswith(reason)


def test_what_cannot_be_opened_is_skipped_with_the_reason(tmp_path) -> None:
    assert read_page(tmp_path, "x") == Skipped(str(tmp_path), "cannot be read: Is a directory")
    gone = read_page(tmp_path / "gone", "x")
    assert gone == Skipped(str(tmp_path / "gone"), "cannot be read: No such file or directory")


def test_a_file_that_is_too_large_is_not_read(tmp_path, monkeypatch) -> None:
    monkeypatch.setattr(pages, "MAX_BYTES", 2**20)
    (tmp_path / "a").write_bytes(b"a" * (2**20 + 1))
    assert read_page(tmp_path / "a", "a") == Skipped(
        str(tmp_path / "a"), "too large: 1 MB, the limit is 1 MB"
    )


def test_files_are_listed_in_order_and_named_below_their_folder(tmp_path) -> None:
    for name in ("b.txt", "a/二版.txt", "a/.hidden", ".git/x", "c"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).touch()
    assert list(list_files([tmp_path]).values()) == ["a/二版.txt", "b.txt", "c"]
    assert list_files([tmp_path / "b.txt"]) == {tmp_path / "b.txt": "b.txt"}


def test_a_file_given_twice_is_listed_once(tmp_path) -> None:
    (tmp_path / "a.txt").touch()
    assert list_files([tmp_path, tmp_path / "a.txt", tmp_path]) == {tmp_path / "a.txt": "a.txt"}


def test_files_of_one_name_in_two_folders_are_told_apart(tmp_path) -> None:
    for year in ("2010", "2011"):
        (tmp_path / year).mkdir()
        (tmp_path / year / "a.txt").touch()
    named = list_files([tmp_path / "2010", tmp_path / "2011"])
    assert list(named.values()) == ["a.txt", "2011/a.txt"]


def test_a_path_that_is_not_there_is_named_in_the_error(tmp_path) -> None:
    (tmp_path / "loop").symlink_to(tmp_path / "loop")
    for name in ("gone", "loop", "nul\0"):
        with pytest.raises(CorpusError, match=f"no file or folder {tmp_path / name}"):
            list_files([tmp_path / name])


def test_a_name_is_one_line_of_text_whatever_its_bytes_are() -> None:
    assert name_file(Path("郑州 晚报　A01.txt")) == "郑州 晚报　A01.txt"
    assert name_file(Path("a\nb\x1b[2J")) == r"a\nb\x1b[2J"
    assert name_file(Path(os.fsdecode(b"\xff.txt"))) == r"\udcff.txt"


def test_a_stray_control_character_does_not_make_a_text_no_text(tmp_path) -> None:
    text = TEXT + "\x7f"
    for encoding in ("utf-8", "gb18030"):
        (tmp_path / "page.txt").write_bytes(text.encode(encoding))
        page = read_page(tmp_path / "page.txt", "page.txt")
        assert isinstance(page, Page)
        assert page.text == text


def test_a_file_whose_name_is_no_text_is_read_all_the_same(tmp_path) -> None:
    hostile = Path(os.fsdecode(os.fsencode(tmp_path) + b"/\xff.txt"))
    hostile.write_text(TEXT)
    page = read_page(*next(iter(list_files([tmp_path]).items())))
    assert isinstance(page, Page)
    assert (page.source, page.path) == (r"\udcff.txt", str(tmp_path / r"\udcff.txt"))
    (page.source + page.path).encode()
