"""Words -> Question.

In: a question that stands by itself. Out: the same, checked, with what kind of thing would answer it.
Does not know the archive, or what was asked before: converse.py does.
"""

import re
from functools import lru_cache

from index.errors import EmptyQuestion, LongQuestion
from index.text import HAN, fold, tagged, words
from qa.records import Question, Wanted

MAX_LENGTH = 1000
MAX_PARTS = 4
# So many questions are kept with their parts, which are looked at for every sentence: 0.5 MB, 3 at most.
_PARTED = 256

_COUNTED = r"多少|几(?!乎|何|经|度)|多大|多高|多长|多久|多远|多重|多宽|多深|多快|多厚"
_KINDS: tuple[tuple[Wanted, str], ...] = (
    ("time", r"什么时候|什么时间|何时|哪[一]?[天年月日]|几[月号点时]|哪个[月日季]|啥时候|时间是"),
    ("reason", r"为什么|为何|为啥|何以|原因|缘由|怎么会|凭什么"),
    (
        "list",
        rf"哪些|哪几|哪[二三四五六七八九十两0-9]|分别|[指有]的?是什么|几[个大]?步|[都括][{HAN}]{{0,3}}什么",
    ),
    ("number", rf"{_COUNTED}|比例|占比|[{HAN}]率(?:是|为|有|达)?[?？]?$"),
    ("person", r"谁|何人|什么人|哪位|哪名"),
    ("place", r"哪里|哪儿|何处|何地|什么地方|在哪"),
    ("body", r"哪[一]?[个家所部本份支项条种座篇首间]|什么(?=[机单公部组学医银协])"),
    ("way", r"怎么|如何|怎样|咋"),
    ("meaning", r"^(?:请问)?什么[是叫]|什么(?:意思|含义)|何谓"),
    ("whether", r"是否|能否|[有是能会该][没不][有是能会该]|可不可以|吗$"),
)  # fmt: skip
_PATTERNS = tuple((kind, re.compile(pattern)) for kind, pattern in _KINDS)

_AROUND = " ,，。.、"
# A few words that end in a noun, with no such mark among them, name what is looked for: 乌镇峰会; with a verb
# before it, where the noun is what can be asked of a thing, or an office: 乌镇峰会举办时间.
_SHORT = 16
_MARKS = re.compile(r"[\s,;:!。“”\"]")
_ATTRIBUTE = re.compile(
    r"(?:时间|日期|地[点址]|位置|[人次总]数|数[量目值额]|[总金]额|[票房单定售]?价格?|费用?|成本|规模|面积|距离|重量"
    r"|[长宽高深厚温速强热密]度|年[龄纪]|排名|名[次单称字额]|姓名|比[分例]|成绩|得分|结果|原因|理由|目的|影响|意义"
    r"|主题|口号|内容|特点|标准|条件|方[式法]|步骤|流程|规[定则]|吉祥物|作[者品]|导演|主[演角]|演员|嘉宾|[歌选教]手"
    r"|[冠亚季]军|得主|职[业务位]|国籍|人口|首都|电话|网址|.[者长员]|总[统理裁]|主席|首相|国王|书记)$"
)
# What a question is made of besides its subject; taken out before searching.
_ASKING = re.compile(
    r"(?:多大|什么)(?:年纪|年龄|岁数)"
    rf"|(?:从|在|是)?(?:哪[里儿]|什么地方|何[处地])(?:来的?|的?人(?![{HAN}]))?"
    r"|在哪(?![一几些个家名位所部本份支项条种座篇首间天年月日])"
    rf"|[有是]?(?:{_COUNTED}|什么(?:时候|时间|样)?|为(?:什么|何|啥)|怎么样?|怎样|如何|咋|谁|何时|何人)"
    r"|哪[一]?[天年月日]|哪些|哪[一几]?[个家名位所部本份支项条种座篇首间些]?"
    r"|一共|总共|总计|合计|大概|大约|是不是|有没有|能不能|请问|告诉我|我想知道"
    r"|吗|呢|啊|吧|么|[?？!！]"
)


def understand(text: str) -> Question:
    """Return the question that `text` asks.

    Raises EmptyQuestion where there is no word in it, LongQuestion above 1,000 characters.
    """
    asked = " ".join(text.split())
    if len(asked) > MAX_LENGTH:
        raise LongQuestion(
            f"The question has {len(asked):,} characters, at most {MAX_LENGTH:,} can be asked. "
            "Ask in a sentence or two what you want to know."
        )
    if not _has_words(asked):
        raise EmptyQuestion(
            "The question is empty. Type what you want to know, for instance: 谁帮农民工讨回了工资?"
        )
    return Question(asked, asked, _wanted(asked))


def _has_words(text: str) -> bool:
    return any(True for _ in words(text))


@lru_cache(_PARTED)
def subject(question: str) -> str:
    """Return `question` without the words that ask: what it is about."""
    kept, at = [], 0
    for match in _ASKING.finditer(fold(question)):  # folded it is as long, and 誰 is 谁
        kept.append(question[at : match.start()])
        at = match.end()
    return " ".join(" ".join([*kept, question[at:]]).split()).strip(_AROUND)


def asks(question: Question) -> bool:
    """Tell whether a text asks for something; a headline does not, nor do some words to look for.

    What is exclaimed is not asked: 注意!京津冀再现强降雨.
    """
    asking = (match[0] for match in _ASKING.finditer(fold(question.text)))
    return question.wanted != ("other",) or any(word not in "!！" for word in asking)


def tells(question: Question) -> bool:
    """Tell whether a text says what happened, as a headline does; one that asks or names a thing does not."""
    if asks(question):
        return False
    text = fold(question.text)
    tags = tagged(text)
    if not tags or not tags[-1][1].startswith("n") or len(text) > _SHORT or _MARKS.search(text):
        return True
    return any(tag[1].startswith("v") for tag in tags[:-1]) and not _ATTRIBUTE.search(text)


def _wanted(asked: str) -> tuple[Wanted, ...]:
    """Return what kinds of thing the parts of the question want, in order; ("other",) where none shows."""
    return tuple(kind for kind, _ in split_parts(asked)) or ("other",)


def ask_parts(question: Question) -> list[str]:
    """Return a stand-alone question for each part that asks for something; one for most questions.

    "队长是谁,多大年纪?" asks whose age only in its first part: the others get what that one is about.
    """
    parts = split_parts(question.text)
    if len(parts) < 2:
        return [question.standalone]
    # Folding keeps offsets: ＧＤＰ is where gdp is.
    second = re.search(rf"[,;?!]\s*{re.escape(parts[1][1].strip())}", fold(question.standalone))
    first = question.standalone[: second.start()] if second else ""
    first = first.strip(" ,，;；?？") or parts[0][1]
    about = fold(subject(first))
    return [first, *(part if about in part else f"{about}{part}" for _, part in parts[1:])]


@lru_cache(_PARTED)
def split_parts(asked: str) -> tuple[tuple[Wanted, str], ...]:
    """Return the folded parts of a question that ask for something ("who, and how old?"), with its kind.

    Each once, and MAX_PARTS at most: every one is read for.
    """
    found: dict[tuple[Wanted, str], None] = {}
    for part in re.split(r"[,;?!]", fold(asked)):
        kind = next((kind for kind, pattern in _PATTERNS if pattern.search(part)), None)
        if kind:
            found.setdefault((kind, part))
    return tuple(found)[:MAX_PARTS]
