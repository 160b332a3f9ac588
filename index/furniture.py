"""A line of a page -> whether it is furniture, and what it says.

In: lines. Out: for masthead, folio, editors' line, telephone of the desk, serial number: their parts by name.
Does not know articles or files: it looks at lines alone.

A line is furniture only if every character of it belongs to a known part, and one of the parts is sure: a
sentence, a headline or a byline has other characters. On 4.2 million lines and clauses of news without
mastheads, 6,138 passed: editors' lines and dates standing alone, some newspapers' names, and under 20 others.
"""

import re
from collections.abc import Iterator, Sequence

from index.dating import DATE
from index.text import fold

LONGEST = 120  # characters: a masthead is shorter, and what a hostile line can cost is bounded
_TOP = 5  # lines of a page among which a date alone is that of the page
PAPER = "[一-鿿]{2,9}报(?:海外版)?"


def _any(words: str) -> str:
    return f"(?:{'|'.join(words.split())})"


# Nouns and verbs that end like a newspaper, and newspapers that end like those.
_NO_PAPER = re.compile(
    "[本旧老大小剪墙简海汇情预通举电年月季学喜捷填上看读订办警战合各回财研播直速谎瞒虚误呈禀申见党公"
    "日周环密急禁线登印投送售买卖首核审注转谍善恶果业因酬好图全该这那某外同两多家份张]报$|(?:手抄|黑板|半月)报$|^[另又]?据"
)
_REAL_PAPER = re.compile("(?:大公|[一-鿿][日周学公党])报$")
_NAME_ALONE = re.compile(
    "《?[^他她它我你您的了在是着过读看订阅办为与和从向由被把将到去上获登据说对不有来给赠送]{2,4}"
    "(?:日|晚|早|晨|午|时|商|快|导|都市)报》?"
)
_UPRIGHT = re.compile(
    "(?:日|晚|早|晨|午|时|商|快|导|都市|青年|工人|农民|法制|法治|经济|生活|新|文汇|大公|体育)报$"
)
_NUMBER = r"(?:\d{1,3}|[一二三四五六七八九十]{1,3})"
_STEM_BRANCH = "[甲乙丙丁戊己庚辛壬癸][子丑寅卯辰巳午未申酉戌亥]年?"
_ANIMAL = r"(?:\s?[鼠牛虎兔龙蛇马羊猴鸡狗猪]年)?"
_LUNAR_MONTH = "闰?(?:十[一二]?|[正一二三四五六七八九冬腊])月"
_LUNAR_DAY = r"\s?[大小]?\s?(?:初[一二三四五六七八九十]|(?:二十|三十|廿|十)[一二三四五六七八九]?)日?"
_TERMS = _any(
    """立春 雨水 惊蛰 春分 清明 谷雨 立夏 小满 芒种 夏至 小暑 大暑 立秋 处暑 白露 秋分 寒露 霜降 立冬 小雪
    大雪 冬至 小寒 大寒"""
)
_SECTIONS = _any(
    """综合 要闻 本市 本地 本省 省内 市县 县区 县市 区县 都市 城市 城事 国内 国际 中国 世界 天下 环球 时政
    政治 时事 社会 民生 经济 财经 产经 金融 证券 理财 体育 文体 文化 文娱 娱乐 教育 教科文 健康 卫生
    医药 广告 专题 专版 副刊 理论 评论 观点 言论 法治 法制 政法 科技 科教 旅游 房产 楼市 家居 汽车 农业
    农村 三农 军事 人物 深度 特别报道 特刊 头条 头版 封面 导读 生活 消费 公益 读书 书评 影视 视觉 图片
    摄影 资讯 服务 信息 中缝 连载 文学 周末 周刊 综艺 热线 焦点 聚焦 关注 新闻 天气 行情 版"""
)
_SURE_ROLES = _any(
    """(?:本版|见习|执行|首席)?(?:责任编辑|责任校对|责编|责校|美术编辑|美编|校对|版式|组版|检校) 值班编委
    值班主任 值班总编 值班编辑 本版编辑 本期编辑 编辑校对 审校 一读 二读 图编 版面设计 版面编辑"""
)
_ROLES = _any(
    """执行主编 副主编 主编 总编辑 总编 社长 编委 主任 编辑 统筹 策划 视觉 制图 制版 设计 版面 审读 签发
    质检 终审"""
)
_NO_NAME = _any("新闻 热线 电话 广告 传真 邮箱 电子 网址 发行 社址 星期 总第 今日 农历")
_NAME = r"[一-鿿](?:[一-鿿·]{1,3}|\s[一-鿿](?![一-鿿]))(?=[\s:/,;、|()]|$)"
_NAMES = rf"(?:\s?[:/]\s*|\s+){_NAME}(?:[\s、/]+(?!{_SURE_ROLES}|{_ROLES}|{_NO_NAME}){_NAME}){{0,3}}"
_TELEPHONE = r"(?:1\d{10}|400[-\d]{7,9}|\(?(?:0\d{2,3}\)?[-—–\s]?)?\d{5,8}(?:[-—–转]\d{1,4})?)"
_DESKS = _any("新闻 报料 爆料 广告 发行 订报 订阅 投递 总编室 编辑部 社址 零售")
_OF_DESK = _any("中心 部 室 投诉 咨询 服务 报料 刊登 监督 征订 投稿")
_SERIALS = _any("统一 连续 出版物 刊物 刊 书 邮发 发行 准印证? 登记 代 编")
_HOUSE = "报(?:社|业集团|业传媒集团|业有限公司)"
_CONTACTS = _any("热线 电话 传真 总机 邮编 邮政编码 电子信箱 电子邮箱 邮箱 e-?mail 网址 微信 微博 qq")
_LABELS = _any("出版日期 日期 出版时间 发布时间 时间 报纸名称 报名 版名 来源 公元")
_TITLE_OF_PAGE = r"(?:\s?[-:·|/]\s?[一-鿿·]{2,8}(?=[\s:/,;、|()]|$))?"

# What furniture is made of, once `fold` has narrowed its marks and simplified its characters. Names in
# capitals are sure: one of them is enough. Each part is atomic, so a line is read once from left to right.
_PARTS: dict[str, str] = {
    "DATE": re.sub(r"\(\?(P[<=]|\()", r"(?\1d_", DATE),
    "weekday": r"(?:星期|周|礼拜)\s?[一二三四五六日天]",
    "lunar": rf"(?:农历|夏历|阴历|旧历)\s?(?:{_STEM_BRANCH}\s?)?{_ANIMAL}\s?(?:{_LUNAR_MONTH})?"
    rf"(?:{_LUNAR_DAY})?"
    rf"|{_STEM_BRANCH}{_ANIMAL}\s?{_LUNAR_MONTH}{_LUNAR_DAY}",
    "term": rf"(?:[今明][日天])?{_TERMS}(?=\s|$)",
    "CODE": rf"(?:国[内际外])?{_SERIALS}+号\s?:?\s?[(\[]?(?:cn|issn)?[\s:]?[a-z]?\d{{1,4}}\s?[-—–]\s?"
    r"\d{1,5}x?(?:/[a-z])?[)\]]?|(?:cn|issn)[\s:]?\d{2,4}\s?[-—–]\s?\d{3,4}x?(?:/[a-z])?",
    "ISSUE": r"(?:总|复刊)?第\s?\d{1,6}\s?[期号](?:\s?[(\[]?总第?\s?\d{1,6}\s?期?[)\]]?)?|总\s?\d{3,6}\s?期",
    "SHEETS": rf"(?:[今明][日天]|本期)\s?共?\s?(?:[对四]开)?\s?{_NUMBER}\s?大?版|共\s?{_NUMBER}\s?版"
    rf"|[对四]开\s?{_NUMBER}\s?版",
    "EDITION": rf"第\s?[a-z]?{_NUMBER}\s?版面?{_TITLE_OF_PAGE}|版次\s?:?\s?[a-z]?\d{{1,3}}"
    rf"|(?<![0-9a-z])(?:[a-z]?\d{{1,3}}|[一二三四五六七八九十]{{1,2}})\s?版"
    rf"(?=[\s:/,;、|()-]|$){_TITLE_OF_PAGE}"
    r"|(?<![0-9a-z])(?:[a-d]\d\d|[a-t]0\d)(?![0-9a-z])",
    "price": r"(?:每份|零售价?|[月年]?定价|售价|每月|全年|月价|年价)\s?:?\s?\d{1,4}(?:\.\d{1,2})?\s?元",
    "STAFF": rf"{_SURE_ROLES}{_NAMES}",
    "staff": rf"{_ROLES}{_NAMES}",
    "DESK": rf"(?:本报|读者|24小时)?{_DESKS}{_OF_DESK}*(?:热线|电话|专线|传真)?\s?:?\s?{_TELEPHONE}"
    rf"(?:[\s、,/]+{_TELEPHONE})*",
    "ORGAN": "中共[一-鿿]{2,12}委(?:员会)?机关报"
    rf"|[一-鿿]{{2,10}}{_HOUSE}(?:编辑)?(?:出版|主办|主管主办|主管)",
    "contact": rf"{_CONTACTS}\s?:?\s?(?:{_TELEPHONE}|(?=[a-z]))",
    "web": r"(?:https?://|www\.)[\w./-]+|[\w.-]{1,40}@[\w-]+\.[\w.-]+",
    "label": rf"{_LABELS}\s?:?",
    "paper": rf"(?:《{PAPER}》|{PAPER})(?![一-鿿])",
    "section": rf"{_SECTIONS}{{1,3}}(?![一-鿿])",
    "clock": r"\d\d:\d\d(?::\d\d)?(?!\d)",
    "folio": r"(?<!\S)[a-z]?\d{1,3}(?!\S)",
    "gap": r"[\s|/,、·•:;()\[\]【】<>—–\-_=~*★☆■□●◆▲▼]+",
}
_PART = re.compile("|".join(f"(?P<{name}>(?>{pattern}))" for name, pattern in _PARTS.items()))
# Most lines have none of these and are let go at once.
_CUE = re.compile(r"[版编校期号委读审线告行社报]|\d\s?[年./-]\s?\d|年.{1,8}日|(?:^|\W)[a-t]\d\d|issn|cn")
# Who wrote or photographed is told of an article, and so is what goes on elsewhere.
_OF_AN_ARTICLE = re.compile(r"记者|通讯员|实习生|摄|文/|图/|供稿|作者|下转|上接|。|[!?]")


def is_imprint_line(line: str) -> bool:
    """Say whether `line` is furniture of the page: all of it, and surely.

    False for one character of a name set one a line, which only its neighbours tell: see `imprint_lines`.
    """
    return bool(parts_of(line))


def imprint_lines(lines: Sequence[str]) -> set[int]:
    """Return which of `lines` are furniture, the name of a newspaper set one character a line among them.

    A date that stands alone further down the page is none: it dates the notice above it.
    """
    parts = {number: found for number, line in enumerate(lines) if (found := parts_of(line))}
    marked = parts.keys() | {n for start, end in upright_names(lines) for n in range(start, end)}
    return {n for n in marked if n < _TOP or marked & {n - 1, n + 1} or set(parts.get(n, ())) != {"DATE"}}


def is_paper(folded: str) -> bool:
    """Tell 江州晚报 from 天气预报."""
    return not _NO_PAPER.search(folded) or bool(_REAL_PAPER.search(folded))


def parts_of(line: str) -> dict[str, str]:
    """Return the parts of a line of furniture by name, the first of each; none where it is no such line."""
    stripped = line.strip()
    if not 2 <= len(stripped) <= LONGEST:
        return {}
    folded = fold(stripped)
    if not _CUE.search(folded) or _OF_AN_ARTICLE.search(folded):
        return {}
    parts: dict[str, str] = {}
    place = staff = 0
    while place < len(folded):
        match = _PART.match(folded, place)
        if match is None or match.end() == place:
            return {}
        kind = next(name for name in _PARTS if match[name] is not None)
        parts.setdefault(kind, stripped[place : match.end()])
        staff += kind in ("STAFF", "staff")
        place = match.end()
    return parts if _is_sure(parts, staff, folded) else {}


def _is_sure(parts: dict[str, str], staff: int, folded: str) -> bool:
    if "paper" in parts and not is_paper(fold(parts["paper"]).strip("《》")):
        return False
    if set(parts) <= {"DATE", "gap", "clock"} and folded[0] in "([":
        return False  # (2016年10月25日) stands below the title of a document
    if set(parts) == {"ISSUE"} and not folded.startswith("总"):
        return False  # 第3期 may be told of a course or a lottery
    if any(name.isupper() for name in parts) or staff > 1:
        return True
    return set(parts) == {"paper"} and len(folded) <= 6 and bool(_NAME_ALONE.fullmatch(folded))


def upright_names(lines: Sequence[str]) -> Iterator[tuple[int, int]]:
    """Yield where single characters, one a line, spell the name of a newspaper: 南 嶂 日 报."""
    start, end, name = 0, 0, ""
    for number, line in enumerate([*lines, "end"]):
        c = line.strip()
        if len(c) == 1 and "一" <= c <= "鿿":
            start, end = start if name else number, number + 1
            name += c
        elif c:  # a blank line between them is no end
            if 3 <= len(name) <= 10 and _UPRIGHT.search(fold(name)) and is_paper(fold(name)):
                yield start, end
            name = ""
