"""qa/byline.py: who wrote it, of all that a byline says."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.byline import list_authors


@pytest.mark.parametrize(
    ("byline", "names"),
    [
        ("本报记者 王影 通讯员 申宝玲", "王影 申宝玲"),
        ("记者 党贺喜 通讯员 刘敏 魏虎山 文/图", "党贺喜 刘敏 魏虎山"),
        ("记者 安群英 杨学栋 通讯员 马新全 文图", "安群英 杨学栋 马新全"),
        ("本报记者王影 通讯员申宝玲", "王影 申宝玲"),
        ("郑州日报全媒体记者 王影 实习生 李四", "王影 李四"),
        ("《郑州日报》记者 王影", "王影"),
        ("記者 張三 通訊員 李四 攝", "張三 李四"),
        ("记者：张三、李四", "张三 李四"),
        ("□ 张三 文/图", "张三"),
        ("文/张三 图/李四", "张三 李四"),
        ("记者 张　三　王五", "张三 王五"),
        ("记者 张三 王　五", "张三 王五"),
        ("（记者 张三）", "张三"),
        ("本报讯（记者 张三）", "张三"),
        ("张三（郑州大学教授）", "张三"),
        ("本报记者 刘玉娟 摄", "刘玉娟"),
        ("刘玉娟摄", "刘玉娟"),
        ("乌力吉图", "乌力吉图"),
        ("王亚讯", "王亚讯"),
        ("阿卜杜拉·买买提", "阿卜杜拉·买买提"),
        ("记者 张三 责任编辑 李四 王五", "张三"),
        ("编辑：李四 记者 张三", "张三"),
        ("张三；李四;张三", "张三 李四"),
        ("新华社北京10月25日电 记者 李四", "李四"),
        ("新华社", "新华社"),
        ("本报评论员", "本报评论员"),
        ("本报评论员 张三", "张三"),
        ("本报记者", ""),
        ("本报综合报道", ""),
        ("据新华社电", ""),
        ("责任编辑 李四", ""),
        ("2016-10-25", ""),
        ("", ""),
    ],
)
def test_those_who_wrote_are_named_in_their_order_and_nobody_else(byline, names):
    assert list_authors(byline) == (names.split(), False)


def test_names_in_letters_keep_their_blanks():
    assert list_authors("John Smith, Mary  Jones 张三") == (["John Smith", "Mary Jones", "张三"], False)


@pytest.mark.parametrize("byline", ["记者 张三 等", "记者张三等", "张三等人", "张三 等"])
def test_that_there_are_others_is_said_where_the_byline_says_so(byline):
    assert list_authors(byline) == (["张三"], True)


@given(st.text() | st.text("记者通讯员编辑评论等张三 、/()（）《》文图摄", max_size=60))
def test_a_name_is_always_cut_from_the_byline(byline):
    names, _ = list_authors(byline)
    printed = "".join(byline.split())
    assert all("".join(name.split()) in printed for name in names)


def test_of_a_byline_without_end_the_beginning_is_read():
    assert len("".join(list_authors("记者" * 5_000_000)[0])) < 1000
