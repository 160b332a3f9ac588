"""A made archive of 江州, which is nowhere: pages with and without date, items with and without district."""

from pathlib import Path

_QINGLIN = """青林区

青林区清洁供暖进万家

本报讯(记者 李明)青林区今年为3200户居民改造了供暖管道,共投入资金860万元。大气污染防治办公室每周巡查。

白石区

秸秆打捆离田变成宝

本报讯(记者 王芳)白石区购置秸秆打捆机45台,农户每亩增收30元。大气污染防治指挥部说,秋收以来没有发现一处火点。
"""
_BRIDGE = """白石区

望江大桥昨日合龙

本报讯(记者 赵强)白石区的望江大桥昨日合龙,大桥长1280米,总投资4.6亿元。通车以后过江只要五分钟。

青林区

夜市摊主志愿扫街

本报讯(记者 李明)青林区的夜市收摊以后,60名志愿者拿起扫帚,把三条街扫得干干净净。志愿者队长叫何秀兰,今年58岁。
"""
_OLD = """望江大桥开工建设

本报讯(记者 赵强)望江大桥昨日开工建设,计划总投资3.9亿元,工期两年。桥梁工程师孙立介绍,桥墩要打入江底40米。
"""
_UNDATED = """老街茶馆重新开张

本报讯(记者 周平)2016年10月,关了八年的老街茶馆重新开张,头一天卖出茶水700碗。
掌柜吴德贵说,志愿者帮忙修好了戏台。

柳河县

柳河县山区通了公交车

本报讯(记者 周平)柳河县的山区昨日通了公交车,共设站点26个,票价2元。大气质量好的山沟里,游客多了起来。
"""
PAGES = {
    "江州晚报/2016-10-25/A01.txt": _QINGLIN,
    "江州晚报/2016-10-26/A03.txt": _BRIDGE,
    "江州日报/2014-10-02/B03.txt": _OLD,
    "柳河.txt": _UNDATED,
}


def print_gazette(folder: Path) -> Path:
    """Write the pages below `folder` and return it."""
    for name, text in PAGES.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    return folder
