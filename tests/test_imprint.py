"""imprint: dates, newspapers and editions that are really there, and lines that are surely furniture."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.dating import find_date
from index.furniture import imprint_lines, is_imprint_line
from index.imprint import Imprint, imprint_of_name, read_imprint
from tests.newsprint import noise

FURNITURE = [
    "江州晚报\u30001996年8月12日\u3000星期一\u3000第3版",
    "2009年3月18日 星期三 责编 张三 校对 李四",
    "A03 要闻",
    "第03版:要闻",
    "第03版：中原之窗",
    "今日8版 总第1234期 国内统一刊号CN41-0001 邮发代号 35-1",
    "二〇一六年十月二十五日",
    "2016年10月25日",
    "2016年10月25日 星期二 农历丙申年九月廿五",
    "责任编辑：王芳 美编：李明 校对：赵六",
    "责编/王芳 版式/李明 校对/赵 六",
    "新闻热线 0371-67655555 广告 67655555",
    "国内统一刊号：CN41-0001",
    "二○一六年十月二十五日 星期二 丙申年九月廿五",
    "第 3 版",
    "A03",
    "3版 综合新闻",
    "本版编辑 张三 版式 李四",
    "江州晚報 1996年8月12日 星期一 責任編輯 張三",
    "郑州日报",
    "2016.10.25 星期二",
    "１９９６年８月１２日\u3000星期一\u3000第３版",
    "要闻 A03",
    "中共郑州市委机关报 郑州日报社出版",
    "江州晚报 2001年5月1日 星期二 农历四月初八 今日立夏 第1版",
    "编辑 张三 校对 李四 新闻热线:67655555",
    "A03版 2016年10月25日 星期二 编辑:王芳 美编:李明",
    "责编 张三",
    "1996年8月12日 星期一 第三版",
    "本版责编 张三 美编 李四 电话 67655555",
    "社长 李四 总编辑 张三",
    "要闻 2016年10月25日 星期二 03",
]
NO_FURNITURE = [
    "本报记者 王影 通讯员 申宝玲",
    "金水区",
    "区街动态",
    "要闻",
    "社区帮讨薪 民工送锦旗",
    "昨日下午2时许,6名农民工领到了工资。",
    "记者 王影",
    "编辑部的故事",
    "主编 张三 谈办报",
    "G20峰会开幕",
    "A4纸价格上涨",
    "(2016年10月25日)",
    "2016年10月25日至27日",
    "2016年10月25日,郑州市召开大会",
    "10月25日",
    "热线电话:12345",
    "报名电话:0371-67655555",
    "星期三",
    "天气预报",
    "郑州晚报记者 张三",
    "南",
    "图为居民参加活动。",
    "管理规定(试行)",
    "下转第三版",
    "据《郑州晚报》报道",
    "今日立冬",
    "第一条 为了规范管理,制定本规定。",
    "本报讯",
    "他每天读郑州日报",
    "二七区用领导点评促工作提升",
    "T1航站楼启用",
    "校对工作开始了",
    "责任编辑制度改革",
    "广告",
    "1",
    "03",
    "第二版修订",
    "两会专题报道",
    "新华社北京10月25日电",
    "定价2元",
    "总编辑 张三",
    "第一期 工程",
]


@pytest.mark.parametrize("line", FURNITURE)
def test_masthead_folio_and_editors_are_furniture(line: str) -> None:
    assert is_imprint_line(line)
    assert is_imprint_line(f"　{line}　\r\n")


@pytest.mark.parametrize("line", NO_FURNITURE)
def test_sentences_headlines_bylines_and_section_heads_are_none(line: str) -> None:
    assert not is_imprint_line(line)


@pytest.mark.parametrize("line", FURNITURE)
@pytest.mark.parametrize("more", ["昨日启动", "本报记者 王影", "。", "了"])
def test_a_line_with_anything_else_in_it_is_none(line: str, more: str) -> None:
    assert not is_imprint_line(line + "，" + more)


def test_no_line_of_the_seeds_is_furniture(seeds) -> None:
    for path in seeds.iterdir():
        assert [line for line in path.read_text("utf-8").splitlines() if is_imprint_line(line)] == []


def test_a_name_set_one_character_a_line_is_known_by_its_neighbours() -> None:
    lines = ["南", "嶂", "", "日", "报", "标题", "了", "A03 要闻"]
    assert imprint_lines(lines) == {0, 1, 2, 3, 4, 7}
    assert imprint_lines(["早", "报"]) == imprint_lines(["今", "日", "天", "气", "预", "报"]) == set()


@pytest.mark.parametrize(
    ("name", "date", "newspaper", "edition"),
    [
        ("20161025_A03.txt", "2016-10-25", None, "A03"),
        ("zzrb20161025A03.html", "2016-10-25", None, "A03"),
        ("郑州日报/2016-10-25/03.txt", "2016-10-25", "郑州日报", "03"),
        ("2016-10/25/node_3.htm", "2016-10-25", None, None),
        ("2016/10/25/A03.txt", "2016-10-25", None, "A03"),
        ("郑州日报_20161025_第3版.txt", "2016-10-25", "郑州日报", "3"),
        ("郑州日报_20161025_03.txt", "2016-10-25", "郑州日报", "03"),
        ("《江州晚报》1996年8月12日第3版.txt", "1996-08-12", "江州晚报", "3"),
        ("人民日报海外版/二〇一六年十月二十五日/1.txt", "2016-10-25", "人民日报海外版", "1"),
        ("大公報/1912-01-05.txt", "1912-01-05", "大公報", None),
        ("2015/20161025.txt", "2016-10-25", None, None),
    ],
)
def test_a_name_says_date_newspaper_and_edition(name, date, newspaper, edition) -> None:
    assert imprint_of_name(f"/home/me/{name}") == Imprint(date, newspaper, edition)


@pytest.mark.parametrize(
    "name",
    [
        "000_d33047c3f0f66389.txt", "001_200823f155d71e7b.txt", "20161335.txt", "20160230.txt",
        "18491231.txt",
        "29990101.txt", "20161025-20161031.txt", "20161025083000.txt", "13812345678.txt", "1477353600.jsonl",
        "旧报/剪报/a.txt", "天气预报.txt", "page.txt", "2016-2018.txt", "a20161025b.txt",
        "d20161025e0f66389.txt",
        "", "/", "..", "第三版权.txt",
    ],
)  # fmt: skip
def test_what_a_name_does_not_say_is_not_invented(name: str) -> None:
    assert imprint_of_name(name) == Imprint()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("江州晚报　1996年8月12日　星期一　第3版\n\n标题\n", Imprint("1996-08-12", "江州晚报", "3")),
        (
            "南\n嶂\n日\n报\n\n二〇一六年十月二十五日　农历丙申年九月廿五\n标题\n",
            Imprint("2016-10-25", "南嶂日报"),
        ),
        ("标题\n" + "正文。\n" * 20 + "2009年3月18日 星期三 责编 张三 校对 李四\n", Imprint("2009-03-18")),
        ("第A03版:要闻\n今日8版 总第1234期\n", Imprint(edition="A03")),
        ("今日8版 总第1234期\n标题\n", Imprint()),
        ("关于创建的通知\n" + "正文。\n" * 20 + "2016年10月25日\n", Imprint()),  # the date of a document
        ("2016年10月25日上午，郑州日报召开了会议。\n", Imprint()),
        ("", Imprint()),
    ],
)
def test_the_masthead_says_what_the_name_does_not(text: str, expected: Imprint) -> None:
    assert read_imprint("000_d33047c3f0f66389.txt", text) == expected


def test_the_name_goes_before_the_masthead() -> None:
    text = "江州晚报　1996年8月12日　星期一　第3版\n"
    assert read_imprint("20161025.txt", text) == Imprint("2016-10-25", "江州晚报", "3")


@pytest.mark.parametrize(
    ("text", "date"),
    [
        ("2016-10-25T08:00:00+08:00", "2016-10-25"),
        ("20161025", "2016-10-25"),
        ("2016/1/5 8:00", "2016-01-05"),
        ("2016.10-25", None),
        ("一九九八年十二月三十一日", "1998-12-31"),
        ("二○一六年十月二十日", "2016-10-20"),
        ("１９９６年８月１２日", "1996-08-12"),
        ("1996年2月30日", None),
        ("1477353600", None),
        ("10月25日", None),
        ("", None),
    ],
)
def test_a_date_is_one_of_the_calendar(text: str, date: str | None) -> None:
    assert find_date(text) == date


@given(noise | st.text())
def test_any_text_has_an_imprint_or_none(text: str) -> None:
    found = read_imprint(text, text)
    assert found.date is None or find_date(found.date) == found.date
    assert all(part is None or part.strip() for part in (found.newspaper, found.edition))


@pytest.mark.parametrize(
    "piece",
    ["1", "一", "责编 张三 ", "责编:张 三", "年", "第", "编", "二〇一六年", "2016年", "www.a.", "a@", "报",
     "总第1期",
     "0371-67655555、", "要闻", "国号", "农历", "中共市委", " ", "新闻热线0371", "南\n", "(", "甲子年正月"],
)  # fmt: skip
def test_hostile_lines_take_no_time(piece: str) -> None:
    started = time.perf_counter()
    for line in (piece * 20, (piece * 120)[:119] + "版", piece * 10**5):
        is_imprint_line(line)
    read_imprint(piece * 10**5, piece * 10**6)
    imprint_lines([piece] * 1000)
    assert time.perf_counter() - started < 3
