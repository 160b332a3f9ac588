"""Words and the conversation before them -> Question.

In: what somebody typed, and the questions asked before. Out: the question in a form that can be
searched by itself, and what kind of thing would answer it.
Does not know the archive.
"""

import re
from collections.abc import Sequence

from index.errors import EmptyQuestion, LongQuestion
from index.text import HAN, NAME_TAGS, fold, tagged, words
from qa.records import Question, Wanted

MAX_LENGTH = 1000
# How far back a question is looked for that stands by itself.
_TURNS = 8

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
)  # fmt: skip
_PATTERNS = tuple((kind, re.compile(pattern)) for kind, pattern in _KINDS)

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
_SPACES = re.compile(rf"(?<=[{HAN}]) (?=[{HAN}])")
_REFERS = re.compile(
    rf"它|他们|她们|他|她|这(?![{HAN}]*[一二三四五六七八九十]是)|那|该(?=[{HAN}])|其(?!他|它|实|中|余)|此(?!外)|上述|前者|后者"
)
_CONTINUES = re.compile(r"那|那么|还有|然后|另外|再|又|而|所以|一共|总共|共|后来|结果|其中|具体")
_WHAT_OF = re.compile(r"呢[?？]?$")


def understand(text: str, history: Sequence[str] = ()) -> Question:
    """Return the question that `text` asks after the questions in `history` (oldest first).

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
    turns = (" ".join(turn.split()) for turn in history[-_TURNS:])
    earlier = [turn for turn in turns if len(turn) <= MAX_LENGTH and _has_words(turn)]
    standalone = asked
    if earlier and _leans_on_history(asked):
        # The turn before may itself have leaned on the one before it.
        topic = subject(understand(earlier[-1], earlier[:-1]).standalone).removesuffix("是")
        standalone = f"{_SPACES.sub('', topic)},{asked}"[-MAX_LENGTH:] if topic else asked
    return Question(asked, standalone, _wanted(asked))


def _has_words(text: str) -> bool:
    return any(True for _ in words(text))


def subject(question: str) -> str:
    """Return `question` without the words that ask: what it is about."""
    kept, at = [], 0
    for match in _ASKING.finditer(fold(question)):  # folded it is as long, and 誰 is 谁
        kept.append(question[at : match.start()])
        at = match.end()
    return " ".join(" ".join([*kept, question[at:]]).split()).strip(" ,，。.、")


def _leans_on_history(asked: str) -> bool:
    """Tell whether a question can only be understood from those before it.

    It points back (它, 这个, 那天), goes on (还有呢), or is short and names nobody and nothing.
    """
    folded = fold(asked)
    tokens = list(tagged(asked))
    # Whole words only: no 该 out of 应该, no 共 out of 共青团, no 那 out of 那曲.
    if any(
        _REFERS.match(folded, at) for word, tag, at in tokens if tag[0] in "rb" or word in ("前者", "后者")
    ):
        return True
    if _CONTINUES.fullmatch(tokens[0][0]) and not folded.startswith("再就业"):
        return True
    if _WHAT_OF.search(folded) and _wanted(asked) == ("other",):  # "圃田乡呢?", but not "建于哪年呢?"
        return True
    content = [(word, tag) for word, tag, _ in tagged(subject(asked))]
    named = any((tag in NAME_TAGS and len(word) > 1) or word in "“《" for word, tag in content)
    nouns = [word for word, tag in content if tag.startswith("n") or tag in ("vn", "l", "i")]
    return not named and len(nouns) <= 1 and len(asked) <= 12


def _wanted(asked: str) -> tuple[Wanted, ...]:
    """Return what kinds of thing the parts of the question want, in order; ("other",) where none shows."""
    return tuple(kind for kind, _ in split_parts(asked)) or ("other",)


def split_parts(asked: str) -> list[tuple[Wanted, str]]:
    """Return the folded parts of a question that ask for something ("who, and how old?"), with its kind."""
    found: list[tuple[Wanted, str]] = []
    for part in re.split(r"[,;?!]", fold(asked)):
        kind = next((kind for kind, pattern in _PATTERNS if pattern.search(part)), None)
        if kind:
            found.append((kind, part))
    return found
