"""pages: which files are read, what they are called, how many pages they hold, and what is skipped."""

import json
import os
import resource
import subprocess
import sys
from pathlib import Path

import pytest

from index import pages
from index.digest import checksum
from index.errors import CorpusError
from index.pages import (
    Skipped,
    file_of,
    list_files,
    name_file,
    read_page,
    read_pages,
    unique_source,
)
from index.records import Page, Span
from tests.files import docx_of, flate_bomb_pdf, paragraph, pdf_of, zip_of

ROOT = Path(__file__).parent.parent

TEXT = "社区帮讨薪 民工送锦旗\r\n\r\n昨日下午2时许,6名农民工领到了工资。\u2028〇㐀𠮷é\n"


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
        str(tmp_path / "a"), "too large: 1 MB, the limit is 1 MB; split it into smaller files"
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


# ---- many pages in one file ----


def test_each_row_is_a_page_named_after_its_line(tmp_path) -> None:
    rows = [
        {
            "标题": "旧城改造启动",
            "正文": "昨日开工。",
            "日期": "2016/10/25",
            "报纸": "郑州日报",
            "版次": "A03",
        },
        {"body": "无题"},
    ]
    (tmp_path / "n.jsonl").write_text("\n\n".join(json.dumps(row) for row in rows))
    first, second = read_pages(tmp_path / "n.jsonl", "sub/n.jsonl")
    assert (first.source, second.source) == ("sub/n.jsonl#1", "sub/n.jsonl#3")
    assert first.text == "旧城改造启动\n\n昨日开工。"
    assert (first.date, first.newspaper, first.edition) == ("2016-10-25", "郑州日报", "A03")
    assert (first.title, second.title) == (Span(0, 6), None)
    assert first.encoding == "jsonl utf-8"
    assert first.path == second.path == str(tmp_path / "n.jsonl")
    assert first.sha256 == second.sha256 == checksum(tmp_path / "n.jsonl")


def test_the_day_in_the_name_of_a_table_is_no_day_of_its_rows(tmp_path) -> None:
    folder = tmp_path / "郑州日报"
    folder.mkdir()
    (folder / "20240101.csv").write_text("body,date\n一,2016-10-25\n二,\n")
    assert [(page.date, page.newspaper) for page in read_pages(folder / "20240101.csv", "x")] == [
        ("2016-10-25", "郑州日报"),
        (None, "郑州日报"),
    ]


def test_of_many_bad_rows_the_first_are_named_and_the_others_counted(tmp_path) -> None:
    (tmp_path / "n.jsonl").write_text("bad\n" * 50 + '{"body": "正文"}\n' + "bad\n" * 50)
    found = list(read_pages(tmp_path / "n.jsonl", "n.jsonl"))
    assert [page.source for page in found if isinstance(page, Page)] == ["n.jsonl#51"]
    reasons = [item.reason for item in found if isinstance(item, Skipped)]
    assert len(reasons) == 21
    assert reasons[0].startswith("line 1: not JSON")
    assert reasons[-1].startswith("80 more like these, the last: line 101: not JSON")


def test_a_pdf_is_a_page_for_each_of_its_pages(tmp_path) -> None:
    path = tmp_path / "郑州日报_20161025.pdf"
    path.write_bytes(pdf_of([[(50, 780, 9, "A02　要闻")], [(50, 700, 10, "正文")]]))
    first, second = read_pages(path, path.name)
    assert [first.source, second.source] == ["郑州日报_20161025.pdf#1", "郑州日报_20161025.pdf#2"]
    assert [first.encoding, second.text] == ["pdf", "正文"]
    assert (first.date, first.newspaper, first.edition) == ("2016-10-25", "郑州日报", "A02")
    assert second.edition is None


def test_the_file_goes_before_its_name_and_the_name_before_the_masthead(tmp_path) -> None:
    masthead = "江州晚报　1996年8月12日　星期一　第3版\n\n正文。\n"
    for name, front, expected in [
        ("a.md", "---\ndate: 2001-02-03\nedition: B01\n---\n", ("2001-02-03", "江州晚报", "B01")),
        ("20161025_A03.md", "---\ndate: 2001-02-03\n---\n", ("2001-02-03", "江州晚报", "A03")),
        ("20161025_A03.txt", "", ("2016-10-25", "江州晚报", "A03")),
        ("a.txt", "", ("1996-08-12", "江州晚报", "3")),
    ]:
        (tmp_path / name).write_text(front + masthead)
        page = read_page(tmp_path / name, name)
        assert (page.date, page.newspaper, page.edition) == expected


def test_the_seeds_have_no_imprint_and_none_is_invented(seeds) -> None:
    for path in seeds.iterdir():
        page = read_page(path, path.name)
        assert (page.date, page.newspaper, page.edition, page.title) == (None, None, None, None)


# ---- names ----


def test_a_file_called_like_a_row_is_told_from_that_row(tmp_path) -> None:
    for name in ("news.jsonl", "news.jsonl#12"):
        (tmp_path / name).touch()
    first, second = list_files([tmp_path]).values()
    assert first == "news.jsonl"
    assert second == f"{tmp_path.name}/news.jsonl#12"
    assert unique_source(Path("/a/b.txt"), Path("/a"), {"b.txt"}) == "a/b.txt"
    assert (file_of("a.pdf#12"), file_of("a#b.pdf"), file_of("#12.txt")) == ("a.pdf", "a#b.pdf", "#12.txt")


# ---- hostile files: a reason that is true, and bounded memory ----


@pytest.mark.parametrize(
    ("name", "raw", "reason"),
    [
        ("a.txt", zip_of({"a": b""}), "a ZIP archive: unpack it"),
        ("a.txt", pdf_of([[]]), "a PDF file, though it is not called one"),
        ("a.txt", b" <!DOCTYPE HTML><p>x", "an HTML page, though it is not called one"),
        ("a.txt", b"\x89PNG\r\n\x1a\n" + bytes(64), "a picture"),
        ("a.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(99), "an old Word or Excel file, or one with"),
        ("a.pdf", b"text", "not a PDF file, though it is called one"),
        ("a.docx", b"text", "not a Word document, though it is called .docx"),
        ("a.docx", zip_of({"xl/workbook.xml": b""}), "an Excel workbook: save it as CSV"),
        ("a.html", b"<p>x" + b"\0", "not text in an encoding that is known here"),
        ("a.jsonl", b"\n\n[1]\n", "line 3: not a JSON object"),
        ("a.csv", b"\0\0\0", "not text in an encoding that is known here"),
        ("a.csv", b"title,body\n", "empty: there is no row in it"),
    ],
)
def test_a_file_that_is_not_what_it_is_called_is_named_with_the_reason(tmp_path, name, raw, reason) -> None:
    (tmp_path / name).write_bytes(raw)
    (found,) = read_pages(tmp_path / name, name)
    assert isinstance(found, Skipped)
    assert found.reason.startswith(reason)


READER = """
import resource, sys
from pathlib import Path
from index.pages import Page, read_pages
import index.isolated, pypdfium2, jieba
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
for item in read_pages(Path(sys.argv[1]), "x"):
    print(len(item.text) if isinstance(item, Page) else item.reason)
used = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
print(max(used, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss) >> 10)
"""


def write_large(path: Path, start: bytes, piece: bytes, times: int, end: bytes = b"") -> None:
    with path.open("wb") as file:
        file.write(start)
        for _ in range(times):
            file.write(piece)
        file.write(end)


@pytest.mark.parametrize(
    ("name", "start", "piece", "times", "end", "megabytes", "said"),
    [
        ("a.txt", b"", b"a" * 2**20, 100, b"", 50, "too large: 100 MB, the limit is 64 MB"),
        ("a.txt", b"", "居民楼前新路修通了\n".encode() * 10**4, 100, b"", 400, "10000000"),
        (
            "a.jsonl",
            b'{"body": "',
            b"a" * 2**20,
            100,
            b'"}\n{"body": "x"}',
            200,
            "line 1: longer than 8 million",
        ),
        ("a.jsonl", b'{"body": ', b"[" * 2**20, 1, b"\n", 200, "line 1: JSON nested too deeply"),
        ("a.csv", b'body\n"', b"x\n" * 2**19, 9, b"", 400, "line 2: not a row of CSV"),
        ("a.html", b"", b"<div>" * 2**10, 100, b"", 200, "an HTML page with more than 1000 tags"),
        ("a.html", b"<div>" * 900, b"</x>" * 2**10, 100, b"x", 200, "1"),
        ("a.pdf", b"%PDF-1.7\n", os.urandom(2**16), 16, b"", 1100, "a PDF that is cut off or damaged"),
    ],
)
def test_a_hostile_file_takes_bounded_memory(
    tmp_path, name, start, piece, times, end, megabytes, said
) -> None:
    write_large(tmp_path / name, start, piece, times, end)
    assert_bounded(tmp_path / name, megabytes, said)


@pytest.mark.parametrize(
    ("name", "make", "said"),
    [
        (
            "a.docx",
            lambda: zip_of({"word/document.xml": b" " * (200 << 20)}),
            "too large: its text unpacks to more",
        ),
        (
            "a.docx",
            lambda: docx_of(paragraph("&b;"), '<!DOCTYPE x [<!ENTITY b "b">]>'),
            "a Word document that is cut",
        ),
        ("a.docx", lambda: docx_of("<w:p>" * 10**5), "a Word document that is cut off or damaged"),
        ("a.pdf", lambda: flate_bomb_pdf(5 << 28), "cannot be read whole: it needs more memory or time"),
    ],
    ids=["zip bomb", "entities", "deep", "flate bomb"],
)
def test_a_bomb_is_not_let_off(tmp_path, name, make, said) -> None:
    (tmp_path / name).write_bytes(make())
    assert_bounded(tmp_path / name, 1100, said)


def assert_bounded(path: Path, megabytes: int, said: str) -> None:
    done = subprocess.run(
        [sys.executable, "-c", READER, str(path)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_AS, (4 << 30, 4 << 30)),
    )
    assert (done.returncode, done.stderr) == (0, "")
    *lines, used = done.stdout.splitlines()
    assert lines[0].startswith(said)
    assert int(used) < megabytes


def test_a_large_table_is_read_a_row_at_a_time(tmp_path) -> None:
    row = (
        json.dumps({"title": "旧城改造启动", "body": "昨日开工。" * 1000}, ensure_ascii=False).encode()
        + b"\n"
    )
    write_large(tmp_path / "a.jsonl", b"", row * 70, 100)  # 105 MB, more than may be held whole
    assert (tmp_path / "a.jsonl").stat().st_size > pages.MAX_BYTES
    assert_bounded(tmp_path / "a.jsonl", 60, "5008")


@pytest.mark.parametrize("end", ["\n", "\r\n", " \r", "\u2028", "\n \n\n"])
def test_a_list_of_very_many_very_short_lines_is_no_page(tmp_path, end: str) -> None:
    path = tmp_path / "a.txt"
    path.write_text(("中文" + end) * 20_001, newline="")
    assert read_page(path, "a.txt") == Skipped(
        str(path), f"a list rather than a page: 20,001 lines of {2 + len(end)}.0 characters each"
    )


@pytest.mark.parametrize(
    "text", ["中文\n" * 20_000, "昨日新桥主桥合龙。\n\n" * 30_000, "中 " * 60_000 + "\n" * 60_000]
)
def test_fewer_lines_or_longer_ones_are_a_page(tmp_path, text: str) -> None:
    path = tmp_path / "a.txt"
    path.write_text(text)
    assert read_page(path, "a.txt").text == text


def test_a_row_that_is_such_a_list_is_skipped_and_the_others_are_read(tmp_path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text("".join(json.dumps({"body": body}) + "\n" for body in ("一\n" * 30_000, "新桥合龙。")))
    listed, page = read_pages(path, "a.jsonl")
    assert listed.reason == "line 1: a list rather than a page: 29,999 lines of 2.0 characters each"
    assert (page.source, page.text) == ("a.jsonl#2", "新桥合龙。")
