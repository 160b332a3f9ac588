"""One finder for each kind of answer: (part of the question, sentence) -> ranges of the sentence.

In: the folded words of one part of a question, and one sentence of a page. Out: every range of it that
could answer, by rule. Does not know which of them does: extract.py chooses.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import lru_cache

from index.days import DATE
from index.segment import is_known
from index.text import HAN, PERSON_TAGS, fold, tagged
from qa.figures import Range, could_be_figure, expected_unit, find_figures
from qa.records import Wanted

# "7月8日至10月20日", "11月10-19日": from one day to another.
_PERIOD = re.compile(rf"{DATE.pattern}(?:[-~—–至到](?:{DATE.pattern}|\d{{1,2}}[日号年]))?")
_TIME = re.compile(r"\d|[年月日天时分晨早晚午夜春夏秋冬季节周期初末代朝前后]")
# The reader guesses a dozen ranges of a sentence: its days are kept for them, of so many sentences.
_KEPT = 16
_LEADING = ("在", "位于", "于", "到", "赴", "前往", "走进", "来自")
_ORIGIN = re.compile(r"(?:哪里|哪儿|什么地方|何处|何地)的?人")
# "钱从哪里来" asks for no place.
_SOURCE = re.compile(r"从(?:哪里|哪儿|何处)来|(?:哪里|哪儿)来的?")
_TITLE_IN_MARKS = re.compile(r"《[^《》]{1,40}》")
_BODIES = (
    "办事处|街道|社区|公司|集团|中心|医院|学校|大学|学院|小学|中学|银行|协会|联合会|委员会|博物馆|图书馆|"
    "研究院|研究所|法院|检察院|派出所|部门|单位|局|委|院|馆|所|站|队|厂|村|镇|乡|区|县|市|省"
)
# What may follow "哪个" where it names no kind of thing: "是哪个?", "哪家办的".
_NO_NOUN = r"[是在的办建负主承和与]|组织|机构|机关|地方"
SURNAMES = frozenset(
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林郑谢罗梁宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈姚卢姜崔钟谭陆汪范金石廖贾夏韦付方白"
    "邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤常温康施文牛樊葛邢安齐易乔伍庞颜倪庄聂章鲁岳翟殷詹申欧耿关兰焦俞左柳甘祝包宁"
    "尚符舒阮柯纪梅童凌毕单季裴霍涂成苗谷盛曲翁冉骆蓝路游辛靳管柴蒙鲍华喻祁蒲房滕屈饶解牟艾尤阳时穆农司卓古吉缪简车项连芦麦褚娄窦戚岑景党宫费卜冷晏席卫米柏宗瞿桂全佟应臧闵苟邬边卞姬师和仇栾隋商刁沙荣巫寇桑郎甄丛仲虞敖巩明佘池查麻苑迟邝"
)  # fmt: skip
_NO_NAME = ("uj", "ul", "p", "c", "d", "v", "r", "f", "m", "q", "t", "ns")
# What somebody is: where the question names it, the sentence with the answer does, too.
_ROLES = (
    "书记|主任|经理|主席|总统|总理|负责人|教授|院士|大夫|医生|教师|老师|记者|通讯员|作家|导演|"
    f"传承人|代表|委员|司机|冠军|[{HAN}]长"
)
_ROLE = re.compile(rf"(?:{_ROLES})(?=(?:的名字)?[是叫为]?(?:谁|哪[一]?[位名个]|什么名字))")
_TITLE = re.compile(rf"(?:{_ROLES}|[人员])$")
_CREDIT = re.compile(
    r"^\s*本[报刊台网社]讯|[(（【〔][^()（）【】〔〕]{0,12}(?:记者|通讯员)[^()（）【】〔〕]{0,60}[)）】〕]"
    r"|(?:本报)?(?:记者|通讯员)[ 　][^,，。;；]{2,40}摄$"
    rf"|(?:编辑|责编|作者|撰文|文字|摄影|制图|校对|审核)[:：丨|/] ?[{HAN}·]{{2,4}}"
)
_ITEM = r"[^、，,。；;：:！？!?()（）\s]"
_ENUMERATION = re.compile(rf"{_ITEM}{{1,40}}(?:、{_ITEM}{{1,40}})+")
_LIST_OPENS = re.compile(
    r".*(?:按照|包括|分为|分成|主要是|指的是|分别是|就是|也就是|组成|涉及|涵盖|即|由|有|为|是|沿|到|在|:|：)"
)
_LIST_CLOSES = re.compile(rf"(?:等|\d|[一二三四五六七八九十]+[个大项种类步]|组成|进行|的(?![{HAN}]?、)).*$")
_NUMERALS = {numeral: value for value, numeral in enumerate("一二三四五六七八九十", 1)} | {"两": 2}
_SAID = r"(\d{1,2}|[两二三四五六七八九十])(?:大|个|项|种|类|方面|步|点)"
_ASKED_COUNT = re.compile(r"哪(\d{1,2}|[两二三四五六七八九十])")
_SAID_BEFORE = re.compile(rf"{_SAID}[^。;；]{{0,150}}$")
_SAID_AFTER = re.compile(rf"(?:等)?{_SAID}")
_BECAUSE = re.compile(
    r"(?:因为|由于|(?<![原病起成诱死基近外内])因(?!此|而|素|果|子|人而异|地制宜|材施教)"
    r"|为了|为(?=配合|支持|进一步|加强|确保|推动|落实|提高|解决|贯彻))[^,，。;；！？!?]{2,40}"
    r"|原因(?:主要)?(?:就?是|在于|为)[:：]?(?!什么)([^,，。;；！？!?]{2,40})"
)
# "地形多变,因此…": where nothing says because, the clause before what follows from it.
_THEREFORE = re.compile(
    r"(?:^|(?<=[,，;；。]))(?:但|而|另外)?([^,，;；。]{3,60})[,，](?:[^,，;；。]{0,12})(?:因此|因而|所以|故而)"
)

Finder = Callable[[str, str], Iterable[Range]]


def find_credits(sentence: str) -> list[Range]:
    """Return where a sentence says whose it is: "本报讯", "(记者 王影 通讯员 申宝玲)"."""
    return [match.span() for match in _CREDIT.finditer(fold(sentence))]


def asks_strictly(kind: Wanted, part: str) -> bool:
    """Tell whether a part asks for what the rules cannot miss: figures in a unit, offices, so many items.

    "花了多少钱", "镇长是谁", "哪三个村": where they find nothing, a song is no answer; but see could_be.
    """
    if kind == "number":
        return bool(expected_unit(part))
    strict = {"person": _ROLE, "list": _ASKED_COUNT}
    return kind in strict and bool(strict[kind].search(part))


def could_be(kind: Wanted, part: str, sentence: str, item: Range) -> bool:
    """Tell whether a range can be of a kind that the rules did not find in the sentence.

    "一半" and "4C" may say how many, "340米" and the 2009 of "2009年" something else than what is asked;
    "昨日" and "腊月廿八" are nobody, and a time has a figure or a word of time.
    """
    folded = fold(sentence)
    said = folded[item[0] : item[1]]
    if kind == "person":
        named = said[-2:] in part  # "谁举报了刘飞医生": not 整形科医生刘飞
        if asks_strictly(kind, part) or named or re.search(r"\d|[今昨明][日天年]", said):
            return False
        return not any(low < item[1] and item[0] < high for low, high in _find_days(folded))
    if kind == "time":
        return bool(_TIME.search(said))
    if kind == "number":
        return could_be_figure(part, folded, item)
    return not asks_strictly(kind, part)


@lru_cache(_KEPT)
def _find_days(folded: str) -> tuple[Range, ...]:
    return tuple(match.span() for match in DATE.finditer(folded))


def _find_people(part: str, sentence: str) -> Iterator[Range]:
    folded = fold(sentence)
    role = _ROLE.search(part)
    if role and role.group() not in folded:
        return  # "镇长是谁" is not answered by just anybody who is named beside the town
    for start, end in _find_names(sentence, folded):
        # The office stands beside its holder: 区长 also stands in "惠济区长兴路", beside nobody.
        if not role or folded[:start].rstrip().endswith(role.group()) or folded.startswith(role.group(), end):
            yield start, end


def _find_names(sentence: str, folded: str) -> Iterator[Range]:
    tokens = tagged(sentence)
    for at, (word, tag, offset) in enumerate(tokens):
        if "·" in (sentence[offset - 1 : offset], sentence[offset + len(word) : offset + len(word) + 1]):
            continue  # a part of a foreign name
        if tag in PERSON_TAGS and len(word) >= 2 and (word[0] in SURNAMES or "·" in word):
            # The dictionary takes 文明, 阳光 and 师傅 for names: a short one needs a title before it.
            if len(word) > 2 or not is_known(word) or _TITLE.search(folded[:offset]):
                yield offset, offset + len(word)
        elif word in SURNAMES and at + 1 < len(tokens) and _begins_name(tag, tokens[:at]):
            given, its_tag, _ = tokens[at + 1]
            following = tokens[at + 2][0] if at + 2 < len(tokens) else ""
            if (
                re.fullmatch(rf"[{HAN}]{{1,2}}", given)
                and its_tag not in _NO_NAME
                and not re.fullmatch(_BODIES, given)
            ):
                # 黄|钊|表示, 周|树枝; 张|广|林 when jieba leaves every character alone
                both = len(given) == 1 and re.fullmatch(rf"[{HAN}]", following) and tokens[at + 2][1] == "nr"
                yield offset, offset + 1 + len(given) + (1 if both else 0)


def _begins_name(tag: str, before: Sequence[tuple[str, str, int]]) -> bool:
    """Tell whether a surname that stands by itself is one: not the 路 of 工业|路|街道, nor 和, 于, 向."""
    if tag in PERSON_TAGS:
        return True
    return tag not in ("p", "c", "d") and (not before or before[-1][1] not in ("ns", "vn", "m", "q", "b"))


def _find_times(part: str, sentence: str) -> Iterator[Range]:
    yield from (match.span() for match in _PERIOD.finditer(fold(sentence)))


def _find_places(part: str, sentence: str) -> Iterator[Range]:
    if _SOURCE.search(part):
        return
    leading = ("来自", "籍贯") if _ORIGIN.search(part) else _LEADING
    tokens = tagged(sentence)
    for at, (word, _, _) in enumerate(tokens):
        if word not in leading:
            continue
        run = []
        for token in tokens[at + 1 :]:
            if not (token[1][:1] in "nmqsfjz" or token[1] in ("eng", "b", "k")):
                break
            run.append(token)
        if run and sum(len(token[0]) for token in run) >= 2:
            yield run[0][2], run[-1][2] + len(run[-1][0])


def _find_bodies(part: str, sentence: str) -> Iterator[Range]:
    if re.search(r"哪[一]?[部本首篇]|什么(?:电影|书|歌|节目|作品)", part):
        yield from ((m.start() + 1, m.end() - 1) for m in _TITLE_IN_MARKS.finditer(sentence))
        return
    asked = re.search(rf"哪[一]?+[个家所支项份条种座间]?+([{HAN}]{{1,6}})|什么([{HAN}]{{2}})", part)
    noun = (asked.group(1) or asked.group(2)) if asked else ""
    own = re.match(rf".*?({_BODIES})", noun)
    if noun and not own and not re.match(_NO_NOUN, noun):
        return  # "哪个时代", "哪种作物": no body at all
    ending = own.group(1) if own and own.group(1) not in ("单位", "部门") else _BODIES
    tokens = tagged(sentence)
    first = 0
    for at, (word, tag, offset) in enumerate(tokens):
        if not (tag[:1] in "nmbqjz" or tag in ("vn", "eng", "f", "s", "a")) or word in ("和", "与"):
            first = at + 1
        elif re.search(rf"(?:{ending})$", word):
            start = tokens[first][2]
            if offset + len(word) - start >= 3:
                yield start, offset + len(word)


def _find_lists(part: str, sentence: str) -> Iterator[Range]:
    found = list(_find_enumerations(part, sentence))
    yield from find_named(part, sentence, found) or found


def _find_enumerations(part: str, sentence: str) -> Iterator[Range]:
    for match in _ENUMERATION.finditer(sentence):
        start, end = match.span()
        first_item = match.group().split("、", 1)[0]
        if opens := _LIST_OPENS.match(first_item[:-1]):
            start += opens.end()
            # "有设施、有环境": what opens a list may be a part of its items.
            shared = {item[:1] for item in match.group().split("、")[1:]}
            start -= int(shared == {sentence[start - 1]})
        last_item = match.group().rsplit("、", 1)[1]
        if closes := _LIST_CLOSES.search(last_item):
            end -= len(last_item) - max(closes.start(), 1)
        if end - start >= 3 and _is_whole(fold(sentence), start, end, _ASKED_COUNT.search(part)):
            yield start, end


def find_named(part: str, sentence: str, enumerations: Iterable[Range] | None = None) -> list[Range]:
    """Return the lists that say by their words that they are of what is asked for.

    "哪两个湖": 太溪湖和东戴湖. "哪些病": 癌症、尿毒症, where 等大病 follows.
    """
    noun = _noun_asked(part)
    if not noun:
        return []
    folded = fold(sentence)
    item = rf"[{HAN}\w]{{1,10}}?{re.escape(noun)}"
    named = []
    for match in re.finditer(rf"{item}(?:[、和与及]{item})+", folded):
        opens = _LIST_OPENS.match(re.split("[、和与及]", match.group())[0][: -len(noun)])
        named.append((match.start() + (opens.end() if opens else 0), match.end()))
    if enumerations is None:
        enumerations = _find_enumerations(part, sentence)
    closed = re.compile(rf"等[^,，。;；、]{{0,6}}{re.escape(noun)}")
    return named + [one for one in enumerations if closed.match(folded, one[1])]


def _noun_asked(part: str) -> str:
    """Return the noun that 哪 asks for: 湖 in "哪两个湖", nothing in "哪些是新建的"."""
    at = part.find("哪")
    if at < 0:
        return ""
    noun = ""
    for word, tag, start in tagged(part):
        if start <= at or (not noun and tag[0] in "mqr"):
            continue
        if tag[0] != "n":
            break
        noun += word
    return noun


def _is_whole(folded: str, start: int, end: int, asked: re.Match[str] | None) -> bool:
    """Tell whether an enumeration has as many parts as the question and the sentence beside it say.

    "包括4个方面,即减轻问责,不作负面评价,少扣分,从轻、减轻或免于处分": the marks join but a piece of the last.
    """
    said = _SAID_BEFORE.search(folded[:start]) or _SAID_AFTER.match(folded, end)
    parts = folded.count("、", start, end) + 1
    possible = (parts, parts + len(re.findall("[和与及]", folded[start:end])))
    return all(_value(match.group(1)) in possible for match in (said, asked) if match)


def _value(numeral: str) -> int:
    return int(numeral) if numeral.isdecimal() else _NUMERALS.get(numeral, 0)


def _find_reasons(part: str, sentence: str) -> Iterator[Range]:
    found = [match.span(match.lastindex or 0) for match in _BECAUSE.finditer(sentence)]
    yield from found or (match.span(1) for match in _THEREFORE.finditer(sentence))


FINDERS: dict[Wanted, Finder] = {
    "number": find_figures,
    "person": _find_people,
    "time": _find_times,
    "place": _find_places,
    "body": _find_bodies,
    "list": _find_lists,
    "reason": _find_reasons,
}
