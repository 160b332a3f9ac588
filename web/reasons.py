"""Why a file was skipped -> the same in the visitor's language.

In: a reason as the index keeps it, in English, and a language. Out: that reason in that language, or as it is
where no row of the table below knows it. Does not know files, or HTML: who shows it escapes it.

The index keeps its reasons in the language of the command line. What stands in braces is a figure, or words,
which may be a reason themselves: line 7: not JSON (...).
"""

import re
from functools import cache

_WORDS = {"reason", "why", "pages", "encoding", "rest"}  # what such a blank holds; the others hold figures
_DEEPEST = 4  # 3 more like these, the last: line 7: not a row of CSV (field larger than ...)

# In English as index/ says it, in simplified Chinese, in traditional Chinese. Of several rows that know a
# reason the first one has it. A test walks through index/ and finds the reasons that have no row.
_TABLE: tuple[tuple[str, str, str], ...] = (
    # any file
    ("empty", "空文件", "空檔案"),
    (
        "too large: {size} MB, the limit is {limit} MB; split it into smaller files",
        "太大：{size} MB，最多 {limit} MB，请拆成几个小文件",
        "太大：{size} MB，上限 {limit} MB，請拆成幾個小檔案",
    ),
    (
        "not text in an encoding that is known here (UTF-8, UTF-16, GB18030 or Big5)",
        "不是文字，或者不是这里认得的编码（UTF-8、UTF-16、GB18030、Big5）",
        "不是文字，或者不是這裡認得的編碼（UTF-8、UTF-16、GB18030、Big5）",
    ),
    (
        "a list rather than a page: {lines} lines of {mean} characters each",
        "像是名单，不像版面：{lines} 行，平均每行 {mean} 字",
        "像是名單，不像版面：{lines} 行，平均每行 {mean} 字",
    ),
    (
        "{count} more like these, the last: {reason}",
        "还有 {count} 处类似，最后一处：{reason}",
        "還有 {count} 處類似，最後一處：{reason}",
    ),
    # files that are not what they are called
    (
        "a picture: it has to go through character recognition (OCR) first",
        "是图片：要先做文字识别（OCR）",
        "是圖片：要先做文字辨識（OCR）",
    ),
    (
        "an archive: unpack it and add what is in it",
        "是压缩包：请解压后加入里面的文件",
        "是壓縮檔：請解壓縮後加入裡面的檔案",
    ),
    (
        "an old Word or Excel file, or one with a password: save it as .docx or text, without a password",
        "是旧版的 Word 或 Excel 文件，或者设有密码：请另存为 .docx 或纯文本，不设密码",
        "是舊版的 Word 或 Excel 檔案，或者設有密碼：請另存為 .docx 或純文字，不設密碼",
    ),
    (
        "a rich text file (RTF): save it as .docx or text",
        "是 RTF 文件：请另存为 .docx 或纯文本",
        "是 RTF 檔案：請另存為 .docx 或純文字",
    ),
    (
        "a PDF file, though it is not called one: give it a name that ends in .pdf",
        "是 PDF，名字却不是：请把文件名改成以 .pdf 结尾",
        "是 PDF，檔名卻不是：請把檔名改成以 .pdf 結尾",
    ),
    (
        "an HTML page, though it is not called one: give it a name that ends in .html",
        "是网页，名字却不是：请把文件名改成以 .html 结尾",
        "是網頁，檔名卻不是：請把檔名改成以 .html 結尾",
    ),
    (
        "a ZIP archive: unpack it; if it is a Word document, name it .docx",
        "是 ZIP 压缩包：请解压；如果是 Word 文件，请命名为 .docx",
        "是 ZIP 壓縮檔：請解壓縮；如果是 Word 檔案，請命名為 .docx",
    ),
    (
        "not a PDF file, though it is called one: it does not begin with %PDF-",
        "名为 PDF，其实不是：开头没有 %PDF-",
        "名為 PDF，其實不是：開頭沒有 %PDF-",
    ),
    (
        "not a Word document, though it is called .docx: it is no ZIP archive",
        "名为 .docx，其实不是 Word 文件：不是 ZIP 格式",
        "名為 .docx，其實不是 Word 檔案：不是 ZIP 格式",
    ),
    # HTML
    (
        "an HTML page with more than {tags} tags within each other",
        "网页的标签嵌套超过 {tags} 层",
        "網頁的標籤巢狀超過 {tags} 層",
    ),
    ("an HTML page without text", "网页里没有文字", "網頁裡沒有文字"),
    (
        "an HTML page without text: what a script would put into it is not there",
        "网页里没有文字：由脚本填入的内容不在文件里",
        "網頁裡沒有文字：由指令碼填入的內容不在檔案裡",
    ),
    # rows of JSON and CSV
    ("line {line}: {reason}", "第 {line} 行：{reason}", "第 {line} 行：{reason}"),
    ("empty: there is no row in it", "空的：一行数据也没有", "空的：一筆資料也沒有"),
    (
        "no column is called body, text, content or 正文: the first line has to name the columns",
        "没有一列叫 body、text、content 或“正文”：第一行要写各列的名字",
        "沒有一欄叫 body、text、content 或「正文」：第一行要寫各欄的名稱",
    ),
    (
        "no text in it (body, text, content or 正文)",
        "没有文字（body、text、content 或“正文”）",
        "沒有文字（body、text、content 或「正文」）",
    ),
    ("NUL characters in it, so no text", "含有 NUL 字符，不是文字", "含有 NUL 字元，不是文字"),
    ("longer than {million} million characters", "超过 {million}00 万个字符", "超過 {million}00 萬個字元"),
    (
        "bytes that are not text in {encoding}, the encoding of the rest",
        "有些字节不合其余各行的编码 {encoding}",
        "有些位元組不合其餘各行的編碼 {encoding}",
    ),
    ("JSON nested too deeply", "JSON 嵌套太深", "JSON 巢狀太深"),
    (
        "not JSON ({why}: line {row} column {column}{rest})",
        "不是 JSON：读到第 {column} 个字符出错",
        "不是 JSON：讀到第 {column} 個字元出錯",
    ),
    (
        "Exceeds the limit ({limit} digits) for integer string conversion{rest}",
        "数字超过 {limit} 位",
        "數字超過 {limit} 位",
    ),
    ("not JSON ({why})", "不是 JSON（{why}）", "不是 JSON（{why}）"),
    (
        'not a JSON object like {{"title": ..., "body": ...}}',
        '不是形如 {{"title": ..., "body": ...}} 的 JSON 对象',
        '不是形如 {{"title": ..., "body": ...}} 的 JSON 物件',
    ),
    (
        "not a row of CSV, perhaps a quotation mark is not closed ({why})",
        "不是一行 CSV，可能有引号没有闭合（{why}）",
        "不是一行 CSV，可能有引號沒有閉合（{why}）",
    ),
    ("field larger than field limit ({limit})", "一格超过 {limit} 个字符", "一格超過 {limit} 個字元"),
    (
        "more values than columns: a text with a comma needs quotation marks",
        "值比列多：含逗号的文字要加引号",
        "值比欄多：含逗號的文字要加引號",
    ),
    # Word
    (
        "an Excel workbook: save it as CSV",
        "是 Excel 工作簿：请另存为 CSV",
        "是 Excel 活頁簿：請另存為 CSV",
    ),
    (
        "a ZIP archive without a Word document in it (no word/document.xml)",
        "ZIP 压缩包里没有 Word 文件（缺 word/document.xml）",
        "ZIP 壓縮檔裡沒有 Word 檔案（缺 word/document.xml）",
    ),
    (
        "a Word document that is cut off or damaged: open it in Word and save it again",
        "Word 文件不完整或已损坏：请用 Word 打开后重新保存",
        "Word 檔案不完整或已損壞：請用 Word 開啟後重新儲存",
    ),
    (
        "a Word document with a password: save it without one",
        "Word 文件设有密码：请另存一份不设密码的",
        "Word 檔案設有密碼：請另存一份不設密碼的",
    ),
    (
        "a Word document without text; if it holds pictures of pages, {reason}",
        "Word 文件里没有文字；如果放的是版面的图片，{reason}",
        "Word 檔案裡沒有文字；如果放的是版面的圖片，{reason}",
    ),
    (
        "too large: its text unpacks to more than {limit} MB",
        "太大：文字解压后超过 {limit} MB",
        "太大：文字解壓縮後超過 {limit} MB",
    ),
    # PDF
    (
        "a PDF with a password: save it without one",
        "PDF 设有密码：请另存一份不设密码的",
        "PDF 設有密碼：請另存一份不設密碼的",
    ),
    (
        "a PDF encrypted in a way that is not known here: save it without a password",
        "PDF 的加密方式这里不认得：请另存一份不设密码的",
        "PDF 的加密方式這裡不認得：請另存一份不設密碼的",
    ),
    (
        "a PDF that is cut off or damaged: open it in a reader and save it again",
        "PDF 不完整或已损坏：请用阅读器打开后重新保存",
        "PDF 不完整或已損壞：請用閱讀器開啟後重新儲存",
    ),
    (
        "a PDF of more than {limit} pages: split it into smaller ones",
        "PDF 超过 {limit} 页：请拆成几份",
        "PDF 超過 {limit} 頁：請拆成幾份",
    ),
    (
        "a PDF without a text layer, so a scan: {reason}",
        "PDF 没有文字层，是扫描件：{reason}",
        "PDF 沒有文字層，是掃描檔：{reason}",
    ),
    (
        "no text layer on {pages}: unless empty, {reason}",
        "{pages}没有文字层：除非是空白页，{reason}",
        "{pages}沒有文字層：除非是空白頁，{reason}",
    ),
    (
        "on {pages} the fonts do not say which characters they show: {reason}",
        "{pages}的字体没有写明各是什么字：{reason}",
        "{pages}的字型沒有寫明各是什麼字：{reason}",
    ),
    (
        "{pages} cannot be read: open the PDF in a reader and save it again",
        "{pages}读不了：请用阅读器打开 PDF，重新保存",
        "{pages}無法讀取：請用閱讀器開啟 PDF，重新儲存",
    ),
    ("page {page}", "第 {page} 页", "第 {page} 頁"),
    ("{count} pages ({pages})", "{count} 页（{pages}）", "{count} 頁（{pages}）"),
    (
        "it has to go through character recognition (OCR) first, for instance with ocrmypdf",
        "要先做文字识别（OCR），比如用 ocrmypdf",
        "要先做文字辨識（OCR），例如用 ocrmypdf",
    ),
    # what the system says
    (
        "cannot be read: it needs more than 1 GB of memory",
        "读不了：需要 1 GB 以上的内存",
        "無法讀取：需要 1 GB 以上的記憶體",
    ),
    (
        "cannot be read whole: it needs more memory or time than a newspaper would, or is damaged",
        "没能读完：所需的内存或时间不像一份报纸，或者已损坏",
        "未能讀完：所需的記憶體或時間不像一份報紙，或者已損壞",
    ),
    ("cannot be read: {why}", "读不了：{why}", "無法讀取：{why}"),
    ("Permission denied", "没有读取的权限", "沒有讀取的權限"),
    ("Operation not permitted", "系统不允许", "系統不允許"),
    ("No such file or directory", "文件不见了", "檔案不見了"),
    ("Is a directory", "是文件夹", "是資料夾"),
    ("Input/output error", "磁盘读取出错", "磁碟讀取出錯"),
    ("Stale file handle", "网络盘上的文件已失效", "網路磁碟上的檔案已失效"),
)
_COLUMNS = {"zh": 1, "zh-Hant": 2}


def translate_reason(reason: str, language: str, deep: int = _DEEPEST) -> str:
    """Return a reason in a language: as it is in English, and where it is not known."""
    column = _COLUMNS.get(language)
    if column is None or not deep:
        return reason
    for pattern, row in _patterns():
        if found := pattern.fullmatch(reason):
            said = {
                name: translate_reason(text, language, deep - 1) for name, text in found.groupdict().items()
            }
            return row[column].format(**said)
    return reason


@cache
def _patterns() -> tuple[tuple[re.Pattern[str], tuple[str, str, str]], ...]:
    return tuple((re.compile(_pattern(row[0]), re.DOTALL), row) for row in _TABLE)


def _pattern(english: str) -> str:
    """Return a regular expression with a named group for each blank."""
    plain = re.split(r"(?<!\{)\{(\w+)\}", english)
    names, texts = plain[1::2], [re.escape(text.format()) for text in plain[::2]]
    groups = [f"(?P<{name}>{'.+?' if name in _WORDS else '[0-9.,]+'})" for name in names]
    return "".join(text + group for text, group in zip(texts, [*groups, ""], strict=True))
