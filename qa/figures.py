"""How many, how much: (part of the question, sentence) -> the figures of the sentence that could answer.

In: the folded words of one part of a question, and one sentence of a page. Out: ranges of the sentence, in
its order. Does not know which of them answers: extract.py chooses.
"""

import re
from collections.abc import Iterator
from functools import lru_cache

from index.days import DATE
from index.text import HAN, fold

Range = tuple[int, int]

_DIGITS = r"(?:\d+(?:,\d{3})*(?:\.\d+)?|[一二三四五六七八九十百千两〇零]+)"
_NUMBER = rf"{_DIGITS} ?(?:[多余几]?[万亿千百]*[多余几]?) ?"
_WEIGHTS, _LENGTHS = "kg|g|t", "km|cm|mm|m"
_UNITS = (
    "平方公里|平方米|立方米|平方|立方|英寸|英尺|英里|海里|公里|千米|厘米|毫米|公顷|公斤|千克|个百分点|百分点|美元|欧元|港元|日元|亿元|万元|人次|台次|辆次|"
    "个月|小时|分钟|口人|元|米|亩|吨|克|斤|人|名|位|岁|年|月|天|日|周|次|倍|成|层|摄氏度|℃|度|%|％|‰|"
    f"(?:km/h|kwh|kw|mah|ml|gb|tb|mb|ghz|mhz|hz|{_WEIGHTS}|{_LENGTHS})(?![a-z])"
)
_MEASURES = "个家所条件项次台辆户座起份笔棵株头只张本部篇首期场套批处道间幢栋款届支盏艘架匹亩桩步句"
_SAME_UNIT = {
    "名": "名|人|位",
    "位": "位|名|人",
    "所": "所|家",
    "家": "家|个",
    "辆": "辆|台",
    "人": "人|名|位",
    "度": "摄氏度|℃|度",
    "年": "年|个月|月|天|日|周",
}
_WHOSE_AGE = re.compile(
    rf"的([{HAN}]{{2,4}}?)(?:今年|现在|当时)?(?:有|是)?(?:多大|几岁|多少岁|年纪|年龄|岁数|高龄)"
)
_THING = re.compile(rf"多少([{HAN}]{{2}})")
_BESIDE = 4
# What says how many in words has no more characters: "全镇人口的三分之一".
_LONGEST = 20
# "63-74厘米", "五到十年": both ends of a range.
_QUANTITY = re.compile(rf"(?:{_NUMBER}(?:{_UNITS})?[-~—–至到])?{_NUMBER}(?:{_UNITS}|[{HAN}])")
_NO_QUANTITY = frozenset(f"一{second}" for second in "起步定些样般直旦边面致律系体同切线流方")
# Before a figure that is none: "第二天", the 7 of eQ7, the last of "4675/1910/1660mm".
_NO_BEFORE = re.compile(r"(?:第|[a-z]|\d/)$")
# "排名第四", "第23名", "第12届".
_ASKS_RANK = re.compile(rf"第(?:几|多少)([{HAN}])?|排名?(?:在|到)?(?:几|多少)([名位])")
_ASKS_HOW_OFTEN = re.compile("多久[^，,]*[一1]?[次期回场]|多长时间[^，,]*一次")
# "每周1次", "每两月一期": how often, rather than how many times.
_FREQUENCY = re.compile(
    rf"每(?:{_DIGITS}|个)?(?:天|日|周|星期|月|个月|年|季度?|小时|分钟){_DIGITS}[次期回场]"
)
# "被判了几年" is not answered by 2010年, 3月 or 8日.
_DAY = re.compile(r"\d{4}年|(?:\d{1,2}|[正一二三四五六七八九十]{1,3})[月日]")
# What a figure was, and what it has become; and what asks for the former.
_CHANGE = re.compile(
    r"[从由](?P<before>[^,，。;；、]{1,30}?)"
    r"(?:上升|上涨|上调|攀升|增长|增加|提高|提升|扩大|发展|下降|下跌|下调|降低|减少|缩短|缩小|[升涨增降减跌缩变])[至到为]"
)
_ASKS_BEFORE = re.compile("[从由]|原来|原先|以前|之前|此前|起初|最初|过去|曾")
_LISTED = re.compile(r"[^、,，。;；:：()（）]{1,20}(?:[、和与及][^、,，。;；:：()（）]{1,20})+")
_STOPS = re.compile("[。;；]")


def find_figures(part: str, sentence: str) -> list[Range]:
    """Return the figures that could say how many, or which in order."""
    folded = fold(sentence)
    if _ASKS_HOW_OFTEN.search(part):
        return [match.span() for match in _FREQUENCY.finditer(folded)]
    if rank := _ASKS_RANK.search(part):
        return _find_ranks(rank.group(1) or rank.group(2) or "名", folded)
    whose = _WHOSE_AGE.search(part)
    if whose and whose.group(1) not in folded:
        return []  # "甲的婆婆多大年纪" is not answered by the age of 甲
    found = list(_find_quantities(part, sentence, folded))
    return _in_turn(part, folded, _after_change(part, folded, found))


def _find_ranks(counted: str, folded: str) -> list[Range]:
    ranks = re.finditer(rf"第 ?{_DIGITS}(?: ?(?:{counted}|[名位]))?", folded)
    bare = re.finditer(rf"{_DIGITS}(?:{counted}|[名位])", folded)
    return [match.span() for match in ranks] or [match.span() for match in bare]


def _find_quantities(part: str, sentence: str, folded: str) -> Iterator[Range]:
    unit = expected_unit(part)
    thing = None if unit else _THING.search(part)
    lasting = bool(re.search("年|天", unit))
    for match in _QUANTITY.finditer(folded):
        if match.group() in _NO_QUANTITY or (lasting and _DAY.fullmatch(match.group())):
            continue
        if _NO_BEFORE.search(folded, 0, match.start()) or sentence[match.end() - 1].isupper():
            continue  # grams are no 5G
        if thing and thing.group(1) not in folded[max(match.start() - _BESIDE, 0) : match.end() + _BESIDE]:
            continue  # "多少垃圾" names no unit, but 2次 counts no 垃圾
        if re.search(rf"(?:{unit})$" if unit else ".", match.group()):
            yield match.span()
            continue
        # "人口超过10万" leaves the unit out.
        bare = "人" in unit and re.compile(rf"{_DIGITS}[万亿](?![{HAN}])").match(folded, match.start())
        if bare and "人口" in folded[max(match.start() - 2 * _BESIDE, 0) : match.start()]:
            yield bare.span()
            continue
        # 台 in the question, 台次 on the page; 口人 in both.
        longer = re.compile(rf"{_NUMBER}(?:{unit})[次人]?").match(folded, match.start())
        if longer:
            yield longer.span()


def _after_change(part: str, folded: str, figures: list[Range]) -> list[Range]:
    """Leave out what a figure was before it changed: "从14.9%上升至34%", unless that is asked for."""
    if _ASKS_BEFORE.search(part) or DATE.search(part):
        return figures
    gone = [match.span("before") for match in _CHANGE.finditer(folded)]
    left = [item for item in figures if not any(low <= item[0] < high for low, high in gone)]
    return left or figures


def _in_turn(part: str, folded: str, figures: list[Range]) -> list[Range]:
    """Return the one of several figures that is said of what the question names.

    "甲村、乙村和丙村分别修路3公里、5公里和8公里": as many figures as things, in the same order.
    """
    at = folded.find("分别")
    if at < 0:
        return figures
    stop = _STOPS.search(folded, at)
    behind = [item for item in figures if at < item[0] < (stop.start() if stop else len(folded))]
    asked = part.replace(" ", "")
    for listed in _LISTED.finditer(folded[:at]):
        things = [thing.replace(" ", "") for thing in re.split("[、和与及]", listed.group())]
        named = [n for n, thing in enumerate(things) if thing in asked]
        if named and len(things) == len(behind):
            return [behind[max(named, key=lambda n: len(things[n]))]]
    return figures


@lru_cache(256)  # 0.5 MB: it is looked at for every sentence
def expected_unit(part: str) -> str:
    """Return a pattern for the unit that a "how many" asks for; empty where any will do."""
    counted = re.search(rf"(?:多少|几)({_UNITS}|[{_MEASURES}])", part)
    if counted:
        unit = counted.group(1)
        return _SAME_UNIT.get(unit, re.escape(unit))
    for words, unit in (
        (r"面积|占地|多大地方", "平方公里|平方米|公顷|亩|平方"),
        (r"年纪|年龄|岁", "岁"),
        (r"多大(?!比例|的?(?:规模|力|压))", "岁|平方公里|平方米|公顷|亩|平方"),
        (r"比例|占比|百分|率", "%|％|‰|个百分点|成"),
        (r"多久|多长时间", "年|个月|月|天|日|周|小时|分钟"),
        (r"钱|资金|工资|费用|收入|投资|金额|经费|价|现金|[善捐罚贷存借赔]款|奖金|补贴", "元"),
        (rf"多少[{HAN}]{{0,5}}?[人员者]|人数|人口", "人|名|位"),
        (r"多重|重量|体重|净重|总重", f"公斤|千克|克|吨|斤|{_WEIGHTS}"),
        (r"时速|车速|速度|多快", f"公里|千米|米|迈|km/h|{_LENGTHS}"),
        (r"温度|气温|水温|体温", "摄氏度|℃|度"),
        (r"多高|多长|多宽|多深|多远", f"米|公里|千米|厘米|毫米|层|{_LENGTHS}"),
    ):
        if re.search(words, part):
            return unit
    return ""


def could_be_figure(part: str, folded: str, item: Range) -> bool:
    """Tell whether a range of a sentence, where no figure was found, may say how many: "一半", "4C"."""
    said = folded[item[0] : item[1]]
    if len(said) > _LONGEST or not re.search(_DIGITS, said):
        return False
    counted = re.search(rf"{_NUMBER}(?:{_UNITS}|[{_MEASURES}])", folded[item[0] : item[1] + 2])
    return not (expected_unit(part) and (counted or said.isdecimal()))
