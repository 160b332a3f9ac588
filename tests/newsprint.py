"""Made pages for the tests: noise, and a dozen stories that lab/press.py prints with more or less damage."""

import random
import string
from bisect import bisect_left, bisect_right
from dataclasses import replace

from hypothesis import strategies as st

from index.records import Page, Reading, Span
from index.text import fold
from lab.press import Damage, Item, Sheet, Story, set_page

# Three pages of one article each.
ONE = "社区帮讨薪 民工送锦旗\n\n本报讯(记者 王影)6名农民工终于领到了工资。\n"
TWO = "居民楼前新路修通了\n\n本报讯(记者 李明)坑洼不平的道路昨日硬化完工。\n"
THREE = "公园菊花开了市民来\n\n本报讯(记者 张三)人民公园的菊花昨日全部盛开。\n"

LINE_ENDS = ("\n", "\r\n", "\r", "\u2028", "\u2029", "\f", "\x0b")
FRAGMENTS = [
    "社区帮讨薪 民工送锦旗", "区街动态", "金水区", "大学路办事处", "管理规定(试行)",
    "本报记者 王影 通讯员 申宝玲", "□记者 李明 文/图", "(通讯员 李娟)", "（记者 王影）", "摄",
    "本报讯(记者 刘伟平 通讯员 王振)近日,二七区建立了容错机制。",
    "昨日下午2时许,6名农民工领到了工资。", "他说:“快停下来。", "”说完就走了,", "天空中飘着雪",
    "●近日,区人社局完成了年度晋升工资工作,共有四千人。",
    "图为居民参加活动。本报记者 王思俊 摄",
    "第一条 为了规范管理,制定本规定。", "第二条 本规定自发布之日起施行。", "一是率先垂范;", "2016年78.9%",
    "。", "……", "，", "“", "”", "   ", "　　", "\t", "😀", "é", "〇", "\ufeff",
    *LINE_ENDS, "\n\n", "\n \n\n",
]  # fmt: skip
noise = st.lists(st.sampled_from(FRAGMENTS) | st.text(max_size=5), max_size=40).map("".join)


def page_of(text: str) -> Page:
    return Page("page.txt", "/page.txt", text, "utf-8", "0" * 64)


def assert_complete(page: Page, reading: Reading) -> None:
    """What must hold of any page: every character has one place, and nothing is said that it does not say."""
    text = page.text
    taken = [span for article in reading.articles for span in (*article.spans, *article.head)]
    squeezed = "".join(fold(text).split())
    places = sorted([*taken, *(item.span for item in reading.furniture)])
    assert all(len(place) for place in places)
    edges = [0, *(at for place in places for at in (place.start, place.end)), len(text)]
    assert edges[::2] == edges[1::2]  # each begins where the last one ended
    for article in reading.articles:
        assert article.text == "".join(text[span.start : span.end] for span in article.spans)
        assert article.text.strip()
        printed = "\n".join(text[span.start : span.end] for span in article.head)
        for part in (article.headline, article.kicker, article.subtitle, article.byline, article.district):
            assert part is None or "".join(fold(part).split()) in squeezed
        for part in (article.headline, article.kicker, article.subtitle):
            # The items of a column of briefs share a head, which only the first one holds.
            assert part is None or article.kind == "brief" or all(word in printed for word in part.split())
        assert all(date in article.text for date in article.dates)
    for item in reading.furniture:
        said = text[item.span.start : item.span.end]
        match item.kind:
            case "blank":
                assert not said.strip()
            case "mark":
                assert set(said) <= set("#" + string.whitespace + "　"), said
            case "repeat":
                again = "".join(fold(said).split())
                assert again in squeezed[squeezed.find(again) + 1 :]
            case "section" | "imprint":
                assert said.strip()
    assert_joins(page, reading)


def assert_joins(page: Page, reading: Reading) -> None:
    """A join leads from the end of one piece to the beginning of another one of the same article."""
    owner = {span: article for article in reading.articles for span in article.spans}
    spans = sorted(owner)
    ends = [span.end for span in spans]
    repeats = {item.span for item in reading.furniture if item.kind == "repeat"}
    folded = fold(page.text)
    for join in reading.joins:
        assert 0 <= join.score <= 1
        before = spans[bisect_left(ends, join.before)]
        after = spans[bisect_right(ends, join.after + join.repeated)]
        assert before.start < join.before <= before.end
        assert after.start <= join.after + join.repeated < after.end
        assert owner[before] is owner[after]
        if join.closed:
            assert join.before == before.end
            assert join.after + join.repeated == after.start
        if join.repeated:
            again = Span(join.after, join.after + join.repeated)
            assert folded[again.start : again.end] == folded[join.before - len(again) : join.before]
            assert again in repeats


# ---- pages that lab/press.py prints ---------------------------------------------------------------------

# Twelve stories on twelve topics, in the manner of a city's newspaper; no sentence stands in two of them.
STORIES = [
    Story(
        "加装电梯圆了老人下楼梦",
        (
            "清晨六点，家住六楼的周桂兰推着小车走进电梯，四十秒后就到了一楼。从前她腿脚不便，一个月也难得下楼一回，买米买面全靠女儿送上门。",
            "这部电梯所在的老旧小区建于上世纪九十年代，住户多半已过花甲。去年春天，社区把加装电梯列为头一件实事，请来设计院逐个单元测量，又挨家挨户征求意见。",
            "一楼住户担心采光和噪声，顶楼住户盼着早日动工，楼道里的议事会前后开了十九次。最后大家商定，费用按楼层分摊，一楼不出钱，还能得到一笔补偿。",
            "“电梯装好了，邻居的心也近了。”楼长赵国栋说。眼下，小区里另外五个单元也报了名，施工图纸已经送审。",
        ),
    ),
    Story(
        "麦收时节农机昼夜不停",
        (
            "五月底的田野一片金黄，收割机排成一列驶进麦地，身后扬起细碎的麦芒。种粮大户马保田抓起一把麦粒搓了搓，籽粒饱满，他估摸亩产能过千斤。",
            "农业农村局从外地调来三百台收割机，在高速路口设了接待站，机手可以免费加水、吃饭、检修。气象台每三个小时发布一次麦区预报，抢在阴雨之前把粮食收进仓里。",
            "为了防止焚烧秸秆，合作社把麦秸打成捆卖给养牛场，每亩地又多得四十元。夜里地头亮着大灯，播种机跟在收割机后面，把玉米种子一垄一垄播下去。",
        ),
    ),
    Story(
        "图书馆夜场坐满读书人",
        (
            "晚上九点半，市图书馆二楼的自习区里仍然座无虚席，只听见翻书和敲键盘的声音。从本月起，闭馆时间由傍晚六点推迟到十点，借还书的窗口也照常开放。",
            "馆长林若彤介绍，夜场开放的头一周，进馆人次比往常多出四成，其中大半是下班赶来的青年。一位备考的护士说，宿舍里太吵，在书架旁边坐下来才静得下心。",
            "图书馆还把讲座挪到了晚间，请作家谈长篇小说，请学者讲甲骨文。为了让读者安心回家，公交公司把末班车也推迟了半个小时。",
        ),
    ),
    Story(
        "假冒名酒窝点被端掉",
        (
            "一间不起眼的出租屋里，灌装机、假商标和空酒瓶堆到了屋顶。日前，公安民警会同市场监管人员突击检查，当场查获假冒白酒六千余瓶，案值三百多万元。",
            "案子的线索来自一通举报电话。有顾客在烟酒店买到一箱名酒，喝着味道不对，便拨打了投诉热线。侦查员顺着送货的面包车一路追踪，摸清了这伙人进料、灌装、销售的路数。",
            "经审讯，犯罪嫌疑人孙某交代，他们从废品站收来旧酒瓶，灌进几元一斤的散酒，贴上标签后以十倍的价钱卖出。目前五名嫌疑人已被刑事拘留，案件正在进一步侦办之中。",
        ),
    ),
    Story(
        "主力门将伤愈重返赛场",
        (
            "昨晚的主场比赛中，因伤缺阵半年的门将韩卫东重新披挂上阵，九十分钟里做出七次扑救，帮助球队以一比零小胜对手，赢得本赛季的第八场胜利。",
            "比赛第六十三分钟，前锋段飞翔接到角球头球破门，看台上的两万名球迷一起跳了起来。此后客队大举压上，补时阶段获得点球，韩卫东判断准确，把皮球托出了横梁。",
            "主教练赛后表示，球员们的体能还没有恢复到最好，防线上的漏洞也不少。下一轮联赛，球队将客场挑战积分榜上的领头羊，后卫线需要重新排兵布阵。",
        ),
    ),
    Story(
        "河道清淤赶在汛期之前",
        (
            "挖掘机的长臂伸进河里，一斗一斗的黑色淤泥被装上驳船。沿河的居民说，这条河多年没有清过底，一到夏天臭味熏人，暴雨一来水就漫上堤岸。",
            "水利部门今年投入两千万元，对城区十七公里的河道疏浚拓宽，同时改造沿线的排水口，把雨水和污水分开。工程师江海介绍，完工以后河道的行洪能力可以提高一倍。",
            "挖出来的淤泥经过脱水和检测，一部分运到苗圃当作肥土，一部分烧成透水砖铺在岸边的步道上。按照计划，全部工程要在六月汛期到来之前结束。",
        ),
    ),
    Story(
        "皮影戏走进小学课堂",
        (
            "白色的幕布后面亮起灯光，一只纸做的猴子翻着筋斗跳了出来，教室里顿时响起笑声。拉动竹棍的是四年级学生钱子轩，他学皮影戏才两个月。",
            "教课的老艺人姓尹，今年七十三岁，祖上三代都靠刻皮影吃饭。他把牛皮换成硬卡纸，把刻刀换成剪刀，手把手教孩子们剪出关公的胡须和花旦的裙摆。",
            "校长说，把非物质文化遗产请进校园，不是要孩子们都去当艺人，而是让他们知道老祖宗的手艺有多巧。学期末，学校打算排一出闹天宫，请家长们来当观众。",
        ),
    ),
    Story(
        "地铁九号线全线贯通",
        (
            "随着盾构机的刀盘破土而出，地铁九号线最后一段区间隧道昨日贯通。这条线路全长二十八公里，设站二十一座，北起火车站，南到机场航站楼。",
            "最后这段隧道要从既有铁路的股道下方穿过，最浅的地方离枕木只有六米。项目经理石文斌带着技术员守在监测屏前，把地面沉降控制在两毫米以内，列车一趟也没有停。",
            "接下来，施工单位将铺设轨道、安装信号和供电设备，预计明年年底试运行。到那时，市民从市中心坐车去机场只需三十五分钟，票价也比大巴便宜一半。",
        ),
    ),
    Story(
        "流感疫苗开始接种",
        (
            "天气转凉，流感进入高发季节。记者昨日从疾控中心获悉，今年的流感疫苗已经配送到全市一百六十家接种门诊，六十五岁以上的老人和中小学生可以免费接种。",
            "疾控中心医师薛丽萍提醒，疫苗注射之后大约两周才会产生抗体，因此最好在流行高峰到来之前接种。对鸡蛋过敏或者正在发烧的人，要先问过医生再做决定。",
            "儿童医院的发热门诊近来每天接诊三百多名患儿，候诊大厅增加了座椅和护士。医生建议家长给孩子勤洗手、多喝水，教室要经常开窗通风，不必一咳嗽就往医院跑。",
        ),
    ),
    Story(
        "夜市摊主凑钱修好路灯",
        (
            "一条卖烧烤和小吃的街巷，因为路灯坏了大半年，入夜以后黑灯瞎火，食客越来越少。卖凉皮的乔红梅忍不住，在摊主的微信群里提议大家凑钱把灯修好。",
            "四十二户摊主一共凑了九千六百元，请电工换上节能灯泡，又在巷口挂起一排红灯笼。灯亮起来的当天晚上，卖羊肉串的老崔多卖了两百串，炒酸奶的小店排起了长队。",
            "城管队员得知这件事以后，帮摊主们划出停车位，添置了垃圾桶和油水分离池。如今夜市收摊之后，摊主们轮流值日扫地，地面上看不见一根竹签。",
        ),
    ),
    Story(
        "天文台发现一颗新彗星",
        (
            "紫金山脚下的观测站里，一台口径一米的望远镜连续拍摄了十一个夜晚，研究人员在星空照片上辨认出一个缓慢移动的光斑，证实那是一颗从未记录过的彗星。",
            "据天文学家龚凯计算，彗星绕太阳一周大约需要八百年，明年三月将运行到离地球最近的位置，亮度可达五等。在没有灯光污染的山区，肉眼就能看到一条淡淡的彗尾。",
            "国际天文联合会已经给这颗彗星编了号，轨道数据向各国公布。观测站还准备在山顶举办观星夜，邀请天文爱好者带着自己的双筒镜来追踪它的踪迹。",
        ),
    ),
    Story(
        "外贸企业订单排到年底",
        (
            "在开发区的一家纺织厂里，两百台织机日夜轰鸣，一卷卷印花布料下线之后直接装进集装箱。厂长武建国说，欧洲客户的订单已经排到了年底，工人三班倒还是忙不过来。",
            "纺织厂上半年也吃过汇率波动的亏，海运价格翻了一番，订单越多赔得越多。海关推出预约通关，把集装箱在港口停留的时间从两天缩短到六个小时，银行也给厂里提供了低息贷款。",
            "统计显示，今年前八个月全市进出口总额同比增长百分之十二点四，其中纺织品和机电产品占了六成。商务局还组织企业到海外参展，帮他们避开单一市场的风险。",
        ),
    ),
]


def print_page(damage: Damage, seed: int, count: int = 5) -> Sheet:
    """A page of `count` of the stories; its captions and briefs say what stands in the others."""
    rng = random.Random(seed)
    chosen = rng.sample(range(len(STORIES)), count)
    fillers = [story for number, story in enumerate(STORIES) if number not in chosen]
    return set_page([STORIES[number] for number in chosen], damage, rng, fillers)


@st.composite
def printed_pages(draw: st.DrawFn, most: float = 2.0) -> tuple[str, Sheet]:
    """A page of some of the stories at any level of damage up to `most`."""
    damage = Damage.at(draw(st.floats(0, most)))
    sheet = print_page(damage, draw(st.integers(0, 10**6)), draw(st.integers(1, 6)))
    return sheet.text, sheet


# Columns cut in mid-sentence, characters repeated at the seams, captions between the columns.
MILD = replace(
    Damage.at(1), moved=0, lost=0, dropped=0, continued=0, broken=0, copies=0, subheads=0, sections=0,
    briefs=0, mastheads=0, documents=0, kickers=0, subtitles=0, labels=0,
)  # fmt: skip


@st.composite
def credited_pages(draw: st.DrawFn) -> tuple[str, list[Item], list[str]]:
    """A page of stories, one below the other, each with a head and a credit; its items and their bodies.

    Nothing is lost and nothing stands out of its place.
    """
    sheets = []
    for number in draw(st.lists(st.integers(0, len(STORIES) - 1), min_size=1, max_size=5, unique=True)):
        rng = random.Random(draw(st.integers(0, 10**6)))
        sheets.append(next(s for s in iter(lambda n=number, r=rng: _print_story(n, r), None) if _credited(s)))
    items = [item for sheet in sheets for item in sheet.items]
    bodies = [body for sheet in sheets for body in _bodies(sheet)]
    return "\n\n".join(sheet.text.strip() for sheet in sheets) + "\n", items, bodies


def _print_story(number: int, rng: random.Random) -> Sheet:
    return set_page([STORIES[number]], MILD, rng)


def _credited(sheet: Sheet) -> bool:
    """Whether the credit stands above the text or opens it; elsewhere it may be another story's.

    A single character that a seam repeats is left out too: 天天 may be a word.
    """
    first, *_ = _bodies(sheet)
    above = [part.kind for part in sheet.parts] == ["headline", "byline"]
    above = above and sheet.parts[1].span.end < sheet.pieces[0].span.start
    dated = first.startswith(("本报讯(记者", "本报讯（记者"))
    return (above or dated) and all(piece.repeated != 1 for piece in sheet.pieces)


def _bodies(sheet: Sheet) -> list[str]:
    bodies = [""] * len(sheet.items)
    for sentence in sheet.sentences:
        bodies[sentence.article] += "".join(sheet.text[span.start : span.end] for span in sentence.spans)
    return bodies
