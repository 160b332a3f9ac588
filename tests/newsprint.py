"""Made pages for the property tests: heads, bylines, bodies in cut columns, captions, briefs, and noise."""

from dataclasses import dataclass

from hypothesis import strategies as st

from index.records import Page

# Three pages of one article each.
ONE = "社区帮讨薪 民工送锦旗\n\n本报讯(记者 王影)6名农民工终于领到了工资。\n"
TWO = "居民楼前新路修通了\n\n本报讯(记者 李明)坑洼不平的道路昨日硬化完工。\n"
THREE = "公园菊花开了市民来\n\n本报讯(记者 张三)人民公园的菊花昨日全部盛开。\n"

LINE_ENDS = ("\n", "\r\n", "\r", "\u2028", "\u2029", "\f", "\x0b")
FRAGMENTS = [
    "社区帮讨薪 民工送锦旗", "区街动态", "金水区", "大学路办事处", "管理规定(试行)",
    "本报记者 王影 通讯员 申宝玲", "□记者 李明 文/图", "(通讯员 李娟)", "（记者 王影）", "摄",
    "本报讯(记者 刘伟平 通讯员 王振)近日,二七区建立了容错机制。",
    "昨日下午2时许,6名农民工领到了工资。", "他说:“快停下来。", "”说完就走了,", "天空中飘着雪",
    "●近日,区人社局完成了年度晋升工资工作,共有四千人。",
    "图为居民参加活动。本报记者 王思俊 摄",
    "第一条 为了规范管理,制定本规定。", "第二条 本规定自发布之日起施行。", "一是率先垂范;", "2016年78.9%",
    "。", "……", "，", "“", "”", "   ", "　　", "\t", "😀", "é", "〇", "\ufeff",
    *LINE_ENDS, "\n\n", "\n \n\n",
]  # fmt: skip
noise = st.lists(st.sampled_from(FRAGMENTS) | st.text(max_size=5), max_size=40).map("".join)


def page_of(text: str) -> Page:
    return Page("page.txt", "/page.txt", text, "utf-8", "0" * 64)


@dataclass(frozen=True)
class Printed:
    """One article as the printer set it: `lines` as they stand, `sentences` as the writer wrote them."""

    headline: str
    lines: tuple[str, ...]
    sentences: tuple[str, ...]


def marked(number: int) -> str:
    """A mark that every sentence of one article bears, and no sentence of another."""
    return f"{number:02d}号"


@st.composite
def printed_articles(draw: st.DrawFn, number: int) -> Printed:
    count = draw(st.integers(1, 6))
    written = [
        f"{marked(number)}报道的第{i}句话说，社区工作人员昨日又帮助居民解决了许多问题。" for i in range(count)
    ]
    headline = f"居民楼前{marked(number)}新路修通了"
    body = "".join(written)
    pieces, start = [], 0
    for cut in sorted(draw(st.sets(st.integers(45, max(45, len(body) - 12)), max_size=3))):
        # Shorter, the first piece could as well be a heading.
        if cut - start < 12 or cut > len(body) - 12 or body[cut - 1] in "。，" or body[cut] in "。，":
            continue
        seam = draw(
            st.sampled_from([0, 0, 3, 6])
        )  # the end of a column may stand at the head of the next too
        pieces.append(body[start:cut])
        start = cut - seam
    pieces.append(body[start:])
    kicker = [f"本市{marked(number)}民生实事办理见成效 群众拍手称好"] if draw(st.booleans()) else []
    dateline = draw(st.booleans())
    byline = [] if dateline else ["本报记者 王影 通讯员 申宝玲"]
    if dateline:
        pieces[0] = "本报讯(记者 王影)" + pieces[0]
    return Printed(headline, (*kicker, headline, *byline, *pieces), tuple(written))


@st.composite
def printed_pages(draw: st.DrawFn) -> tuple[str, list[Printed]]:
    """A page of articles, one below the other, with captions between their columns here and there."""
    articles = [draw(printed_articles(number)) for number in range(draw(st.integers(1, 4)))]
    lines: list[str] = []
    for article in articles:
        lines += article.lines
        if draw(st.booleans()):
            lines.append("图为居民参加活动，大家都很高兴。本报记者 王思俊 摄")
    return "\n\n".join(lines) + "\n", articles
