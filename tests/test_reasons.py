"""web.reasons: every reason that index/ can give for skipping a file is known in Chinese, in full."""

import ast
import errno
import importlib
import os
import re
from collections.abc import Iterator
from itertools import product
from pathlib import Path
from typing import Any

import opencc
import pytest
from hypothesis import example, given

from index import pages, rows
from index.pages import Skipped, read_pages
from tests.files import docx_of, locked_pdf, paragraph, pdf_of, zip_of
from tests.ours import hostile_text
from tests.visiting import ROOT
from web.reasons import _TABLE, translate_reason

CHINESE = ("zh", "zh-Hant")
# What is no English in a reason in Chinese: names, which are the same in every language.
NAMES = {
    "body", "text", "content", "title", "word", "document", "xml", "docx", "pdf", "html", "ocrmypdf", "utf",
}  # fmt: skip
# What stands for a figure, or for words from elsewhere, when a reason is collected from the source.
FIGURE = "7"
# Reasons that are handed on: where they come from is looked at there.
HANDED_ON = {"said['fault']", "item.reason"}


# ---- the reasons, collected from the source ----


class Reasons:
    """What a module can say: the values that an expression in it can have, as far as the source tells."""

    def __init__(self, name: str) -> None:
        self.module: Any = importlib.import_module(name)
        self.tree = ast.parse(Path(self.module.__file__).read_text("utf-8"))
        self.functions = {
            node.name: node for node in ast.walk(self.tree) if isinstance(node, ast.FunctionDef)
        }

    def collect(self) -> Iterator[str]:
        """Yield the reasons of every Fault(...), Skipped(..., reason) and {"fault": reason}."""
        for function in self.functions.values():
            for node in ast.walk(function):
                match node:
                    case ast.Call(func=ast.Name(id="Fault"), args=[reason]):
                        pass
                    case ast.Call(func=ast.Name(id="Skipped"), args=[_, reason]):
                        pass
                    case ast.Dict(keys=[ast.Constant(value="fault")], values=[reason]):
                        pass
                    case _:
                        continue
                if ast.unparse(reason) not in HANDED_ON:
                    said = self.values_of(reason, function)
                    assert said, f"{self.module.__name__}:{reason.lineno} says what this test cannot see"
                    yield from said

    def values_of(self, node: ast.AST, function: ast.FunctionDef) -> list[str]:
        """Return the texts that an expression may be; none where the source does not tell."""
        match node:
            case ast.Constant(value=str() as text):
                return [text]
            case ast.JoinedStr(values=parts):
                found = [
                    self.values_of(part, function)
                    or self.values_of(getattr(part, "value", part), function)
                    or [FIGURE]
                    for part in parts
                ]
                return ["".join(one) for one in product(*found)]
            case ast.IfExp(body=one, orelse=other):
                return [*self.values_of(one, function), *self.values_of(other, function)]
            case ast.BoolOp(values=many) | ast.Dict(values=many):
                return [text for one in many for text in self.values_of(one, function)]
            case ast.NamedExpr(value=value):
                return self.values_of(value, function)
            case ast.Call(func=ast.Attribute(value=table, attr="get"), args=[_, *rest]):
                return [text for one in (table, *rest) for text in self.values_of(one, function)]
            case ast.Call(func=ast.Name(id=called)):
                return self.values_of_call(called)
            case ast.Name(id=name):
                return self.values_of_name(name, function)
        return []

    def values_of_call(self, called: str) -> list[str]:
        """Return what one of our functions returns."""
        ours = getattr(self.module, called, None)
        if getattr(ours, "__module__", "").partition(".")[0] != "index" or isinstance(ours, type):
            return []
        home = self if called in self.functions else Reasons(ours.__module__)
        function = home.functions[called]
        returned = [node.value for node in ast.walk(function) if isinstance(node, ast.Return) and node.value]
        return [text for value in returned for text in home.values_of(value, function)]

    def values_of_name(self, name: str, function: ast.FunctionDef) -> list[str]:
        """Return what is assigned to a name in its function; else what it is in the module."""
        found = []
        for node in ast.walk(function):
            match node:
                case ast.Assign(targets=[ast.Name(id=assigned)], value=value) if assigned == name:
                    found += self.values_of(value, function)
                case ast.NamedExpr(target=ast.Name(id=assigned), value=value) if assigned == name:
                    found += self.values_of(value, function)
                case ast.For(target=ast.Tuple(elts=parts), iter=ast.Name(id=table)):
                    at = [ast.unparse(part) for part in parts]
                    if name in at:
                        found += [row[at.index(name)] for row in getattr(self.module, table)]
        held = getattr(self.module, name, None)
        if found or held is None:
            return found
        return [str(value) for value in held.values()] if isinstance(held, dict) else [str(held)]


def modules() -> list[str]:
    """Return the modules of index/ in which a reason is written down."""
    wanted = re.compile(r"\bFault\(|\bSkipped\(|\"fault\"")
    sources = sorted((ROOT / "index").glob("*.py"))
    return [f"index.{path.stem}" for path in sources if wanted.search(path.read_text("utf-8"))]


COLLECTED = sorted({reason for name in modules() for reason in Reasons(name).collect()})


def is_known(reason: str) -> bool:
    """Tell whether a reason is said in Chinese, to the last word of it."""
    in_chinese = [translate_reason(reason, language) for language in CHINESE]
    english = {word for said in in_chinese for word in re.findall(r"\b[a-z]{2,}\b", said)}
    return reason not in in_chinese and english <= NAMES


def test_the_reasons_are_found_wherever_they_are_written_down():
    assert modules() == [f"index.{name}" for name in ("formats", "isolated", "markup", "pages", "rows")]
    for reason in (
        "empty",
        "a picture: it has to go through character recognition (OCR) first",
        "not a Word document, though it is called .docx: it is no ZIP archive",
        "a PDF with a password: save it without one",
        "an Excel workbook: save it as CSV",
        "line 7: a list rather than a page: 7 lines of 7 characters each",
        "a list rather than a page: 7 lines of 7 characters each",
        "7 pages (7) cannot be read: open the PDF in a reader and save it again",
        "line 7: not JSON (7)",
        "an HTML page with more than 1000 tags within each other",
    ):
        assert reason in COLLECTED


@pytest.mark.parametrize("reason", COLLECTED)
def test_every_reason_that_the_index_can_give_is_known_in_chinese(reason):
    assert is_known(reason)


def test_a_new_reason_would_be_noticed():
    assert not is_known("a file from the moon: bring it down first")
    assert not is_known("line 7: a row from the moon")
    assert not is_known("7 more like these, the last: line 7: not JSON (moon dust)")


def test_every_row_of_the_table_is_of_some_reason():
    system = (errno.EACCES, errno.EPERM, errno.ENOENT, errno.EISDIR, errno.EIO, errno.ESTALE)
    said = {*COLLECTED, *map(os.strerror, system)}
    library = {"field larger", "Exceeds the limit", "not JSON ({why}: line"}  # met in files, below
    for english, *_ in _TABLE:
        known = re.sub(r"\\\{\w+\\\}", ".+", re.escape(english.replace("{{", "{").replace("}}", "}")))
        met = [reason for reason in said if re.search(known, reason)]
        assert met or any(english.startswith(one) for one in library), english


# ---- the table ----


def test_each_script_is_written_in_its_own_characters_and_quotation_marks():
    simplify, traditionalise = opencc.OpenCC("t2s").convert, opencc.OpenCC("s2t").convert
    for _, simplified, traditional in _TABLE:
        assert simplify(simplified) == simplified
        assert not set("「」『』") & set(simplified)
        assert traditionalise(traditional) == traditional
        assert not set("“”‘’") & set(traditional)


def test_no_blank_of_a_translation_is_without_its_word():
    blank = re.compile(r"(?<!\{)\{(\w+)\}")
    for english, simplified, traditional in _TABLE:
        assert (
            set(blank.findall(simplified)) == set(blank.findall(traditional)) <= set(blank.findall(english))
        )


def test_english_stays_as_it_is_and_so_does_what_nobody_knows():
    for reason in COLLECTED:
        assert translate_reason(reason, "en") == reason
    for language in (*CHINESE, "en", "tlh"):
        assert translate_reason("has no text", language) == "has no text"


@given(hostile_text.filter(bool))
@example("{0}{why}{{")
def test_whatever_is_in_a_reason_is_taken_as_it_is(text):
    assert translate_reason(text, "zh") == text
    assert translate_reason(f"cannot be read: {text}", "zh") == f"读不了：{text}"


def test_a_reason_that_goes_on_and_on_is_translated_as_far_as_ours_go():
    said = translate_reason("line 7: " * 10_000 + "empty", "zh")
    assert said.startswith("第 7 行：" * 4 + "line 7: ")


# ---- malformed files, as they are read ----


def table(*lines: str) -> bytes:
    return "\n".join(["title,body", *lines]).encode()


MALFORMED = {
    "a.txt": (b"", "空文件"),
    "b.txt": (b"\0" * 99, "不是文字，或者不是这里认得的编码（UTF-8、UTF-16、GB18030、Big5）"),
    "c.txt": (b"\x89PNG\r\n\x1a\n", "是图片：要先做文字识别（OCR）"),
    "d.txt": (b"%PDF-1.4", "是 PDF，名字却不是：请把文件名改成以 .pdf 结尾"),
    "e.txt": ("文\n".encode() * 30_000, "像是名单，不像版面：30,000 行，平均每行 2.0 字"),
    "a.pdf": (pdf_of([[], []]), "PDF 没有文字层，是扫描件：要先做文字识别（OCR），比如用 ocrmypdf"),
    "b.pdf": (locked_pdf(), "PDF 设有密码：请另存一份不设密码的"),
    "c.pdf": (b"%PDF-1.7", "PDF 不完整或已损坏：请用阅读器打开后重新保存"),
    "d.pdf": (
        pdf_of([[], [(50, 700, 10, "正文")], []]),
        "2 页（1, 3）没有文字层：除非是空白页，要先做文字识别（OCR），比如用 ocrmypdf",
    ),
    "e.pdf": (
        pdf_of([[(9, 9, 9, "\ue000\ue001" * 9)]]),
        "第 1 页的字体没有写明各是什么字：要先做文字识别（OCR），比如用 ocrmypdf",
    ),
    "f.pdf": (b"text", "名为 PDF，其实不是：开头没有 %PDF-"),
    "a.docx": (zip_of({"xl/workbook.xml": b""}), "是 Excel 工作簿：请另存为 CSV"),
    "b.docx": (
        docx_of(paragraph(" ")),
        "Word 文件里没有文字；如果放的是版面的图片，要先做文字识别（OCR），比如用 ocrmypdf",
    ),
    "c.docx": (b"PK\x03\x04", "Word 文件不完整或已损坏：请用 Word 打开后重新保存"),
    "a.html": (b"<html><script>x</script>", "网页里没有文字：由脚本填入的内容不在文件里"),
    "b.html": (b"<b>" * 2000, "网页的标签嵌套超过 1000 层"),
    "a.jsonl": (b'{"title": 1', "第 1 行：不是 JSON：读到第 12 个字符出错"),
    "b.jsonl": (b"[1]", '第 1 行：不是形如 {"title": ..., "body": ...} 的 JSON 对象'),
    "c.jsonl": (b'{"n": ' + b"1" * 5000 + b"}", "第 1 行：不是 JSON（数字超过 4300 位）"),
    "d.jsonl": (
        '{"body": "文"}\n'.encode() + b'{"body": "\xff"}',
        "第 2 行：有些字节不合其余各行的编码 utf-8",
    ),
    "e.jsonl": (b"{\n" * 30, "还有 10 处类似，最后一处：第 30 行：不是 JSON：读到第 2 个字符出错"),
    "a.csv": (b"name\n1", "没有一列叫 body、text、content 或“正文”：第一行要写各列的名字"),
    "b.csv": (table("1,2,3"), "第 2 行：值比列多：含逗号的文字要加引号"),
    "c.csv": (table("1"), "第 2 行：没有文字（body、text、content 或“正文”）"),
}


@pytest.mark.parametrize("name", MALFORMED)
def test_a_malformed_file_is_refused_in_chinese(tmp_path, name):
    raw, expected = MALFORMED[name]
    (tmp_path / name).write_bytes(raw)
    reasons = [item.reason for item in read_pages(tmp_path / name, name) if isinstance(item, Skipped)]
    assert translate_reason(reasons[-1], "zh") == expected
    assert all(map(is_known, reasons))


def test_what_the_system_says_and_what_is_too_large_is_told_in_chinese(tmp_path, monkeypatch):
    monkeypatch.setattr(pages, "MAX_BYTES", 2**20)
    monkeypatch.setattr(rows, "MAX_ROW", 2**20)
    (tmp_path / "large.txt").write_bytes(b"x" * (2**20 + 1))
    (tmp_path / "long.jsonl").write_bytes(b'"' + b"x" * 2**20 + b'"')
    (tmp_path / "open.csv").write_bytes(table('1,"' + "x" * 2**19, "y" * (2**19 + 9)))
    told = {}
    for name in ("gone", "large.txt", "long.jsonl", "open.csv"):
        (skipped,) = read_pages(tmp_path / name, name)
        assert isinstance(skipped, Skipped)
        told[name] = translate_reason(skipped.reason, "zh-Hant")
    assert told == {
        "gone": "無法讀取：檔案不見了",
        "large.txt": "太大：1 MB，上限 1 MB，請拆成幾個小檔案",
        "long.jsonl": "第 1 行：超過 100 萬個字元",
        "open.csv": "第 2 行：不是一行 CSV，可能有引號沒有閉合（一格超過 1048576 個字元）",
    }
