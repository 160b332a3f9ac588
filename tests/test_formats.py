"""formats, markup, rows, isolated: what is taken out of each kind of file, and what is left behind."""

import csv
import io
import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from index import rows
from index.formats import decode_html, find_disguise, kind_of, read_markdown
from index.imprint import Imprint
from index.isolated import Line, join_lines
from index.markup import read_html
from index.pages import read_pages
from index.records import Page, Span
from tests.files import docx_of, locked_pdf, paragraph, pdf_of, zip_of


def read(tmp_path: Path, name: str, raw: bytes | str) -> list[str | tuple[str, str | None]]:
    """What comes of a file: of a page its text and title, of a fault its reason."""
    (tmp_path / name).write_bytes(raw if isinstance(raw, bytes) else raw.encode())
    return [
        (item.text, item.text[item.title.start : item.title.end] if item.title else None)
        if isinstance(item, Page)
        else item.reason
        for item in read_pages(tmp_path / name, name)
    ]


def test_the_name_says_the_kind_and_the_first_bytes_may_say_no() -> None:
    assert [kind_of(Path(name)) for name in ("a.TXT", "a.MD", "a.htm", "a.JSONL", "a.tsv", "a", "a.xyz")] == [
        "text", "md", "html", "jsonl", "csv", "text", "text",
    ]  # fmt: skip
    assert find_disguise("pdf", b"\n%PDF-1.7") is None
    assert find_disguise("pdf", b"x" * 500 + b"%PDF-1.7") is None
    assert find_disguise("text", b"%PDF- is how a PDF begins") is not None
    assert find_disguise("text", "社区".encode("gb18030")) is None
    assert find_disguise("html", b"\xef\xbb\xbf<html>") is None


# ---- Markdown ----


def test_markdown_is_read_as_the_text_it_is() -> None:
    text = "# 旧城改造启动 #\r\n\r\n昨日*开工*。\r\n"
    piece = read_markdown(text, "utf-8")
    assert (piece.text, piece.encoding, piece.title) == (text, "utf-8", Span(2, 8))


def test_a_masthead_is_no_headline_of_all_that_stands_below_it() -> None:
    assert read_markdown("# 江州晚报\n\n## 旧城改造启动\n\n昨日开工。\n", "utf-8").title is None


def test_front_matter_is_no_part_of_the_text_and_says_title_and_imprint() -> None:
    front = '---\ntitle: "旧城改造启动"\nDate: 2016-10-25\n报纸: 郑州日报\n版次: 03\ntags: [a, b]\n---\n'
    piece = read_markdown(front + "旧城改造启动\n\n昨日开工。\n", "gb18030")
    assert piece.text == "旧城改造启动\n\n昨日开工。\n"
    assert piece.encoding == "md gb18030"
    assert piece.title == Span(0, 6)
    assert piece.imprint == Imprint("2016-10-25", "郑州日报", "03")


@pytest.mark.parametrize(
    "text",
    [
        "---\n\n正文。\n\n---\n\n正文。\n",  # rules, not front matter
        "---\n- a\n---\n正文。\n",
        "---\na: [\n---\n正文。\n",
        "---\na: " + "[" * 5000 + "\n---\n正文。\n",
        "---\na: 1\n正文。\n",
        "# 一\n\n正文。\n\n# 二\n\n正文。\n",
        "正文在先。\n\n# 一\n",
        "---\n" * 10**5,
    ],
)
def test_what_is_no_front_matter_stays_and_several_headings_are_no_title(text: str) -> None:
    piece = read_markdown(text, "utf-8")
    assert (piece.text, piece.title, piece.imprint) == (text, None, Imprint())


def test_a_bomb_in_the_front_matter_is_not_let_off() -> None:
    lines = [f"a{n}: &a{n} {{<<: [{','.join([f'*a{n - 1}'] * 9 if n else '')}]}}" for n in range(40)]
    assert read_markdown("---\n" + "\n".join(lines) + "\ntitle: 题\n---\n题\n", "utf-8").text == "题\n"


# ---- HTML ----

PAGE = """<!DOCTYPE html><html><head><meta charset="utf-8"><title>旧城改造启动_郑州日报</title>
<meta property="article:published_time" content="2016-10-25T08:00:00+08:00">
<meta name="source" content="郑州日报">
<style>p {}</style></head><body><header><h1>郑州在线</h1></header><nav>首页 新闻</nav>
<div class=a><h1>旧城改造<b>启动</b></h1><p>　　昨日上午，
二七区开工。&nbsp;<p>居民<br>高兴&amp;感谢<script>alert("x")</script></div>
<table><tr><td>甲</td><td>乙</td></tr></table><aside>推荐</aside><footer>版权</footer></body></html>"""


def test_a_page_is_its_blocks_without_what_surrounds_them() -> None:
    piece = read_html(PAGE, "utf-8")
    assert piece.text == "旧城改造启动\n\n昨日上午，二七区开工。\n\n居民\n\n高兴&感谢\n\n甲 乙"
    assert (piece.encoding, piece.title) == ("html utf-8", Span(0, 6))
    assert piece.imprint == Imprint("2016-10-25", "郑州日报")


@pytest.mark.parametrize(
    ("html", "text", "title"),
    [
        ("<title>旧城改造启动 - 郑州日报</title><p>昨日。", "旧城改造启动\n\n昨日。", "旧城改造启动"),
        ("<title>郑州日报数字报-旧城改造</title><h2>旧城改造</h2>昨日。", "旧城改造\n\n昨日。", "旧城改造"),
        ("<title>x</title><p>要闻<h2>旧城改造</h2>", "要闻\n\n旧城改造", None),
        ("<title>郑州日报</title><p>昨日。", "昨日。", None),
        ("<h1>一</h1><p>昨日。<h1>二</h1><p>今日。", "一\n\n昨日。\n\n二\n\n今日。", None),
        (f"<p>旁边<article><header><h1>题</h1></header><p>{'文' * 20}</article>", f"题\n\n{'文' * 20}", "题"),
        (f"<h1>题</h1><main>{'文' * 20}</main><p>旁边", f"题\n\n{'文' * 20}", "题"),
        ("<p>a\0b", "a\ufffdb", None),
        ("只有字", "只有字", None),
    ],
)  # fmt: skip
def test_the_title_is_the_one_the_page_names_and_stands_in_the_text(html: str, text: str, title) -> None:
    piece = read_html(html, "utf-8")
    assert piece.text == text
    assert (piece.text[piece.title.start : piece.title.end] if piece.title else None) == title


def test_a_date_is_taken_where_the_page_declares_one_and_nowhere_else() -> None:
    for html, date in [
        ('<script type="application/ld+json">{"datePublished": "2016-10-25"}</script><p>x', "2016-10-25"),
        ('<time datetime="2016-10-25">昨天</time><p>x', "2016-10-25"),
        (
            "<!--enpproperty <date>2016-10-25 00:00:00:0</date><title>题</title>/enpproperty--><p>x",
            "2016-10-25",
        ),
        ('<meta name="copyright" content="2016-10-25"><p>2016年10月25日上午开工。', None),
        ('<meta name="date" content="2016-13-25"><p>x', None),
    ]:
        assert read_html(html, "utf-8").imprint.date == date


def test_the_characters_of_a_page_are_those_it_declares_unless_they_prove_otherwise() -> None:
    for encoding, declared in [("gb18030", "gb2312"), ("big5hkscs", "big5"), ("utf-8", "gb2312")]:
        raw = f'<META http-equiv="Content-Type" content="text/html; charset={declared}"><p>民國'.encode(
            encoding
        )
        assert decode_html(raw) == (raw.decode(encoding), encoding)


def test_a_page_without_text_says_why(tmp_path) -> None:
    (reason,) = read(tmp_path, "a.html", "<html><script>document.write(1)</script></html>")
    assert reason == "an HTML page without text: what a script would put into it is not there"


# ---- JSON Lines ----


@pytest.mark.parametrize(
    ("line", "text", "title"),
    [
        ({"title": "题", "body": "文"}, "题\n\n文", "题"),
        ({"Headline": " 题\n目 ", "AUTHOR": "王影", "CONTENT": " 文\n "}, "题 目\n\n王影\n\n文", "题 目"),
        ({"标题": "题", "作者": ["张三", "李四"], "正文": "文", "n": {}}, "题\n\n张三 李四\n\n文", "题"),
        ({"title": None, "text": "文", "body": ""}, "文", None),
        ({"title": "\ud800题", "body": "文\udfff\ud83d\ude00"}, "\ufffd题\n\n文\ufffd😀", "\ufffd题"),
        ({"title": 5, "body": "文"}, "5\n\n文", "5"),
    ],
)  # fmt: skip
def test_a_row_is_title_byline_and_body(tmp_path, line: dict[str, object], text: str, title) -> None:
    assert read(tmp_path, "a.jsonl", json.dumps(line)) == [(text, title)]


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ("{", "not JSON"),
        ("[1]", "not a JSON object"),
        ('"x"', "not a JSON object"),
        ('{"title": "x"}', "no text in it"),
        ('{"body": {"a": 1}}', "no text in it"),
        ('{"body": "a\\u0000b"}', "NUL characters"),
        ('{"body": ' + "[" * 10**5, "JSON nested too deeply"),
        ('{"n": ' + "1" * 5000 + "}", "not JSON"),
        (b'{"body": "\xff\xfe"}', "bytes that are not text in utf-8"),
    ],
)
def test_a_bad_row_names_its_line_and_the_others_go_on(tmp_path, row: str | bytes, reason: str) -> None:
    raw = row if isinstance(row, bytes) else row.encode()
    good = '{"body": "正文"}'.encode()
    first, fault, second = read(tmp_path, "a.jsonl", b"\n".join([good, raw, good]))
    assert first == second == ("正文", None)
    assert fault.startswith(f"line 2: {reason}")


def test_a_row_that_is_too_long_is_passed_over(tmp_path, monkeypatch) -> None:
    monkeypatch.setattr(rows, "MAX_ROW", 100)
    long = json.dumps({"body": "x" * 1000})
    fault, good = read(tmp_path, "a.jsonl", long + '\n{"body": "文"}')
    assert fault.startswith("line 1: longer than ")
    assert good == ("文", None)


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-be", "gb18030"])
def test_rows_may_be_in_any_encoding(tmp_path, encoding: str) -> None:
    line = '{"标题": "旧城改造", "正文": "昨日在本市开工。"}\r\n'
    assert (
        read(tmp_path, "a.jsonl", (line * 3).encode(encoding))
        == [("旧城改造\n\n昨日在本市开工。", "旧城改造")] * 3
    )


# ---- CSV ----


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8-sig", "gb18030", "utf-16"])
def test_columns_are_known_by_name_whatever_parts_them(tmp_path, delimiter: str, encoding: str) -> None:
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter=delimiter)
    writer.writerows(
        [
            ["编号", " 标题 ", "正文", "日期"],
            ["1", "题", '多行\n“正文”,;\t"引号"', ""],
            [],
            ["2", "", "文", ""],
        ]
    )
    assert read(tmp_path, "a.csv", out.getvalue().encode(encoding)) == [
        ('题\n\n多行\n“正文”,;\t"引号"', "题"),
        ("文", None),
    ]


def test_a_row_is_named_after_the_line_on_which_it_begins(tmp_path) -> None:
    (tmp_path / "a.csv").write_text('title,body\n一,"a\nb"\n\n二,c\n')
    assert [page.source for page in read_pages(tmp_path / "a.csv", "a.csv")] == ["a.csv#2", "a.csv#5"]


def test_bad_rows_of_a_table_are_named(tmp_path) -> None:
    assert read(tmp_path, "a.csv", b"title,body\na,\nb,c,d\ne,f\0g\nh,i\n") == [
        "line 2: no text in it (body, text, content or 正文)",
        "line 3: more values than columns: a text with a comma needs quotation marks",
        "line 4: NUL characters in it, so no text",
        ("h\n\ni", "h"),
    ]
    (reason,) = read(tmp_path, "b.csv", "姓名,年龄\n张三,5\n")
    assert reason == "no column is called body, text, content or 正文: the first line has to name the columns"


def test_a_huge_field_is_read(tmp_path) -> None:
    ((text, _),) = read(tmp_path, "a.csv", "body\n" + "文" * 10**6 + "\n")
    assert len(text) == 10**6


# ---- Word ----


def test_paragraphs_tables_and_text_boxes_stand_in_their_order(tmp_path) -> None:
    row = "".join(f"<w:tc>{paragraph(cell)}</w:tc>" for cell in ("甲", "乙"))
    boxed = (
        "<w:p><w:r><w:t>旁</w:t></w:r><w:r><w:txbxContent>"
        + paragraph("框里")
        + "</w:txbxContent></w:r></w:p>"
    )
    deleted = "<w:del><w:r><w:delText>旧</w:delText></w:r></w:del>"
    changed = f"<w:p><w:ins><w:r><w:t>新</w:t></w:r></w:ins>{deleted}</w:p>"
    body = (
        paragraph("标题")
        + f"<w:tbl><w:tr>{row}</w:tr></w:tbl>"
        + boxed
        + "<w:p/>"
        + changed
        + paragraph("正文")
    )
    assert read(tmp_path, "a.docx", docx_of(body)) == [("标题\n\n甲\t乙\n\n框里\n\n旁\n\n新\n\n正文", None)]


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        (zip_of({"a": b""}), "a ZIP archive without a Word document in it"),
        (docx_of(""), "a Word document without text"),
        (docx_of("")[:100], "a Word document that is cut off or damaged"),
        (zip_of({"word/document.xml": b"<w"}), "a Word document that is cut off or damaged"),
        (b"PK\x03\x04" + bytes(range(256)), "a Word document that is cut off or damaged"),
        (
            docx_of("", '<!DOCTYPE x SYSTEM "file:///etc/passwd">'),
            "a Word document that is cut off or damaged",
        ),
    ],
)
def test_a_word_document_that_cannot_be_read_says_why(tmp_path, raw: bytes, reason: str) -> None:
    (found,) = read(tmp_path, "a.docx", raw)
    assert found.startswith(reason)


# ---- PDF ----


def test_lines_of_a_column_become_paragraphs(tmp_path) -> None:
    lines = ["　　昨日下午，二七区建立了", "容错机制，全区都高兴了。", "　　今日上午又有一件新事。"]
    shown = [(50.0, 740.0, 20.0, "旧城改造启动")]
    for left in (50.0, 250.0):
        shown += [(left, 700.0 - 14 * n, 10.0, line) for n, line in enumerate(lines)]
    body = ["昨日下午，二七区建立了容错机制，全区都高兴了。", "今日上午又有一件新事。"]
    assert read(tmp_path, "a.pdf", pdf_of([shown])) == [("\n\n".join(["旧城改造启动", *body, *body]), None)]


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        (
            pdf_of([[], []]),
            "a PDF without a text layer, so a scan: it has to go through character recognition",
        ),
        (
            pdf_of([[(9, 9, 9, "\ue000\ue001" * 9)]]),
            "on page 1 the fonts do not say which characters they show",
        ),
        (locked_pdf(), "a PDF with a password: save it without one"),
        (b"%PDF-1.7\n" + bytes(range(256)) * 9, "a PDF that is cut off or damaged"),
        (b"%PDF-1.7", "a PDF that is cut off or damaged"),
        (pdf_of([[(9, 9, 9, "文")]])[:300], "a PDF that is cut off or damaged"),
    ],
)
def test_a_pdf_that_cannot_be_read_says_why(tmp_path, raw: bytes, reason: str) -> None:
    (found,) = read(tmp_path, "a.pdf", raw)
    assert found.startswith(reason)


def test_pages_without_text_are_named_and_the_others_read(tmp_path) -> None:
    text, reason = read(tmp_path, "a.pdf", pdf_of([[], [(50, 700, 10, "正文")], []]))
    assert text == ("正文", None)
    assert reason.startswith("no text layer on 2 pages (1, 3): unless empty, ")


def test_words_of_another_script_keep_a_space_where_the_line_ended() -> None:
    def lines() -> Iterator[Line]:
        yield Line("the quick", 0, 100, 50, 10)
        yield Line("brown fox", 0, 100, 38, 10)
        yield Line("别栏", 200, 220, 50, 10)

    assert list(join_lines(lines())) == ["the quick brown fox", "别栏"]
