"""Made newspaper pages whose true reading is known: what trains and measures the reader of pages.

In: news stories, how badly the page is to be damaged, a random generator. Out: a Sheet: the text of the page
as it would reach us, and where on it every sentence of every article stands, in the order it was written in.
Does not know how a page is read, what a reading is worth, or the pages in seeds/, whose habits it copies by
the rates in `Damage` alone.

A story is set as head, paragraphs and credit; its text is cut into columns, usually in mid-sentence; columns
are glued with a blank line, moved, put behind other stories; captions come between. One seed makes one page.

    stories = load_stories(Path("../shared/data"), "train")
    sheet = draw_sheet(stories, Damage.at(1.0), random.Random(7))
"""

import random
import re
import unicodedata
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Literal

from index.records import Kind, Span
from index.text import sentences
from lab.data import clean, read

PartKind = Literal[
    "masthead", "section", "label", "kicker", "headline", "subtitle", "byline", "subhead", "signoff"
]

# What each part of the data is for. The files of one part share no sentence of 20 characters with the other.
_FILES = {
    "train": (("headlines_train",), ("news_0", "news_1")),
    "dev": (("headlines_dev",), ("news_2",)),
}
_SHORTEST, _LONGEST = 150, 1500

# ---- stories ----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Story:
    """What a writer hands in. Its punctuation is full width; no paragraph holds a line end or a blank end."""

    headline: str | None
    paragraphs: tuple[str, ...]


_WIDEN = str.maketrans(",:;?!()", "，：；？！（）")
_NARROW = str.maketrans("，：；？！（）", ",:;?!()")
_ASCII_RUN = re.compile(r"(?<=[0-9A-Za-z])[,:](?=[0-9A-Za-z])")
# "（新华日报）" at the end of a FinNA body; "【港澳台专线】" and "视频丨" before a title.
_SOURCE = re.compile(r"[(（][^()（）]{2,20}[)）]$")
_RUBRIC = re.compile(r"^(?:【[^】]{1,12}】|[^，。｜丨|]{2,8}[｜丨|])")
_AGENCY = r"(?:中新网|中新社|新华社|新华网|人民网|央视网|央广网)"
_DATED = rf"{_AGENCY}[一-龥]{{0,8}}\d{{1,2}}月\d{{1,2}}日?(?:电|讯|消息)"
_DOUBLED = re.compile(r"(.{6,36}?)[ 　]*\1[ 　]*")
_TITLED = re.compile(rf"([^。]{{8,36}}?) *(?={_DATED})")
# What a news text begins with: a glued title and "水母网8月9日讯（记者李波 通讯员王锦升）", "据新华社消息，".
_DATELINE = re.compile(
    r"^.{0,80}?[电讯] *[(（][^()（）]{0,30}(?:记者|通讯员)[^()（）]*[)）]"
    rf"|^(?:{_DATED}|[一-龥（）]{{1,10}}(?:\d{{1,2}}月\d{{1,2}}日)?[电讯]) *(?:[(（][^()（）]{{2,40}}[)）])?"
    r"|^.{0,30}?(?:报道|消息|讯)[，：,:]"
)
# Pictures of the web page, whose captions are glued to the sentences.
_PICTURES = re.compile(r"(?:记者|网|社|报)[^，。]{0,8}摄(?![影像制入取])|(?:供图|[本下]同[）)])(?=.)")
# What a web page says of itself, anywhere in a sentence.
_WEB = re.compile(
    r"责任?编|返回搜狐|来源[：:]|版权|转载|声明|https?:|www\.|点击|扫码|下载|客户端|原标题|编辑[：:]|更多精彩"
    r"|图片|供图|[图摄]$|公众号|微信号|作者[：:]|记者[：:]|分享让|查看|热线|[A-Za-z]{20}|[#↓▼►★@<>{}|]|�"
)
_ENDED = re.compile(r"[。！？…][”’」』）》]*$")


def load_stories(data: Path, part: Literal["train", "dev"]) -> list[Story]:
    """Return the stories of one part: those with a headline first.

    A headline is the data's own, or a title that a news text begins with twice or before an agency's
    dateline. Train and dev share no story: a train story that has a sentence of 20 characters from dev is
    left out.
    """
    stories = _read_part(data, part)
    if part == "train":
        known = {hash(text) for story in _read_part(data, "dev") for text in _long_sentences(story)}
        stories = [story for story in stories if known.isdisjoint(map(hash, _long_sentences(story)))]
    return sorted(stories, key=lambda story: story.headline is None)


def _read_part(data: Path, part: str) -> list[Story]:
    headed, plain = _FILES[part]
    found: dict[str, Story] = {}
    for name in headed:
        for number, row in enumerate(read(data, name)):
            _keep(found, row["headline"], _SOURCE.sub("", clean(row["body"])), number)
    for name in plain:
        for number, row in enumerate(read(data, name)):
            headline, body = split_title(clean(row["text"]))
            glued = "原标题" in row["text"] and not headline  # its title to its first sentence
            if not glued and not _PICTURES.search(body):
                _keep(found, headline, body, number)
    return list(found.values())


def _keep(found: dict[str, Story], headline: str | None, body: str, seed: int) -> None:
    story = Story(_tidy_headline(headline), tuple(break_paragraphs(body, random.Random(seed))))
    if _SHORTEST <= sum(map(len, story.paragraphs)) <= _LONGEST:
        found.setdefault(story.paragraphs[0], story)


def _long_sentences(story: Story) -> list[str]:
    return [p[low:high] for p in story.paragraphs for low, high in sentences(p) if high - low >= 20]


def split_title(text: str) -> tuple[str | None, str]:
    """Return the title that a news text begins with, None where there is none, and the text behind it."""
    match = _DOUBLED.match(text) or _TITLED.match(text)
    return (match.group(1).strip(), text[match.end() :]) if match else (None, text)


def _tidy_headline(headline: str | None) -> str | None:
    if headline is None:
        return None
    headline = re.sub(r"[ 　]+", " ", _RUBRIC.sub("", _widen(headline))).strip(" 。，：")
    return headline if 6 <= len(headline) <= 36 and not _WEB.search(headline) else None


def _widen(text: str) -> str:
    """Return `text` with full-width marks, but for those inside of numbers and Latin words (1,000; 12:30)."""
    kept = {match.start() for match in _ASCII_RUN.finditer(text)}
    return "".join(char if at in kept else char.translate(_WIDEN) for at, char in enumerate(text))


def break_paragraphs(body: str, rng: random.Random) -> Iterator[str]:
    """Cut a body that is one long line into paragraphs of 2 to 5 sentences, never inside of quotation marks.

    Blanks go, but for one between two Latin words; so does a sentence that speaks of the web page.
    """
    body = re.sub(r"(?<![A-Za-z])\s+|\s+(?![A-Za-z])", "", _widen(_DATELINE.sub("", body, count=1)))
    body = "".join(char for char in body if unicodedata.category(char)[0] not in "CZ" or char == " ")
    paragraph, count, wanted = "", 0, rng.randint(2, 5)
    for low, high in sentences(body):
        sentence = body[low:high]
        if _WEB.search(sentence) or (not _ENDED.search(sentence) and high == len(body)):
            continue
        paragraph, count = paragraph + sentence, count + 1
        if count >= wanted and paragraph.count("“") <= paragraph.count("”"):
            yield paragraph
            paragraph, count, wanted = "", 0, rng.randint(2, 5)
    if paragraph:
        yield paragraph


# ---- damage -----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Damage:
    """How often the press does what. Shares are of 1, of what the name or the comment says."""

    cuts: float  # columns that break off in mid-paragraph, for every 1,000 characters of text
    breaks: float  # of the ends of paragraphs: the column ends there too, which shows only when it moves
    repeats: float  # of the cuts: 1 to 8 characters before the cut stand again behind it
    lost: float  # of the cuts: 2 to 40 characters beside the cut are not printed
    copies: float  # of the stories: a paragraph is printed a second time further down
    moved: float  # of the columns: half within their article, half behind one of the next three
    dropped: float  # of the heads
    continued: float  # of the stories: begins in mid-sentence, without a head
    broken: float  # of the stories: breaks off in mid-sentence
    captions: float  # for every story
    intruding: float  # of the captions: stands inside of an article, not behind it
    pictures: float  # of the columns: more blank lines before it
    kickers: float = 0.3  # of the heads, and so on: the habits of a page, the same at all levels
    subtitles: float = 0.2
    labels: float = 0.2
    subheads: float = 0.2
    sections: float = 0.4  # for every page
    briefs: float = 0.2  # for every page
    mastheads: float = 0.15  # for every page
    documents: float = 0.04  # of the stories: a regulation

    @classmethod
    def at(cls, level: float) -> "Damage":
        """Return the damage of `level`: 0 is a clean page, 1 what the worst of the seeds show, 3 the most.

        Between two whole levels every rate is interpolated. Raises ValueError beyond 0 to 3.
        """
        if not 0 <= level <= 3:
            raise ValueError(f"a level needs 0 <= level <= 3, got {level}")
        low = min(int(level), len(_LEVELS) - 2)
        share = level - low
        pairs = {
            f.name: (getattr(_LEVELS[low], f.name), getattr(_LEVELS[low + 1], f.name)) for f in fields(cls)
        }
        return cls(**{name: a + (b - a) * share for name, (a, b) in pairs.items()})


# What comes out at level 1, over 300 pages: a cut for every 344 characters, 11 % of them with a repeat, 11 %
# of the columns out of place (26 and 40 % at levels 2 and 3), 13 % of the stories headless, 1 caption for 3.
# More are drawn than come out: two moves may undo one another, a line may be too short to repeat of.
_LEVELS = (
    Damage(0, 0, 0, 0, 0, 0, 0, 0, 0, captions=0.2, intruding=0, pictures=0.02),
    Damage(2.9, 0.1, 0.12, 0.05, 0.05, 0.12, 0.1, 0.03, 0.03, captions=0.35, intruding=0.5, pictures=0.08),
    Damage(3.6, 0.15, 0.18, 0.12, 0.1, 0.31, 0.25, 0.08, 0.08, captions=0.5, intruding=0.7, pictures=0.12),
    Damage(4.4, 0.2, 0.25, 0.2, 0.15, 0.54, 0.4, 0.15, 0.15, captions=0.6, intruding=0.9, pictures=0.16),
)

# ---- what a sheet says of itself ----------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Item:
    """An article as printed: its headline where one is, its credit as printed, what kind it is."""

    kind: Kind
    headline: str | None
    byline: str | None


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence: number `order` of article `article`. Its spans are in the order of the text.

    They hold each character once: what a seam or a copied paragraph repeats belongs to no sentence there,
    only the first copy counts, which is the end of the earlier column. What was lost is in no span, and the
    sentence is `torn`.
    """

    article: int
    order: int
    spans: tuple[Span, ...]
    torn: bool = False


@dataclass(frozen=True, slots=True)
class Piece:
    """A line of body text on the page. Captions and briefs are pieces of articles of their own.

    Piece a runs on in piece b if and only if both are of one article and b.rank == a.rank + 1. Where text
    between them was lost a rank is skipped, so nothing runs on there. A paragraph printed again has no rank.
    `span` is the whole line; its first `repeated` characters are said a second time. `cut_start` and
    `cut_end` tell whether the line begins or ends in mid-sentence.
    """

    span: Span
    article: int
    rank: int | None
    cut_start: bool = False
    cut_end: bool = False
    repeated: int = 0


@dataclass(frozen=True, slots=True)
class Part:
    """A line that is no body text: of an article, or of none (masthead, section, label)."""

    kind: PartKind
    span: Span
    article: int | None


@dataclass(frozen=True, slots=True)
class Sheet:
    """A page and the truth about it. Articles are numbers of `items`; pieces and parts are in page order."""

    text: str
    items: tuple[Item, ...]
    sentences: tuple[Sentence, ...]
    pieces: tuple[Piece, ...]
    parts: tuple[Part, ...]

    @property
    def furniture(self) -> tuple[Span, ...]:
        """The spans that belong to no article: mastheads, section heads, place labels."""
        return tuple(part.span for part in self.parts if part.article is None)


# ---- words that the press invents ---------------------------------------------------------------------

_SURNAMES = (
    "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘"
    "杜戴夏钟汪田任姜范方石姚谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段雷钱汤尹黎易常武乔贺赖龚文聂"
)
_GIVEN = (
    "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英华玉兰红梅建国志文斌宇浩凯健俊帆雪琳晨阳思佳欣怡雨婷子轩一诺"
    "海燕春晓光辉永庆立新卫东振宁小龙亚男培晗若彤景丹青松柏鹏飞翔"
)


def _listed(words: str) -> list[str]:
    return words.split()


_DISTRICTS = _listed("""
    金山区 青羊区 长清区 海珠区 武侯区 秀英区 江岸区 和平区 雨花区 青山区 云岩区 红谷滩区 蜀山区 鼓楼区 城关区
    碑林区 南岗区 天心区 思明区 历下区 崂山区 邕宁区 龙华区 涧西区 山阳区 卧龙区 桥西区 丛台区 文圣区 东昌府区
    朝阳区 盐都区 清江浦区 镜湖区 迎江区 浔阳区 袁州区 新华区 解放区 兰山区 临渭区 宜君县 平舆县 长垣市 沁河县
    白石县 东溪区 柳河区 云台县 临湖区
""")
_SMALLER = _listed("""
    新华路办事处 和平街道 东风路街道 柳林镇 石桥镇 高庙乡 南关街道 北苑街道 青年路办事处 龙泉镇
    双河镇 区教体局 区住建局 区人社局 区卫健委 团区委 区妇联 市总工会 县农业农村局 区城管局
    区司法局
""")
_SECTIONS = _listed("""
    区街动态 基层传真 各地简讯 县区新闻 社区广角 身边的事 各地短讯 民生在线 文明创建 污染防治
    综合新闻 都市新闻 一线直击 社会广角 经济短波 街巷故事 助行捷踪 平安建设 法治园地 教育视窗
    健康时空 乡村振兴 今日关注 时事要闻
""")
_SCENES = (
    "社区居民在广场上学跳健身操",
    "志愿者为过往群众讲解防火知识",
    "小学生参观消防救援站",
    "工人正在安装路灯",
    "医生为老人免费测量血压",
    "果农采摘成熟的葡萄",
    "民警向商户发放宣传单",
    "绿化工人修剪道路两旁的树木",
    "居民在新建成的口袋公园里散步",
    "学生们在老师带领下包粽子",
    "环卫工人清理下水道口的落叶",
    "技术人员查看大棚里西红柿的长势",
    "市民在图书馆里挑选图书",
    "抢修人员冒雨更换受损的电线",
    "老党员给孩子们讲过去的故事",
)
_WHEN = ("昨日", "近日", "昨天上午", "日前", "连日来", "前日下午", "周末")
_PLAIN = re.compile(r"[一-龥\d“《].*。")
_UNUSABLE = re.compile(r"[“”‘’（）《》：；\d]")


def _name(rng: random.Random) -> str:
    return rng.choice(_SURNAMES) + "".join(rng.sample(_GIVEN, rng.choice((1, 2, 2, 2))))


def _names(rng: random.Random) -> str:
    return " ".join(_name(rng) for _ in range(rng.choice((1, 1, 1, 2, 2, 3))))


def _credit(rng: random.Random, house: str = "") -> str:
    """Return "记者 王影 通讯员 申宝玲 文/图" and its like; `house` is 本报 where that is said."""
    credit = f"{house}记者 {_names(rng)}"
    if rng.random() < 0.65:
        credit += f" 通讯员 {_names(rng)}"
    return credit + (rng.choice((" 文/图", " 文图")) if rng.random() < 0.08 else "")


def _clauses(story: Story, rng: random.Random, low: int, high: int) -> list[str]:
    """Return clauses of a story that could stand in a head, in a random order."""
    found = [
        clause
        for paragraph in story.paragraphs[:3]
        for clause in re.split("[，。！？；：、]", paragraph)
        if low <= len(clause) <= high and not _UNUSABLE.search(clause)
    ]
    return rng.sample(found, len(found))


# ---- a story becomes lines ----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Line:
    """A line to be printed. Of body text: `low:high` of its article's text, and what the piece says."""

    text: str
    kind: Literal["body", "copy"] | PartKind
    article: int | None
    low: int = 0
    high: int = 0
    rank: int = 0
    cut_start: bool = False
    cut_end: bool = False
    repeated: int = 0
    picture: bool = False


# What stays together whatever is moved: a head, a column.
_Unit = list[_Line]


@dataclass(slots=True)
class _Article:
    """An article on its way to the page: its true text, and where the sentences of it stand."""

    item: Item
    text: str
    ranges: list[tuple[int, int]]
    head: _Unit
    columns: list[_Unit]


def _sentence_ranges(paragraphs: Sequence[str]) -> list[tuple[int, int]]:
    ranges, offset = [], 0
    for paragraph in paragraphs:
        ranges += [(offset + low, offset + high) for low, high in sentences(paragraph)]
        offset += len(paragraph)
    return ranges


def _single(number: int, kind: Kind, text: str, byline: str | None) -> _Article:
    """Return an article of one line, such as a caption, whose credit belongs to its one sentence."""
    line = _Line(text, "body", number, 0, len(text))
    return _Article(Item(kind, None, byline), text, [(0, len(text))], [], [[line]])


@dataclass(slots=True)
class _Cut:
    """Where a column ends and the next begins in an article's text: equal, unless text between is lost."""

    end: int
    start: int


def _find_cuts(text: str, ends: Sequence[int], first: int, damage: Damage, rng: random.Random) -> list[_Cut]:
    """Choose the cuts: at any character, seldom beside a mark, but one in ten right behind a comma.

    `ends` are the ends of the paragraphs; the text before `first` is not cut. No line gets shorter than four
    characters.
    """
    wanted = len(text) * damage.cuts / 1000
    count = int(wanted) + (rng.random() < wanted % 1)
    taken = sorted({0, *ends})
    cuts: list[_Cut] = []
    for _ in range(40 * count):
        if len(cuts) == count:
            break
        at = rng.randrange(first + 4, len(text)) if first + 4 < len(text) else 0
        chance = rng.random()
        if chance < 0.1:
            comma = text.find("，", at)
            at = comma + 1 if comma >= 0 else at
        elif chance < 0.95 and not (text[at - 1].isalnum() and text[at].isalnum()):
            continue
        place = bisect_right(taken, at)
        if any(cut.end <= at <= cut.start for cut in cuts):
            continue
        if place in (0, len(taken)) or at - taken[place - 1] < 4 or taken[place] - at < 4:
            continue
        taken.insert(place, at)
        cuts.append(_lose(_Cut(at, at), max(first, taken[place - 1]), taken[place + 1], damage, rng))
        taken[place : place + 1] = sorted({cuts[-1].end, cuts[-1].start})
    return sorted(cuts, key=lambda cut: cut.end)


def _lose(cut: _Cut, low: int, high: int, damage: Damage, rng: random.Random) -> _Cut:
    """Lose text beside a cut now and then, but leave four characters of either line."""
    if rng.random() >= damage.lost:
        return cut
    before, behind = max(cut.end - low - 4, 0), max(high - cut.start - 4, 0)
    if rng.random() < 0.3 and before >= 2:
        return _Cut(cut.end - rng.randint(2, min(40, before)), cut.start)
    return _Cut(cut.end, cut.start + rng.randint(2, min(40, behind))) if behind >= 2 else cut


def _set_columns(
    number: int, paragraphs: Sequence[str], first: int, damage: Damage, rng: random.Random
) -> list[_Unit]:
    """Cut an article's text into columns of lines. `first` characters at its head stay whole."""
    text = "".join(paragraphs)
    ends, offset = [], 0
    for paragraph in paragraphs:
        offset += len(paragraph)
        ends.append(offset)
    inside = [range(low + 1, high) for low, high in _sentence_ranges(paragraphs)]

    def splits(at: int) -> bool:
        """Tell whether `at` lies within a sentence."""
        return any(at in places for places in inside)

    seams = [(cut, True) for cut in _find_cuts(text, ends, first, damage, rng)]
    seams += [(_Cut(end, end), rng.random() < damage.breaks) for end in ends[:-1]]
    seams.sort(key=lambda seam: seam[0].end)
    columns: list[_Unit] = [[]]
    low, rank, repeated, cut_start = 0, 0, 0, False
    for cut, opens in [*seams, (_Cut(len(text), len(text)), False)]:
        printed = text[low - repeated : cut.end]
        line = _Line(printed, "body", number, low, cut.end, rank, cut_start, splits(cut.end), repeated)
        columns[-1].append(line)
        rank += 1 if cut.end == cut.start else 2
        repeated = 0
        if splits(cut.start) and cut.end == cut.start and rng.random() < damage.repeats:
            repeated = min(rng.choice((1, 1, 2, 2, 3, 4, 5, 6, 7, 8)), cut.end - low)
        low, cut_start = cut.start, splits(cut.start)
        if opens:
            columns.append([])
    return columns


def _copy_paragraph(columns: list[_Unit], rng: random.Random) -> None:
    """Print one whole paragraph again, behind a later line of its article that ends a sentence."""
    lines = [(column, line) for column in columns for line in column]
    whole = [at for at, (_, line) in enumerate(lines) if not (line.cut_start or line.cut_end)]
    places = [at for at, (_, line) in enumerate(lines) if whole and at > whole[0] and not line.cut_end]
    if not places:
        return
    at = rng.choice([at for at in whole if at < places[-1]])
    place = rng.choice([place for place in places if place > at])
    column, line = lines[place]
    copy = replace(lines[at][1], kind="copy")
    column.insert(next(n for n, each in enumerate(column) if each is line) + 1, copy)


def _add_subheads(number: int, story: Story, columns: list[_Unit], rng: random.Random) -> None:
    """Set a subhead above some of the paragraphs that follow the first."""
    clauses = _clauses(story, rng, 4, 16)
    for column in columns:
        for line in list(column):
            fit = line.rank > 0 and not line.cut_start and line.repeated == 0 and line.kind == "body"
            if fit and clauses and rng.random() < 0.5:
                place = next(n for n, each in enumerate(column) if each is line)
                text = clauses.pop()
                if clauses and len(text) + len(clauses[-1]) <= 18 and rng.random() < 0.5:
                    text = f"{text} {clauses.pop()}"
                column.insert(place, _Line(text, "subhead", number))


# The seeds set the headline in the largest type: kickers and subtitles are shorter in 1 head of 10.
_SHORT_KICKERS = 0.12


def _set_head(number: int, story: Story, damage: Damage, rng: random.Random) -> tuple[_Unit, str | None]:
    """Return the lines of a head, its headline among them; none for a story that has nothing to say there."""
    own = story.headline or next(iter(_clauses(story, rng, 8, 18)), None)
    if own is None:
        return [], None
    kicker, headline, subtitle = None, own, None
    clauses = [clause for clause in _clauses(story, rng, 6, 15) if clause not in own]

    def lend(rate: float) -> str | None:
        """Return one or two clauses, with a blank between; seldom what is shorter than the headline."""
        if rng.random() >= rate:
            return None
        count = 2 if len(own) > 15 or rng.random() < 0.6 else 1
        text = " ".join(clauses.pop() for _ in range(count) if clauses)
        return text if len(text) >= len(own) or rng.random() < _SHORT_KICKERS else None

    parts = own.split(" ")
    if len(parts) == 2 and min(map(len, parts)) >= 7 and rng.random() < 0.5:
        one, other = parts
        if (len(one) < len(other)) == (rng.random() < _SHORT_KICKERS):
            kicker, headline = one, other
        else:
            headline, subtitle = one, other
    kicker = kicker or lend(damage.kickers)
    subtitle = subtitle or lend(damage.subtitles)
    unit = []
    if rng.random() < damage.labels:
        label = rng.choice(_DISTRICTS if rng.random() < 0.6 else _SMALLER)
        if rng.random() < 0.3:
            headline = f"{label} {headline}"
        else:
            unit.append(_Line(label, "label", None))
    lines: list[tuple[PartKind, str | None]] = [
        ("kicker", kicker),
        ("headline", headline),
        ("subtitle", subtitle),
    ]
    unit += [_Line(text, kind, number) for kind, text in lines if text]
    return unit, headline


_LED = 0.7  # of the reports that a lead with the credit below it stands above: they have subheads
_STYLES = ("dateline", "byline", "signoff", "nothing", "inner")
_DOCUMENTS = ("管理规定", "实施细则", "管理办法（试行）", "工作条例", "实施意见", "行动方案")
_COUNTING = "一二三四五六七八九十"


def _count(number: int) -> str:
    """Return 1 to 99 as it is written: 二十一."""
    tens, ones = divmod(number, 10)
    first = _COUNTING[tens - 1] if tens > 1 else ""
    return first + ("十" if tens else "") + (_COUNTING[ones - 1] if ones else "")


def _write_document(story: Story, rng: random.Random) -> Story:
    """Return a story whose sentences are the articles and items of a regulation, from any number on."""
    said = [p[low:high] for p in story.paragraphs for low, high in sentences(p) if "“" not in p[low:high]]
    paragraphs: list[str] = []
    number, item = rng.randint(1, 12), rng.choice((0, 0, rng.randint(4, 9)))
    for sentence in said:
        if item:
            paragraphs.append(f"（{_count(item)}）{sentence[:-1]}{rng.choice('；；；。')}")
            item = item + 1 if rng.random() < 0.75 else 0
        elif rng.random() < 0.25:
            paragraphs.append(sentence)
        else:
            item = int(rng.random() < 0.35)
            paragraphs.append(f"第{_count(number)}条　{sentence[:-1]}{'：' if item else '。'}")
            number += 1
    if rng.random() < 0.5:
        day = f"20{rng.randint(10, 24)}年{rng.randint(1, 12)}月{rng.randint(1, 28)}日"
        body = rng.choice(("市政府常务会议审议", "市人民代表大会常务委员会", "省委办公厅"))
        paragraphs.insert(0, f"（{day}{body}{rng.choice(('通过', '批准　自发布之日起施行', '发布'))}）")
    subject = next(iter(_clauses(story, rng, 4, 12)), "城市管理")
    return Story(f"{subject}{rng.choice(_DOCUMENTS)}", tuple(paragraphs) or story.paragraphs)


def _set_story(number: int, story: Story, style: str, damage: Damage, rng: random.Random) -> _Article:
    """Set one story: head, credit, columns."""
    document = rng.random() < damage.documents
    story = _write_document(story, rng) if document else story
    style = "nothing" if document else style
    paragraphs = list(story.paragraphs)
    continued, broken = rng.random() < damage.continued, rng.random() < damage.broken
    head, headline = _set_head(number, story, damage, rng)
    dropped = continued or rng.random() < damage.dropped
    if dropped:
        head, headline = [], None
    credited = not continued and not (dropped and rng.random() < 0.5)
    byline, first = None, 0
    if continued:
        paragraphs[0] = paragraphs[0][_middle(paragraphs[0], rng) :]
    if broken:
        paragraphs[-1] = paragraphs[-1][: _middle(paragraphs[-1], rng)]
    tail: list[_Line] = []
    if style == "dateline" and credited:
        byline = _credit(rng)
        named = (
            f"新华社{rng.choice('京沪穗杭津渝')}{rng.randint(1, 12)}月{rng.randint(1, 28)}日电"
            if rng.random() < 0.06
            else "本报讯"
        )
        dateline = f"{named}（{byline}）"
        if rng.random() < 0.04:
            byline, dateline = None, "本报讯 "
        paragraphs[0] = dateline + paragraphs[0]
        first = len(dateline)
    elif style == "byline" and credited:
        byline = _credit(rng, "本报")
        head = [*head, _Line(byline, "byline", number)]
    elif style == "signoff" and not broken:
        byline = rng.choice((f"通讯员 {_names(rng)}", f"记者 {_names(rng)}", _credit(rng)))
        bare = rng.random() < 0.2
        byline = byline.removesuffix(" 文/图").removesuffix(" 文图")
        tail = [_Line(byline if bare else f"（{byline}）", "signoff", number)]
    text = "".join(paragraphs)
    columns = _set_columns(number, paragraphs, first, damage, rng)
    if continued:
        columns[0][0] = replace(columns[0][0], cut_start=True)
    if broken:
        columns[-1][-1] = replace(columns[-1][-1], cut_end=True)
    _make_movable(columns, damage, rng)
    if rng.random() < damage.copies:
        _copy_paragraph(columns, rng)
    if style == "inner" and credited and len(paragraphs) > 2:
        byline = _credit(rng)
        _insert_byline(number, byline, columns)
    subheads = _LED if style == "inner" else damage.subheads
    if len(paragraphs) >= 4 and rng.random() < subheads and not document:
        _add_subheads(number, story, columns, rng)
    columns[-1] += tail
    return _Article(
        Item("document" if document else "news", headline, byline),
        text,
        _sentence_ranges(paragraphs),
        head,
        columns,
    )


def _insert_byline(number: int, byline: str, columns: list[_Unit]) -> None:
    """Set the credit below the first line that ends a sentence, where a lead stands apart from its report."""
    for column in columns:
        for at, line in enumerate(column):
            if line.kind == "body" and not line.cut_end:
                column.insert(at + 1, _Line(byline, "byline", number))
                return


def _middle(paragraph: str, rng: random.Random) -> int:
    """Return a place in mid-sentence, where a page ends; both sides are characters, not marks."""
    ranges = sentences(paragraph)
    places = [
        at
        for low, high in ranges
        for at in range(low + 4, high - 4)
        if paragraph[at - 1].isalnum() and paragraph[at].isalnum()
    ]
    return rng.choice(places) if places else len(paragraph) // 2


def _make_movable(columns: list[_Unit], damage: Damage, rng: random.Random) -> None:
    """Break an article of one column at the end of a paragraph, as often as columns move.

    A column that is alone cannot move, and fewer would be moved than `moved` says.
    """
    if len(columns) == 1 and len(columns[0]) >= 2 and rng.random() < damage.moved:
        at = rng.randrange(1, len(columns[0]))
        columns[:] = [columns[0][:at], columns[0][at:]]


# ---- articles become a page ---------------------------------------------------------------------------


def _move_columns(articles: Sequence[_Article], damage: Damage, rng: random.Random) -> list[list[_Unit]]:
    """Return the units of every article's place on the page, strangers among them."""
    blocks = []
    away: list[tuple[int, _Unit]] = []
    for number, article in enumerate(articles):
        staying = list(article.columns)
        if len(staying) > 1:
            for column in article.columns:
                if rng.random() >= damage.moved:
                    continue
                if rng.random() < 0.5 and number + 1 < len(articles) and len(staying) > 1:
                    staying = [each for each in staying if each is not column]
                    away.append((number + rng.choice((1, 1, 1, 2, 2, 3)), column))
                else:
                    _shift(staying, column, rng)
        blocks.append([article.head, *staying] if article.head else staying)
    for place, column in away:
        block = blocks[min(place, len(blocks) - 1)]
        inside = rng.random() < 0.3 and len(block) > 2
        block.insert(rng.randrange(2, len(block)) if inside else len(block), column)
    return blocks


def _shift(columns: list[_Unit], column: _Unit, rng: random.Random) -> None:
    """Put a column, where it still is one of `columns`, into another place among them."""
    at = next((n for n, each in enumerate(columns) if each is column), None)
    if at is None or len(columns) < 2:
        return
    columns.pop(at)
    columns.insert(rng.choice([n for n in range(len(columns) + 1) if n != at]), column)


def _take_fillers(fillers: Sequence[Story], count: int, low: int, high: int, rng: random.Random) -> list[str]:
    """Return up to `count` single sentences of `low` to `high` characters, each from another story."""
    found: list[str] = []
    for story in rng.sample(list(fillers), len(fillers)):
        if len(found) == count:
            break
        lead = story.paragraphs[0]
        told = [
            lead[a:b] for a, b in sentences(lead)[1:]
        ]  # what a web page glued to its text is in the first
        found += [each for each in told if low <= len(each) <= high and _PLAIN.fullmatch(each)][:1]
    return found


def _set_captions(
    articles: list[_Article], fillers: Sequence[Story], damage: Damage, rng: random.Random
) -> list[_Article]:
    """Return the captions of a page whose other articles are `articles`."""
    wanted = len(articles) * damage.captions
    count = int(wanted) + (rng.random() < wanted % 1)
    told = _take_fillers(fillers, count, 15, 100, rng)
    captions = []
    for n in range(count):
        scene = rng.choice(_SCENES)
        place = rng.choice(_DISTRICTS)
        made = rng.choice(
            (f"图为{place}{scene}。", f"{rng.choice(_WHEN)}，{place}{scene}。", f"图为{scene}。")
        )
        said = told[n] if n < len(told) and rng.random() < 0.5 else made
        credit = f"本报记者 {_name(rng)}"
        if rng.random() < 0.25:
            credit += f" 通讯员 {_name(rng)}"
        credit += rng.choice((" 摄", " 摄", " 摄", " 摄", " 摄影", " 图"))
        text = said + rng.choice((" ", " ", "")) + credit
        captions.append(_single(len(articles) + n, "caption", text, credit))
    return captions


def _set_briefs(number: int, fillers: Sequence[Story], rng: random.Random) -> list[_Article]:
    """Return the items of a column of briefs, none where there is nothing to fill it with."""
    briefs = []
    mark = rng.choice("●●●■◆▲")
    signed = rng.random() < 0.6
    for n, told in enumerate(_take_fillers(fillers, rng.randint(3, 6), 25, 110, rng)):
        byline = f"通讯员 {_name(rng)}" if signed else None
        text = f"{mark}{told}" + (f"（{byline}）" if byline else "")
        briefs.append(_single(number + n, "brief", text, byline))
    return briefs if len(briefs) >= 2 else []


def set_page(
    stories: Sequence[Story], damage: Damage, rng: random.Random, fillers: Sequence[Story] = ()
) -> Sheet:
    """Print `stories` on one page, in their order but for what is moved.

    Captions and briefs take single sentences from `fillers`, which should be other stories; without any,
    captions are invented and there are no briefs. A story without a headline is given one of its own clauses.
    """
    usual = rng.choices(_STYLES, (6, 2, 2, 1, 1.5))[0]
    narrow = rng.random() < 0.5
    articles = []
    for number, story in enumerate(stories):
        style = usual if rng.random() < 0.75 else rng.choices(_STYLES, (4, 3, 2, 2, 1.5))[0]
        articles.append(_set_story(number, story, style, damage, rng))
    blocks = _move_columns(articles, damage, rng)
    captions = _set_captions(articles, fillers, damage, rng)
    for caption in captions:
        block = rng.choice(blocks)
        inside = len(block) > 1 and rng.random() < damage.intruding
        unit = [replace(caption.columns[0][0], picture=rng.random() < 0.8)]
        block.insert(rng.randrange(1, len(block)) if inside else len(block), unit)
    articles += captions
    if rng.random() < damage.sections:
        blocks.insert(rng.randrange(len(blocks)), [[_Line(rng.choice(_SECTIONS), "section", None)]])
    if rng.random() < damage.briefs and (briefs := _set_briefs(len(articles), fillers, rng)):
        articles += briefs
        title = [_Line(rng.choice(_SECTIONS), "section", None)]
        place = rng.choice((len(blocks), len(blocks), rng.randrange(len(blocks) + 1)))
        blocks.insert(place, [title, *(brief.columns[0] for brief in briefs)])
    if rng.random() < damage.mastheads:
        blocks.insert(0, [[_Line(_masthead(rng), "masthead", None)]])
    units = [unit for block in blocks for unit in block]
    return _print(units, articles, narrow, damage, rng)


def _masthead(rng: random.Random) -> str:
    date = f"20{rng.randint(10, 24)}年{rng.randint(1, 12)}月{rng.randint(1, 28)}日"
    date += f" 星期{rng.choice('一二三四五六日')}"
    return rng.choice(
        (date, f"{date} 编辑 {_name(rng)} 校对 {_name(rng)}", f"A{rng.randint(1, 16):02d} {date}")
    )


def _print(
    units: Sequence[_Unit], articles: Sequence[_Article], narrow: bool, damage: Damage, rng: random.Random
) -> Sheet:
    """Put the units below one another: one blank line between two lines, more where a picture stood."""

    def printed(text: str) -> str:
        return text.translate(_NARROW) if narrow else text

    page = rng.choice(("", "\n\n", "\n\n\n"))
    pieces: list[Piece] = []
    parts: list[Part] = []
    # Where on the page the characters of every article's text stand, in runs: low, high, offset.
    runs: list[list[tuple[int, int, int]]] = [[] for _ in articles]
    for unit in units:
        for n, line in enumerate(unit):
            if page.strip():
                page += "\n" * (4 if line.picture or (n == 0 and rng.random() < damage.pictures) else 2)
            span = Span(len(page), len(page) + len(line.text))
            page += printed(line.text)
            if line.kind not in ("body", "copy"):
                parts.append(Part(line.kind, span, line.article))
                continue
            assert line.article is not None
            rank = line.rank if line.kind == "body" else None
            pieces.append(Piece(span, line.article, rank, line.cut_start, line.cut_end, line.repeated))
            if line.kind == "body":
                runs[line.article].append((line.low, line.high, span.start + line.repeated))
    page += rng.choice(("", "\n"))
    items = [replace(a.item, headline=a.item.headline and printed(a.item.headline)) for a in articles]
    return Sheet(page, tuple(items), tuple(_sentences(articles, runs)), tuple(pieces), tuple(parts))


def _sentences(
    articles: Sequence[_Article], runs: Sequence[list[tuple[int, int, int]]]
) -> Iterator[Sentence]:
    for number, article in enumerate(articles):
        order = 0
        places = sorted(runs[number])
        for low, high in article.ranges:
            spans = tuple(
                Span(offset + max(low, a) - a, offset + min(high, b) - a)
                for a, b, offset in places
                if max(low, a) < min(high, b)
            )
            if spans:  # a short one may have been lost whole
                yield Sentence(number, order, spans, sum(map(len, spans)) < high - low)
                order += 1


# ---- pages to train on and to measure with -------------------------------------------------------------


def draw_sheet(stories: Sequence[Story], damage: Damage, rng: random.Random) -> Sheet:
    """Draw 3 to 14 stories and set them: half of those with a headline of their own, half of all.

    `stories` come from load_stories. A story longer than a number drawn from 150 to 1,100 is cut short at
    the end of a paragraph.
    """
    titled = bisect_right(stories, False, key=lambda story: story.headline is None)
    chosen: dict[int, Story] = {}
    count = rng.randint(3, 14)
    while len(chosen) < min(count, len(stories)):
        high = titled if titled and rng.random() < 0.5 else len(stories)
        at = rng.randrange(high)
        chosen.setdefault(at, _shorten(stories[at], rng.randint(150, 1100)))
    others = {rng.randrange(len(stories)) for _ in range(60)} - chosen.keys()
    return set_page(list(chosen.values()), damage, rng, [stories[at] for at in sorted(others)])


def _shorten(story: Story, longest: int) -> Story:
    kept, total = [], 0
    for paragraph in story.paragraphs:
        if total >= _SHORTEST and total + len(paragraph) > longest:
            break
        kept.append(paragraph)
        total += len(paragraph)
    return replace(story, paragraphs=tuple(kept))
