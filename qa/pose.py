"""An article -> what can be asked of it, each question with the words of the page that answer it.

In: one article. Out: questions made by rule from its clauses: who holds an office, where, when, how many,
which body did it. Does not know whether the archive can answer them: suggest.py asks it.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from index.records import Article, Span
from index.text import HAN, clauses, sentences, tagged
from qa.finders import SURNAMES

# An office, the one who holds it, and what he does: "管城区委组织部部长王彬彬介绍说".
OFFICE = re.compile(
    rf"([{HAN}]{{3,14}}?(?:书记|主任|[部局区市县镇乡院校队会组处所站村厂社行]长|经理|教授|主席|传承人|网格长))"
    rf"([{HAN}]{{2,3}}?)(?:介绍|表示|说|告诉|讲述|认为|指出|透露|强调|的手)"
)
# What can only be understood from the words before it.
VAGUE = re.compile(
    r"[他她它这那该此其等]|^(?:力争|计划|规划|以上|以下)|全[市区县镇村省]|我[市区县省]|本[报市区]|记者|目前|截至|近日|日前|昨[日天]|今[日天]"
)
# How long a question may be, to be read at a glance, and the words before its figure.
_SHORTEST, _LONGEST_BEFORE, _LONGEST_POSED = 4, 26, 34
_AMOUNT = re.compile(
    r"(?<![\d.,—–~至到:：/第-])(\d[\d,]*(?:\.\d+)?)(?:[余多]?[万亿]*[余多]?(平方公里|平方米|公里|公顷|美元|欧元|港元|日元|"
    r"个百分点|人次|台次|件次|[名个家条项件台起笔户辆亩元吨座所场套批部位人岁株只艘架处棵种期份])|%)"
)
_ON_DAY = re.compile(r"(?:于|在)?(\d{4}年(?:\d{1,2}月)?(?:\d{1,2}日)?)")
_AT_PLACE = re.compile(
    rf"在([{HAN}]{{2,12}}?)(举行|召开|开幕|举办|启动|成立|揭牌|落幕|闭幕|发布|开工|揭幕|首演)(?![{HAN}]*的)"
)
_DAY_BEFORE = re.compile(r"^(?:\d{4}年)?(?:\d{1,2}月)?\d{1,2}日[上下中]?[午晚]?")
_ENOUGH = 7
NUMBER = re.compile(r"\d+")
_LONGEST_THEME = 14
_AROUND = "，,、；;：:。！？!?●■▲ \u3000"
_COUNTED = re.compile(r"第[\d一二三四五六七八九十百]+届")
_AREA = re.compile(rf"[{HAN}]{{2,4}}[省市区县镇乡村州]")
_CREDIT = re.compile(r"^本[报刊网台]讯(?:[(（][^()（）]{2,60}[)）])?\s*")
_OPENING = re.compile(r"^(?:据了解|目前|近日|日前|同时|此外|其中|截至目前|到目前)")
_LEADING = frozenset(("了", "过", "着", "达", "有", "共", "近", "约", "今年", "计", "超"))
_TOTAL = frozenset(("共", "一共", "总共", "累计", "先后", "已", "共计", "免费", "直接"))
_NO_ACT = frozenset(
    (
        "达",
        "达到",
        "占",
        "超",
        "超过",
        "约",
        "是",
        "为",
        "据",
        "说",
        "表示",
        "介绍",
        "可",
        "能",
        "涉及",
        "来自",
        "位于",
        "距离",
        "其中",
        "不少",
        "要",
        "让",
        "使",
    )
)
# Over so many sentences what one of them speaks of is still spoken of.
_CARRIED, _FIRST = 1, 120
_WHICH = {
    "街道": "哪个",
    "社区": "哪个",
    "镇": "哪个",
    "村": "哪个",
    "公司": "哪家",
    "集团": "哪家",
    "大学": "哪所",
    "中学": "哪所",
    "小学": "哪所",
    "医院": "哪家",
    "银行": "哪家",
}
_KIND = re.compile(rf"[{HAN}]{{2,10}}?({'|'.join(_WHICH)})(?![区道里办])")
_DEED = 7, 24
_LINKS = frozenset("还也又则均都更再就便")
# What may not stand behind the figure, and what needs the day of the paper to be understood.
_TRAILS = re.compile(r"^[的以之]|近年|[来后时]$")
_WHEN = re.compile("去年|前年|上年|明年|近年|同年|当[年月日天时]|上月|本[月周年]|同日|同时|或超|上市公司")
_NAMES = frozenset({"ns", "nr", "nt", "nz", "nrt", "nrfg"})
# Bodies that jieba knows no name of: 和昌社区, 迎宾路街道办事处.
_BODY = re.compile(
    rf"[{HAN}]{{2,}}(?:公司|集团|社区|街道|大学|学院|中学|小学|医院|银行|研究院|研究所|中心|协会|委员会|办事处|基地|[区县市镇乡村局队所站院馆园厂])"
)


@dataclass(frozen=True, slots=True)
class Posed:
    """A question made from the words at start:end of a page, and the words of theirs that answer it."""

    question: str
    answer: str
    source: str
    start: int
    end: int


def pose_questions(article: Article, source: str, *, cited: bool) -> Iterator[Posed]:
    """Yield what can be asked of an article: at most one question for each of its sentences.

    Under an answer from that article (`cited`) a question may do without a name: what it is about is there.
    """
    theme, since, done = "", -1, -1
    district = article.district or ""
    if district not in article.title + article.text[:_FIRST]:
        district = ""  # named somewhere in it: it need not be where all of this happened
    for number, clause, span in _read_clauses(article):
        subject = ""
        if own := _theme(clause):
            theme, since = own, number
        elif _acts(clause):
            subject = (theme if number - since <= _CARRIED else "") or district
        made = next(_ask_of(subject + clause, named=not cited), None) if number != done else None
        if made and len(made[0]) <= _LONGEST_POSED:
            done = number
            yield Posed(*made, source, span.start, span.end)


def _read_clauses(article: Article) -> Iterator[tuple[int, str, Span]]:
    """Yield the clauses that are whole, each with the number of its sentence and its place on the page."""
    text = article.text
    for number, (start, end) in enumerate(sentences(text)):
        for low, high in clauses(text, start, end):
            spans = article.page_spans(low, high)
            listed = "、" in (text[low - 1 : low], text[high - 1 : high])
            clause = _OPENING.sub("", _CREDIT.sub("", text[low:high].strip(_AROUND)))
            clause = _resolve(clause, article.district)
            if len(spans) == 1 and not listed and clause.isprintable() and _is_whole(clause):
                yield number, clause, spans[0]


def _resolve(clause: str, district: str | None) -> str:
    """Say the district where a clause begins with 该区 or 全区."""
    if district and clause[:1] in ("该", "全") and clause[1:2] == district[-1:]:
        return district + clause[2:]
    return clause


def _theme(clause: str) -> str:
    """Return what a clause begins with and says something of: 惠济区古荥镇 of 惠济区古荥镇投入资金5万元."""
    for _, tag, at in tagged(clause):
        if tag[0] not in "njb" or at > _LONGEST_THEME:
            acts = tag[0] in "vpdatczi" and 0 < at <= _LONGEST_THEME
            return clause[:at] if acts and _names(clause[:at]) and _is_somebody(clause[:at]) else ""
    return ""


def _is_somebody(words: str) -> bool:
    """Tell whether words end in a name or in what bodies are called, as 上街区全力 does not."""
    tags = [tag for _, tag, _ in tagged(words)]
    if tags[-1] == "ns" and len(set(tags)) > 1:  # 国家海洋局|北海: of another part of the sentence
        return False
    return tags[-1] in _NAMES or bool(_BODY.fullmatch(words))


def _acts(clause: str) -> bool:
    """Tell whether a clause begins with what is done, and leaves open by whom: 管城区 is no verb with 管."""
    if _AREA.match(clause):
        return False
    words = [(word, tag) for word, tag, _ in tagged(clause[:12])]
    while words and words[0][0] in _TOTAL:
        words = words[1:]
    return bool(words) and words[0][1][0] == "v" and words[0][0] not in _NO_ACT


def _ask_of(clause: str, *, named: bool) -> Iterator[tuple[str, str]]:
    """Yield (question, answer) for a clause: who, where, when, how many or how much.

    `named`: only if that of which a figure is told has a name.
    """
    office = OFFICE.match(clause)
    if office and office.group(2)[0] in SURNAMES and _names(office.group(1)):
        yield f"{office.group(1)}是谁?", office.group(2)
    event = _DAY_BEFORE.sub("", clause)
    place = _AT_PLACE.search(event)
    if place and place.start() >= _SHORTEST and _names(event[: place.start()]) and _is_place(place.group(1)):
        yield f"{event[: place.start()]}在哪里{place.group(2)}?", place.group(1)
    days = list(_ON_DAY.finditer(clause))
    if len(days) == 1 and _names(clause[: days[0].start()]):
        rest = clause[days[0].end() :]
        if 2 <= len(rest) <= 14 and next((tag for _, tag, _ in tagged(rest)), "").startswith("v"):
            yield f"{clause[: days[0].start()]}什么时候{rest}?", days[0].group(1)
    amounts = list(_AMOUNT.finditer(clause))
    if len(amounts) == 1 and len(NUMBER.findall(clause)) == len(NUMBER.findall(amounts[0].group())):
        before, after = clause[: amounts[0].start()], clause[amounts[0].end() :]
        if (
            (_names(before) if named else _says_of(before))
            and _leads_up(before)
            and not _TRAILS.search(after)
        ):
            unit = amounts[0].group(2)
            asks = f"多少{unit}" if unit else "百分之多少"
            yield f"{_drop_links(before)}{asks}{after}?", amounts[0].group()
    body = _KIND.match(clause)
    if body and not NUMBER.search(clause) and _is_deed(clause[body.end() :]) and _names(body.group()):
        yield f"{_WHICH[body.group(1)]}{body.group(1)}{clause[body.end() :]}?", body.group()


def _is_deed(words: str) -> bool:
    """Tell whether words are a thing done that one may ask for the doer of."""
    tags = [tag for _, tag, _ in tagged(words)]
    return _DEED[0] <= len(words) <= _DEED[1] and tags[0][0] in "vad" and "v" in tags and tags[-1][0] in "nvl"


def _drop_links(words: str) -> str:
    """Leave out what links a clause to the one before it: 还, 也."""
    return "".join(words[at : at + len(word)] for word, _, at in tagged(words) if word not in _LINKS)


def _is_whole(clause: str) -> bool:
    pairs = ("“”", "()", "（）", "《》", "「」")
    vague = VAGUE.search(clause) or _WHEN.search(clause)
    return not vague and all(clause.count(pair[0]) == clause.count(pair[1]) for pair in pairs)


def _names(words: str) -> bool:
    """Tell whether words begin with a noun and name something: a person, a place, a body, a title."""
    tags = [(word, tag) for word, tag, _ in tagged(words)]
    if len(words) < _SHORTEST or not _begins(tags):
        return False
    return (
        words[:2] == "全国"
        or bool(_COUNTED.match(words))
        or "《" in words
        or any(tag in _NAMES and len(word) > 1 for word, tag in tags)
        or bool(_BODY.match(words))
    )


def _says_of(words: str) -> bool:
    """Tell whether words are enough to be understood under an answer from the same article."""
    tags = [(word, tag) for word, tag, _ in tagged(words)]
    return _begins(tags) and len(words) >= _ENOUGH and len(tags) > 2


def _begins(tags: Sequence[tuple[str, str]]) -> bool:
    """Tell whether words begin with a noun or a title; 距离 is none, though jieba says so."""
    return bool(tags) and (tags[0][1][0] in "njb" or tags[0][0][0] in "《“第") and tags[0][0] != "距离"


def _is_place(words: str) -> bool:
    tags = [tag for _, tag, _ in tagged(words)]
    return "ns" in tags or "nt" in tags


def _leads_up(before: str) -> bool:
    """Tell whether words before a figure say what is done or had: 筹集资金|10万元, 今年|44岁."""
    words = [(word, tag) for word, tag, _ in tagged(before)]
    last, tag = words[-1]
    acts = tag[0] == "v" or last in _LEADING or (tag[0] in "nq" and any(tag[0] == "v" for _, tag in words))
    return acts and len(before) <= _LONGEST_BEFORE
