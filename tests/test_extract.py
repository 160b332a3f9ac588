"""qa.extract: the exact words that answer, by rule. The newspaper sentences are invented here."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.extract import find_answers
from qa.question import understand
from qa.records import Guess


def extract(question: str, sentence: str) -> list[str]:
    return [sentence[slice(*one)] for one in find_answers(understand(question), sentence) if one]


FOUND = [
    # how many, how much
    ("柳河大桥修了多少天?", "经过连续85天的施工,长320米的柳河大桥昨日通车。", "85天"),
    ("柳河大桥有多长?", "经过连续85天的施工,长320米的柳河大桥昨日通车。", "320米"),
    ("果园占地多大?", "果园建于1998年,占地面积4600平方米,园主今年61岁。", "4600平方米"),
    ("水库的面积有多大?", "站长今年41岁,他守护的水库面积31.5平方公里。", "31.5平方公里"),
    ("这面画墙有多大?", "街道去年投入12万元,绘制了近500平方米的画墙。", "500平方米"),
    ("养蜂人今年多大年纪?", "67岁的养蜂人李大海住在3间瓦房里。", "67岁"),
    ("青山镇筹集了多少资金?", "青山镇筹资340余万元,为26个村修了水渠。", "340余万元"),
    ("水渠通到了多少个村?", "青山镇筹资340余万元,为26个村修了水渠。", "26个"),
    ("成立了多少个读书会?", "目前全镇成立了合唱团31个、读书会12个,参加者2000余人。", "12个"),
    ("工业产值的目标是多少?", "力争工业园区销售收入突破90亿元,工业产值突破20亿元,投资突破15亿元。", "20亿元"),
    ("有多少残疾人参加了比赛?", "近60名残疾朋友参加了8个项目的比赛。", "60名"),
    ("查扣了多少辆违规车?", "夜查中查扣违规车辆17台次,发通知书90份。", "17台次"),
    ("合格率是多少?", "全市抽检食品730批,合格率98.6%。", "98.6%"),
    ("志愿者多久清扫一次河岸?", "志愿者坚持每周2次清扫河岸,已清运垃圾30吨。", "每周2次"),
    ("到2030年还要建几座公园?", "2020年建成公园9座;2021年至2030年,再建公园4座。", "4座"),
    ("街道清理了多少垃圾?", "工地每日洒水2次,全街共清理生活垃圾110立方米。", "110立方米"),
    ("征集了多少意见?", "座谈会开了7场,向居民征集了200多条意见。", "200多条"),
    ("会计被判了几年?", "2014年3月8日,县法院判处会计有期徒刑十年。", "十年"),
    ("公司投资多少钱?", "公司将投资 1.94 亿美元建厂,厂区有6幢楼。", "1.94 亿美元"),
    ("岛上有多少人口?", "岛上人口超过10万,有街道8条。", "10万"),
    ("调解所成功调解了几起?", "调解所受理纠纷94起,成功调解92起,正在调解2起。", "92起"),
    ("2022年的收入是多少元?", "2022年财报显示,截至2022年12月31日,收入118亿元;2021年收入131亿元。", "118亿元"),
    ("龙舟队排名第几?", "龙舟队划了3轮,排名第四的成绩创下纪录。", "第四"),
    ("花市办到第几届了?", "为期10天的第12届花市有60家花店参展。", "第12届"),
    ("青山镇的绿化率是多少?", "青山镇绿化率已从2010年的14.9%上升至2013年的34%。", "34%"),
    ("2010年青山镇的绿化率是多少?", "青山镇绿化率已从2010年的14.9%上升至2013年的34%。", "14.9%"),
    ("合唱团从多少人发展起来?", "合唱团由30人发展到500人。", "30人"),
    ("西村修了多长的路?", "东村、西村和南村分别修路3公里、5公里和8公里;全镇修桥2公里。", "5公里"),
    ("电动车4K版卖多少钱?", "电动车有1K、4K、轻便4K,售价分别为279元、379元和999元。", "379元"),
    ("赛车的轴距是多少?", "赛车长宽高分别为4675/1910/1660mm,轴距2830mm。", "2830mm"),
    ("缆车最高时速多少?", "缆车功率155kW,车速最高可达18km/h,有4种座椅。", "18km/h"),
    ("蜂箱有多重?", "5G时代的蜂箱每只重650g,可用3年。", "650g"),
    ("水渠的水温是多少度?", "3月的水渠水温达到23~28℃,鱼苗长到5厘米。", "23~28℃"),
    ("合作社的K3收割机有多少台?", "合作社买来K3收割机、T9拖拉机,共26台。", "26台"),
    # why
    ("镇里为什么修水渠?", "这里地形多变、年年缺水,镇里因此决定修一条水渠。", "这里地形多变、年年缺水"),
    ("花市为什么停办?", "花市停办,原因是场地要翻修,因此花店关了门。", "场地要翻修"),
    ("学校为什么停课?", "学校因地震停课,书本因此没有发。", "因地震停课"),
    ("修桥的原因是什么?", "由于老桥垮了,因此县里筹资修桥。", "由于老桥垮了"),
    # when
    ("花市什么时候举办?", "花市将于11月10-19日在河西公园举办。", "11月10-19日"),
    ("水渠什么时候停水?", "水渠在1969年至1970年停水。", "1969年至1970年"),
    ("柳河大桥什么时候通车?", "2008年9月15日,柳河大桥建成通车。", "2008年9月15日"),
    ("敬老院建于什么时候?", "建于上世纪80年代初期的敬老院,昨日翻修一新。", "上世纪80年代初期"),
    # who
    ("青山镇的镇长是谁?", "青山镇镇长赵永强介绍说,水渠今年完工。", "赵永强"),
    ("谁救起了落水的孩子?", "渔民周树根跳入河中,救起了落水的孩子。", "周树根"),
    ("作者是哪位作家?", "作家鲁迅写的这篇小说被搬上舞台。", "鲁迅"),
    # where
    ("花市在哪里开幕?", "首届花市昨日在河西公园开幕。", "河西公园"),
    ("养蜂人是哪里人?", "来自信阳的养蜂人李大海在路边卖蜂蜜。", "信阳"),
    # which body, which title
    ("哪个社区办了食堂?", "上月,向阳里社区办起了老年食堂。", "向阳里社区"),
    ("哪家公司修建了厂房?", "厂房由宏图建筑公司修建。", "宏图建筑公司"),
    ("他们唱了哪首歌?", "孩子们合唱了《河边的歌》,掌声不断。", "河边的歌"),
    # which ones
    ("评选按哪几个步骤进行?", "评选按照报名、初审、复评、公示4个步骤进行。", "报名、初审、复评、公示"),
    ("平台有哪些栏目?", "平台分为新闻、服务、问答等三大板块,集多种功能于一体。", "新闻、服务、问答"),
    ("主题是哪三个一?", "以“知礼、守礼”为题,倡导的是问候、让座、关爱。", "问候、让座、关爱"),
    ("“三有”是哪三有?", "把小区建成有设施、有花园、有食堂的“三有”小区。", "有设施、有花园、有食堂"),
    ("学生去了哪两条河?", "学生沿东沙河和柳叶河捡拾垃圾、落叶、纸屑。", "东沙河和柳叶河"),
    ("救助包括哪些病?", "有村民、工人申请救助,救助的有肺癌、白血病等大病。", "肺癌、白血病"),
    # why
    ("他们为什么改名?", "因为队员都是退休教师,就起名为“园丁服务队”。", "因为队员都是退休教师"),
]  # fmt: skip


@pytest.mark.parametrize(("question", "sentence", "expected"), FOUND)
def test_the_words_that_answer_are_found(question: str, sentence: str, expected: str) -> None:
    assert extract(question, sentence) == [expected]


def test_a_question_of_two_parts_gets_both_answers_in_the_order_of_the_parts() -> None:
    sentence = "72岁的队长赵永强讲述了服务队20年来的故事。"
    assert extract("服务队的队长是谁,今年多少岁?", sentence) == ["赵永强", "72岁"]


SILENT = [
    # A wrong span is shown large, so these must find nothing.
    ("青山镇的镇长是谁?", "青山镇营造干净、有序、文明的环境,群众拍手叫好。"),
    ("青山镇的镇长是谁?", "青山镇的养蜂人周树根今年丰收。"),
    ("活动是谁组织的?", "近日,团委组织青山镇和纺织路街道志愿者清理河岸。"),
    ("李大海的妻子今年多大年纪?", "李大海今年44岁,全家4口人。"),
    ("养蜂人是哪里人?", "养蜂人在路边卖蜂蜜,生意很好。"),
    ("建桥的钱从哪里来?", "建桥资金在财政专户下单独核算。"),
    ("好处包括哪些方面?", "好处包括4个方面,即省时,省钱,少跑路,可以上门、预约或代办。"),
    ("水渠流经哪三个村?", "水渠流经柳河、东湖、青山、河西4个村。"),
    ("这是哪个时代的建筑?", "建筑由河西区文物局管理。"),
    ("他种的是哪种作物?", "他家住青山镇柳河村。"),
    ("街道清理了多少垃圾?", "工地每日洒水至少2次,出动车辆5台。"),
    ("剧场有多高?", "剧场可坐800人,票价20元。"),
    ("桥是什么时候修的?", "柳河大桥长320米,宽18米。"),
    ("他们为什么改名?", "服务队改了名字,大家都说好。"),
    ("怎样领取补贴?", "补贴由村、镇两级审核后发放。"),
]


@pytest.mark.parametrize(("question", "sentence"), SILENT)
def test_where_no_rule_is_sure_nothing_is_found(question: str, sentence: str) -> None:
    assert extract(question, sentence) == []


def test_what_stands_in_the_question_is_no_answer_to_it() -> None:
    assert extract("除了赵永强,还有谁参加了巡逻?", "昨晚,队员赵永强、孙建国参加了巡逻。") == ["孙建国"]


@pytest.mark.parametrize(("question", "sentence", "expected"), FOUND)
def test_full_width_figures_and_signs_are_found_where_they_stand(
    question: str, sentence: str, expected: str
) -> None:
    wide = str.maketrans({chr(code): chr(code + 0xFEE0) for code in [*range(0x30, 0x3A), 0x25, 0x2C]})
    assert extract(question, sentence.translate(wide)) == [expected.translate(wide)]


asked = st.sampled_from([question for question, *_ in FOUND + SILENT])
told = st.one_of(
    st.sampled_from([sentence for _, sentence, *_ in FOUND + SILENT]),
    st.text(max_size=80),
    st.lists(
        st.sampled_from(
            [
                "张",
                "广",
                "林",
                "·",
                "在",
                "、",
                "等",
                "5个",
                "3.5万",
                "元",
                "%",
                "《",
                "》",
                "2030年",
                "由",
                "镇",
            ]
        ),
        max_size=25,
    ).map("".join),
)


@given(asked, told)
def test_every_range_lies_in_the_sentence_and_there_is_at_most_one_for_each_part(question, sentence) -> None:
    understood = understand(question)
    found = find_answers(understood, sentence)
    assert len(found) == len(understood.wanted)
    ranges = [one for one in found if one]
    assert len(set(ranges)) == len(ranges)
    for start, end in ranges:
        assert 0 <= start < end <= len(sentence)
        assert sentence[start:end].strip()


def test_who_wrote_the_report_is_not_who_did_what_it_tells() -> None:
    sentence = "本报讯(记者 王海平 通讯员 李文)昨日上午,大堤加固工程通过验收,市水利局组织了验收。"
    assert extract("谁组织了大堤工程验收?", sentence) == []
    assert extract("写这篇报道的记者是谁?", sentence) == ["王海平"]


def test_who_edited_the_report_is_not_who_did_what_it_tells() -> None:
    said = "本报编辑:张锦河救起落水孩子的渔民昨日受奖。"
    assert extract("谁救起了落水的孩子?", said) == []
    assert extract("编辑是谁?", said) == ["张锦河"]


def test_an_office_is_held_by_the_one_who_is_named_beside_it() -> None:
    sentence = "青山区长乐街道主任张国强介绍说,区长高建民昨日到访。"
    assert extract("青山区区长是谁?", sentence) == ["高建民"]
    assert extract("青山区长乐街道主任是谁?", sentence) == ["张国强"]
    assert extract("青山市市长是谁?", "青山市长江大堤昨日验收,周海平到场。") == []


def guessed(sentence: str, *guesses: tuple[str, float]) -> list[list[Guess]]:
    return [[Guess(sentence.index(said), sentence.index(said) + len(said), score) for said, score in guesses]]


def test_of_what_the_rules_find_the_guesses_choose() -> None:
    sentence = "大桥长320米,宽18米,高26米。"
    question = understand("大桥的净空是多少米?")
    for said in ("320米", "18米", "26米"):
        (found,) = find_answers(question, sentence, guessed(sentence, (said, 2.0), ("大桥", 1.0)))
        assert sentence[slice(*found)] == said


def test_a_guess_that_cuts_a_figure_short_gives_the_whole_figure() -> None:
    sentence = "青山镇筹资340余万元,为26个村修了水渠。"
    (found,) = find_answers(understand("青山镇筹集了多少资金?"), sentence, guessed(sentence, ("340", 2.0)))
    assert sentence[slice(*found)] == "340余万元"


def test_where_no_rule_finds_anything_a_sure_guess_is_the_answer_and_a_doubtful_one_is_none() -> None:
    sentence = "渔民周树根跳入河中,捞起了一只木箱。"
    question = understand("周树根捞起了什么?")
    (found,) = find_answers(question, sentence, guessed(sentence, ("一只木箱", 3.0), ("河", -1.0)))
    assert sentence[slice(*found)] == "一只木箱"
    doubtful = [(sentence[at : at + 2], 0.1 * at) for at in range(12)]
    assert find_answers(question, sentence, guessed(sentence, *doubtful)) == (None,)


def test_the_papers_own_formula_is_no_answer() -> None:
    sentence = "本报讯 青山镇水渠昨日竣工。"
    assert find_answers(understand("什么竣工了?"), sentence, guessed(sentence, ("本报讯", 4.0))) == (None,)


@pytest.mark.parametrize("question", ["什么是路长制?", "路长制有没有推广?"])
def test_what_only_a_sentence_can_say_has_no_exact_words(question: str) -> None:
    sentence = "路长制即每条路由一名干部负责,已在全市推广。"
    assert find_answers(understand(question), sentence, guessed(sentence, ("一名干部", 5.0))) == (None,)


@pytest.mark.parametrize("question", ["修桥花了多少钱?", "青山镇的镇长是谁?", "水渠流经哪三个村?"])
def test_what_rules_cannot_miss_is_not_guessed(question: str) -> None:
    sentence = "桥长340米,孩子们唱起了队歌。"
    guesses = guessed(sentence, ("340米", 5.0), ("队歌", 1.0))
    assert find_answers(understand(question), sentence, guesses) == (None,)


def test_a_number_that_rules_have_no_unit_for_can_be_guessed() -> None:
    sentence = "修桥用掉了全镇积蓄的一半,2009年通车。"
    question = understand("修桥花了多少钱?")
    (found,) = find_answers(question, sentence, guessed(sentence, ("一半", 5.0), ("2009", 1.0)))
    assert sentence[slice(*found)] == "一半"
    assert find_answers(question, sentence, guessed(sentence, ("2009", 5.0))) == (None,)


def test_what_two_parts_might_take_goes_to_the_one_that_the_reader_is_surer_of() -> None:
    sentence = "大桥宽18米。"
    guesses = [[Guess(3, 6, 1.0)], [Guess(3, 6, 12.0)]]
    assert find_answers(understand("桥全长多少米,宽多少米?"), sentence, guesses) == (None, (3, 6))


def test_no_part_takes_a_piece_of_what_another_took() -> None:
    sentence = "柳河大桥全长320米。"
    guesses = [[Guess(6, 10, 5.0)], [Guess(6, 9, 4.0)]]
    assert find_answers(understand("桥多长,怎么修的?"), sentence, guesses) == ((6, 10), None)


@pytest.mark.parametrize(
    ("question", "sentence", "guess"),
    [
        ("谁修的?", "公园里花开了。", "。"),
        ("设计师是谁?", "大桥昨日通车。", "昨日"),
        ("谁在修桥?", "包工的答应腊月廿八完工。", "腊月廿八"),
        ("谁在修桥?", "包工的答应腊月廿八完工。", "廿八"),
        ("设计师是谁?", "大桥长320米。", "320"),
        ("大桥何时通车?", "大桥由王工设计。", "王工"),
        ("青山镇种了多少棵树?", "青山镇采取三项措施。", "三项"),
        ("谁举报了李大海?", "镇医院医生李大海被妻子举报。", "镇医院医生李大海"),
        (
            "来了多少游客?",
            "有人说从早到晚一路上到处都是放鞭炮和唱山歌的游客。",
            "说从早到晚一路上到处都是放鞭炮和唱山歌的游客",
        ),
    ],
)
def test_a_guess_of_another_kind_is_no_answer(question: str, sentence: str, guess: str) -> None:
    assert find_answers(understand(question), sentence, guessed(sentence, (guess, 9.0))) == (None,)
