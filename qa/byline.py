"""A byline -> the names in it.

In: a byline as printed, or what a table says of authors. Out: the names of those who wrote, in their order.
Does not know what the names are for. Nobody is made up: what is no name is left out.
"""

import re
from collections.abc import Iterator

_HAN = "㐀-鿿豈-﫿"
_CHINESE = re.compile(f"[{_HAN}]")
_LONGEST = 400
_APART = re.compile(r"[\n\r\t、,，;；/／\\|｜:：+&＆□■◎◇○●◆▲△★☆※]+")
_BRACKETED = re.compile(r"[(（【\[〔《][^()（）【】\[\]〔〕《》]*[)）】\]〕》]")
_BRACKET = re.compile(r"[()（）【】\[\]〔〕《》]")
_SPACED = re.compile(rf"(?<![^ 　])([{_HAN}])[ 　]+([{_HAN}])(?![^ 　])")
# Who is named behind the role wrote it, or took the picture: 本报记者, 郑州日报全媒体记者, 特约通讯员王影.
_ROLE = re.compile(
    r".*?(?:(?P<edits>编辑|編輯|责编|責編|美编|美編|校对|校對|版式|统筹|統籌|策划|策劃|审核|審核|监制|監製)|"
    r"记者|記者|通讯员|通訊員|特派员|特派員|撰稿人?|实习生|實習生|作者|撰文|采写|採寫|摄影|攝影)(?P<name>.*)"
)
# A paper signs its own opinion with this, and no name: 本报评论员.
_COMMENTS = re.compile(r"(?P<house>.*(?:评论员|評論員))(?P<name>.*)")
# How something was made, or where it came from.
_NOBODY = re.compile(
    r"[文图圖摄攝]|文[图圖]|[图圖]文|摄像|攝像|(?:摄影|攝影|本报|本報|综合|綜合|专题|專題|联合|聯合)*(?:报道|報道|報導)|"
    r"(?:综合|綜合)?整理|综合|綜合|[供制製][稿图圖]|[编編]?[译譯]|翻译|翻譯|"
    r"(?:[据據]|本[报報]|.*[社网網报報日]).*(?:[讯訊电電]|消息)"
)
_TAKEN = re.compile(rf"(?<=[{_HAN}]{{2}})(?:摄影?|攝影?|文[图圖]|[图圖]文)$")
_OTHERS = re.compile(rf"(?<=[{_HAN}])等人?$|^等人?$")


def list_authors(byline: str) -> tuple[list[str], bool]:
    """Return the names in a byline in their order, and whether it says that there are others (等).

    Editors are no authors. A commentator whom the paper does not name is named as it does: 本报评论员.
    """
    byline = byline[:_LONGEST]
    names, others = _read(_BRACKETED.sub(" ", byline))
    return (names, others) if names else _read(_BRACKET.sub(" ", byline))


def _read(plain: str) -> tuple[list[str], bool]:
    names: list[str] = []
    others = edits = False
    for token in _tokens(_SPACED.sub(r"\1\2", plain)):
        name = token
        if comments := _COMMENTS.fullmatch(token):
            edits, name = False, comments["name"] or comments["house"]
        elif role := _ROLE.fullmatch(token):
            edits, name = role["edits"] is not None, role["name"]
        bare = _OTHERS.sub("", name)
        others = others or (bare != name and not edits)
        bare = _TAKEN.sub("", bare).strip(" 　·.-—")
        if bare and not edits and not _NOBODY.fullmatch(bare) and any(map(str.isalpha, bare)):
            names.append(bare)
    house = [name for name in names if _COMMENTS.fullmatch(name)]
    named = [name for name in names if name not in house]
    return list(dict.fromkeys(named or house)), others and bool(named)


def _tokens(plain: str) -> Iterator[str]:
    """Yield what stands apart. Blanks part Chinese names, and join the parts of a name in letters."""
    for part in _APART.split(plain):
        letters: list[str] = []
        for word in part.split():
            if not _CHINESE.search(word):
                letters.append(word)
                continue
            if letters:
                yield " ".join(letters)
                letters = []
            yield word
        if letters:
            yield " ".join(letters)
