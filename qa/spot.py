"""A phrase -> the names, places, days and nouns that stand in it.

In: a question, or a part of one. Out: words of it, or their ranges. Does not know what the phrase asks.

jieba takes common words for names (上市 a place, 许可 a person) and leaves names in pieces (李|大海): a name
is believed where its form speaks for it, too.
"""

import re
from collections.abc import Sequence
from functools import lru_cache

from index.days import DATE
from index.segment import is_known
from index.text import HAN, NAME_TAGS, PERSON_TAGS, fold, tagged
from qa.finders import SURNAMES

Token = tuple[str, str, int]
Range = tuple[int, int]

_PLACE_ENDS = "省市区县州镇乡村岛路街山河湖江海港桥站国寨湾营庄屯邦"
_NO_PERSON_ENDS = "省市区县镇乡村岛路街山河湖江桥站"
# What jieba takes for places.
_NO_PLACES = frozenset(("台风", "象牙", "上市", "东西", "新建", "一共", "总共", "地震"))
_OPENING = "“《「"
_PERIOD = re.compile(r"\d{4}年?(?!\d)|[上下]半年|第?[一二三四]季度")
_NOUN_TAGS = ("vn", "j", "l", "t", "m", "s")

# A noun for persons, or for a body of them.
PERSON_NOUN = re.compile(
    r"(?:[人者员长手师生工民警家队团会组们]|总统|总裁|书记|主任|司机|孩子|妈妈|爸爸|[父母]亲|[妻儿]子|丈夫|爱人|老伴|女儿|徒弟)$"
)
POST = re.compile(
    r"(?:[局处科部厅省市县区镇乡村州校院所站队会团厂社馆]长|董事长|行长|主席|主任|书记|总裁|总经理|经理|总统|总理|首相|大臣"
    r"|负责人|发言人|秘书长|冠军|教练|创始人|作者)$"
)
# A body's own name ends here: 老妈妈服务队|捐款捐物.
BODY = re.compile(r"(?:公司|集团|银行|[局队会站所院部厂社馆团]|学校|[小中大]学|幼儿园|协会|中心|街道)$")
TITLE = re.compile(r"“[^”]{1,20}”|《[^》]{1,30}》")
# What everything and everybody may have: such a noun names no subject of its own.
COMMON = re.compile(
    r"(?:平均|总|全部|主要|具体|最终)?(?:面积|长度|宽度|高度|重量|速度|深度|规模|人数|数量|总数|比例|占比|价格|费用|成本"
    r"|金额|总额|资金|时间|地点|地址|位置|日期|原因|理由|目的|结果|结局|过程|步骤|内容|名称|名字|姓名|型号|颜色|年龄|年纪|岁数"
    r"|职务|身份|电话|意思|意义|作用|特点|优点|缺点|条件|标准|要求|期限|对象|范围|方式|方法|办法|措施|效果|成绩|情况|问题|好处"
    r"|主题|目标|口号|性别|籍贯|学历|学校|单位|部门|领导|第一|全部|其中|平均|[人钱年天]"
    r"|妻子|丈夫|爱人|老伴|儿子|女儿|父亲|母亲|父母|爸爸|妈妈|孩子|家人|家属|同事|邻居|徒弟|师傅|队员|成员)"
)


@lru_cache(maxsize=256)
def tokens_of(question: str) -> tuple[Token, ...]:
    """Return the tagged words of a question: (folded word, part of speech, offset)."""
    return tuple(tagged(question))


def names_something(phrase: str) -> bool:
    """Tell whether a phrase holds a name: a person, place, body, title in quotation marks, a Latin word."""
    return any(is_naming(word, tag) for word, tag, _ in tokens_of(phrase))


def is_naming(word: str, tag: str) -> bool:
    """Tell whether a word is a name, or opens one."""
    named = tag in NAME_TAGS and len(word) > 1 and not is_doubtful(word, tag)
    return named or tag == "eng" or word in _OPENING


def is_sure(word: str, tag: str) -> bool:
    """Tell whether a word is a name beyond doubt. Not by nz: jieba takes 藏书 and 中文版 for one, too."""
    if tag == "eng":
        return len(word) > 1
    if tag in PERSON_TAGS:
        return len(word) > 1 and is_person(word)
    return word in ("“", "《") or (tag in ("ns", "nt") and len(word) > 1 and not is_doubtful(word, tag))


def is_doubtful(word: str, tag: str) -> bool:
    """Tell whether jieba may have taken a common word for a name: 上市, 象牙, 许可."""
    if tag in PERSON_TAGS:
        return not is_person(word) and len(word) < 3
    return word in _NO_PLACES or (tag == "ns" and len(word) < 3 and word[-1] not in _PLACE_ENDS)


def is_person(word: str) -> bool:
    """Tell whether a word that is tagged as a person's name can be one in Chinese."""
    if "某" in word or "·" in word:
        return True
    if word[0] not in SURNAMES or word[-1] in _NO_PERSON_ENDS:
        return False
    return len(word) in (3, 4) or (len(word) == 2 and not is_known(word))


def seems_person(phrase: str) -> bool:
    """Tell whether a name can be that of a foreign person: 卡米尔."""
    return len(phrase) <= 5 and any(tag in PERSON_TAGS for _, tag, _ in tokens_of(phrase))


def list_unknown(phrase: str) -> list[str]:
    """Return what jieba takes for persons and has not in its dictionary."""
    return [word for word, tag, _ in tokens_of(phrase) if tag in PERSON_TAGS and not is_known(word)]


def list_people(question: str) -> list[str]:
    """Return the Chinese names of persons, in their order; 李|大海 is one."""
    people: list[str] = []
    until = 0
    tokens = tokens_of(question)
    for at, (word, tag, offset) in enumerate(tokens):
        if offset < until or (tag not in PERSON_TAGS and not _begins_name(word, tokens[at + 1 : at + 2])):
            continue
        until = offset + len(word)
        if len(word) == 1 and word in SURNAMES:
            for given, its_tag, start in tokens[at + 1 : at + 3]:
                if start == until and until - offset < 3 and _is_given(given, its_tag):
                    until = start + len(given)
        if until - offset > 1 and (len(word) == 1 or is_person(word)):
            people.append(question[offset:until])
    return people


def _begins_name(word: str, after: Sequence[Token]) -> bool:
    """Tell whether a surname stands before what is taken for another name: 张/q 广林/ns."""
    return word in SURNAMES and any(
        tag in NAME_TAGS and len(given) == 2 and given[-1] not in _NO_PERSON_ENDS for given, tag, _ in after
    )


def _is_given(word: str, tag: str) -> bool:
    nominal = tag[0] == "n" or tag in ("a", "g", "x", "zg")
    return len(word) <= 2 and nominal and re.fullmatch(rf"[{HAN}]+", word) is not None


def list_places(question: str) -> list[Range]:
    """Return the ranges of what is named like a place; 惠济|区 and 青|山镇 are one."""
    ranges: list[Range] = []
    before, its_tag = (0, 0), "x"
    for word, tag, at in tokens_of(question):
        here = (at, at + len(word))
        adjoins = before[1] == at and at > 0
        named = tag == "ns" or (len(word) > 1 and word[-1] in _PLACE_ENDS and tag[0] in "ns")
        if word in _NO_PLACES:
            named = False
        elif adjoins and len(word) == 1 and word in _PLACE_ENDS:
            here, named = (before[0], here[1]), True
        elif adjoins and named and before[1] - before[0] == 1 and its_tag[0] in "na":
            here = (before[0], here[1])
        if named:
            ranges = [*(one for one in ranges if one[1] <= here[0]), here]
        before, its_tag = here, tag
    return ranges


def list_nouns(text: str) -> list[Range]:
    """Return the ranges of the nouns of more than one character, and of what counts and tells time."""
    asking = {at for match in ASKING.finditer(fold(text)) for at in range(*match.span())}
    return [
        (at, at + len(word))
        for word, tag, at in tokens_of(text)
        if len(word) > 1
        and (tag[0] == "n" or tag in _NOUN_TAGS)
        and asking.isdisjoint(range(at, at + len(word)))
    ]


def find_date(text: str) -> Range | None:
    """Return the range of the first day, month, year or period that is named."""
    match = DATE.search(fold(text)) or _PERIOD.search(fold(text))
    return match.span() if match else None


# The words that ask.
ASKING = re.compile(
    r"为什么|为何|为啥|什么时候|什么时间|什么地方|什么人|何时|何地|何处|何人|哪里|哪儿|哪[一]?[年月天日](?!前)"
    r"|哪些|哪几|哪[一]?|谁|怎么样|怎么|怎样|如何|什么|啥|多少|几|多[大长高宽远重深久厚快](?:时间)?"
)
