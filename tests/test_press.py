"""The press says the truth about its pages, and the score of a reading is what one counts by hand."""

import gzip
import json
import math
import random
from dataclasses import fields, replace
from itertools import pairwise

import pytest

from index.records import Article, Span
from index.text import sentences
from lab.measure_reading import Tally, assign, evaluate, read_page, score
from lab.press import (
    Damage,
    Item,
    Part,
    Piece,
    Sentence,
    Sheet,
    Story,
    break_paragraphs,
    draw_sheet,
    load_stories,
    set_page,
    split_title,
)

STORIES = [
    Story(
        "老旧小区换上新电梯",
        (
            "清晨六点，家住三号楼的周奶奶拎着菜篮走出单元门。从前她下楼要歇三回，如今只要四十秒。",
            "这部电梯是街道今年加装的第十二部，由居民共同出资，政府补贴一部分费用。施工队白天干活，晚上从不打扰邻居休息。",
            "社区书记说，装电梯最难的是统一大家的想法，一楼的住户担心采光，顶楼的住户盼着早日开工。议事会前后开了十九次才签下协议。",
            "下一步，社区还要给楼道装上扶手。",
        ),
    ),
    Story(
        "西瓜熟了 瓜农笑了",
        (
            "地里的西瓜一个挨着一个，瓜农老马弯腰敲了敲，声音清脆。他种瓜二十年，今年的收成最好。",
            "合作社统一供苗、统一施肥、统一销售，每亩地能多收入八百元。收购商的货车排到了村口，当天采摘当天发往省城。",
            "农技员提醒种植户，雨后要及时排水，防止烂根。",
        ),
    ),
    Story(
        "图书馆夜里也亮灯",
        (
            "从本月起，市图书馆把闭馆时间推迟到晚上十点。“终于有地方看书了。”刚下班的青年这样说。",
            "馆长介绍，夜间开放的是一楼阅览室和自习区，共有二百三十个座位。开放首日就有四百多人走进馆里，最小的读者只有五岁。",
            "为了让读者安心回家，公交公司把末班车也推迟了半小时，两家单位为此商量了整整一个春天。",
        ),
    ),
    Story(
        None,
        (
            "桥面上的裂缝不到两毫米，却没有逃过巡查员的眼睛。他每天沿着河岸走十一公里，随身带着放大镜和粉笔。",
            "去年汛期，正是他最先发现护坡松动，抢修队连夜赶来填了三百袋砂石。沿岸的村民都认得他的草帽，有人给他送水，也有人请他进屋避雨。",
            "他说，守着这条河心里踏实。",
        ),
    ),
    Story(
        "少年宫里学做皮影",
        (
            "一张牛皮要经过二十四道工序才能变成皮影，孩子们用的是纸板。老师傅把刻刀换成剪刀，手把手教他们剪出关公的胡须。",
            "幕布后面亮起灯光，台下坐满了家长，一出闹天宫演得热热闹闹。演出结束以后，孩子们把影人送给了养老院的老人。",
        ),
    ),
]
CLEAN = replace(Damage.at(0), captions=0, pictures=0, briefs=0, mastheads=0, sections=0)
WIDEN = str.maketrans(",:;?!()", "，：；？！（）")


def text_of(sheet: Sheet, sentence: Sentence) -> str:
    return "".join(sheet.text[span.start : span.end] for span in sentence.spans)


def body_of(sheet: Sheet, number: int) -> str:
    """The sentences of one article in their order, with full-width marks and without the dateline."""
    told = "".join(text_of(sheet, s) for s in sheet.sentences if s.article == number).translate(WIDEN)
    if told.startswith(("本报讯", "新华社")):
        return told[4:] if told.startswith("本报讯 ") else told[told.index("）") + 1 :]
    return told


def printed(damage: Damage, seed: int, stories: list[Story] = STORIES) -> Sheet:
    """Print news: the sentences of a regulation are not those of its story."""
    return set_page(stories, replace(damage, documents=0), random.Random(seed), fillers=stories)


def ranked(sheet: Sheet, number: int) -> list[Piece]:
    return sorted(
        (p for p in sheet.pieces if p.article == number and p.rank is not None), key=lambda p: p.rank
    )


def cut_of(sheet: Sheet, span: Span) -> str:
    return sheet.text[span.start : span.end]


ANY = pytest.mark.parametrize("level", [0, 0.7, 1, 2, 3])
SEEDS = range(30)


# ---- the truth about a page


@ANY
def test_one_seed_makes_one_page(level):
    assert printed(Damage.at(level), 5) == printed(Damage.at(level), 5)
    assert printed(Damage.at(level), 5).text != printed(Damage.at(level), 6).text


@ANY
def test_the_sentences_of_an_article_in_their_order_are_what_was_written(level):
    damage = replace(Damage.at(level), lost=0, continued=0, broken=0)
    for seed in SEEDS:
        sheet = printed(damage, seed)
        assert [body_of(sheet, n) for n in range(len(STORIES))] == ["".join(s.paragraphs) for s in STORIES]


@ANY
def test_a_whole_sentence_is_one_the_writer_wrote_and_a_torn_one_lacks_some_of_it(level):
    written = {p[a:b] for story in STORIES for p in story.paragraphs for a, b in sentences(p)}
    for seed in SEEDS:
        sheet = printed(replace(Damage.at(level), continued=0, broken=0), seed)
        for sentence in sheet.sentences:
            if sheet.items[sentence.article].kind != "news" or sentence.order == 0:
                continue
            assert (text_of(sheet, sentence).translate(WIDEN) in written) == (not sentence.torn)


@ANY
def test_no_two_sentences_share_a_character_and_orders_count_from_nought(level):
    for seed in SEEDS:
        sheet = printed(Damage.at(level), seed)
        taken = [at for s in sheet.sentences for span in s.spans for at in range(span.start, span.end)]
        assert len(taken) == len(set(taken))
        assert max(taken) < len(sheet.text)
        for number in range(len(sheet.items)):
            orders = [s.order for s in sheet.sentences if s.article == number]
            assert orders == list(range(len(orders)))


@ANY
def test_every_line_of_the_page_is_a_piece_or_a_part(level):
    for seed in SEEDS:
        sheet = printed(Damage.at(level), seed)
        lines = [
            cut_of(sheet, each.span) for each in sorted((*sheet.pieces, *sheet.parts), key=lambda e: e.span)
        ]
        assert lines == [line for line in sheet.text.split("\n") if line]
        assert list(sheet.pieces) == sorted(sheet.pieces, key=lambda piece: piece.span)


@ANY
def test_the_next_rank_runs_on_and_a_skipped_one_does_not(level):
    wholes = ["".join(story.paragraphs) for story in STORIES]
    seen = set()
    for seed in SEEDS:
        sheet = printed(replace(Damage.at(level), continued=0, broken=0), seed)
        for number, whole in enumerate(wholes):
            pieces = ranked(sheet, number)
            for one, after in pairwise(pieces):
                before = cut_of(sheet, one.span)[-4:]
                behind = cut_of(sheet, after.span)[after.repeated :][:4]
                runs_on = (before + behind).translate(WIDEN) in whole
                assert runs_on == (after.rank == one.rank + 1)
                seen.add(runs_on)
    assert seen == ({True} if level == 0 else {True, False})


@ANY
def test_a_repeat_says_the_end_of_the_piece_before(level):
    lengths = set()
    for seed in SEEDS:
        sheet = printed(Damage.at(level), seed)
        for number in range(len(STORIES)):
            pieces = ranked(sheet, number)
            for one, after in pairwise(pieces):
                head = cut_of(sheet, after.span)[: after.repeated]
                assert cut_of(sheet, one.span).endswith(head)
                lengths.add(after.repeated)
    assert max(lengths) <= 8
    assert (len(lengths) > 4) >= (level >= 1)
    assert (lengths == {0}) == (level == 0)


@ANY
def test_a_cut_is_where_a_line_begins_or_ends_in_mid_sentence(level):
    for seed in SEEDS:
        sheet = printed(replace(Damage.at(level), lost=0), seed)
        starts = {s.spans[0].start for s in sheet.sentences}
        ends = {s.spans[-1].end for s in sheet.sentences}
        for piece in sheet.pieces:
            if piece.rank is None:
                continue
            first = piece.rank == 0 and piece.cut_start  # continued from another page
            last = piece.cut_end and piece is ranked(sheet, piece.article)[-1]
            assert first or piece.cut_start == (piece.span.start + piece.repeated not in starts)
            assert last or piece.cut_end == (piece.span.end not in ends)


def test_furniture_belongs_to_no_article():
    sheet = printed(replace(CLEAN, labels=1, sections=1, mastheads=1), 3)
    kinds = [part.kind for part in sheet.parts if part.article is None]
    assert kinds.count("masthead") == kinds.count("section") == 1
    assert kinds.count("label") >= 1
    assert list(sheet.furniture) == [part.span for part in sheet.parts if part.article is None]


def test_half_of_the_pages_have_narrow_marks_and_no_page_has_both():
    narrow = 0
    for seed in range(100):
        text = printed(CLEAN, seed).text
        assert ("，" in text) != ("," in text)
        narrow += "," in text
    assert 35 <= narrow <= 65


# ---- what each damage does


def test_a_clean_page_holds_every_head_and_every_article_in_its_order():
    for seed in SEEDS:
        sheet = printed(CLEAN, seed)
        assert all(item.headline for item in sheet.items)
        assert not any(p.cut_start or p.cut_end or p.repeated for p in sheet.pieces)
        places = [(p.article, p.rank) for p in sheet.pieces]
        assert places == sorted(places)


def test_heads_are_dropped_with_all_their_lines():
    sheet = printed(replace(CLEAN, dropped=1), 1)
    assert all(item.headline is None for item in sheet.items)
    assert {"kicker", "headline", "subtitle"}.isdisjoint(part.kind for part in sheet.parts)


def test_the_printed_head_is_the_one_the_item_names():
    for seed in SEEDS:
        sheet = printed(CLEAN, seed)
        shown = {part.article: cut_of(sheet, part.span) for part in sheet.parts if part.kind == "headline"}
        assert shown == {n: item.headline for n, item in enumerate(sheet.items)}


def test_a_credit_stands_in_its_article_as_the_item_says():
    for seed in SEEDS:
        sheet = printed(replace(Damage.at(1), captions=1), seed)
        for number, item in enumerate(sheet.items):
            lines = [each.span for each in (*sheet.pieces, *sheet.parts) if each.article == number]
            assert item.byline is None or any(item.byline in cut_of(sheet, span) for span in lines)


def test_moved_columns_stand_in_the_wrong_order_or_behind_another_article():
    within = behind = 0
    for seed in SEEDS:
        sheet = printed(replace(CLEAN, cuts=6, moved=0.4), seed)
        for number in range(len(STORIES)):
            places = [(at, p.rank) for at, p in enumerate(sheet.pieces) if p.article == number]
            within += [rank for _, rank in places] != sorted(rank for _, rank in places)
            behind += places[-1][0] - places[0][0] >= len(places)
    assert within > 20
    assert behind > 20


def test_a_story_from_another_page_begins_in_mid_sentence_without_a_head():
    for seed in SEEDS:
        sheet = printed(replace(CLEAN, continued=1), seed)
        for number, story in enumerate(STORIES):
            first = ranked(sheet, number)[0]
            assert first.cut_start
            assert sheet.items[number].headline is None
            assert "".join(story.paragraphs).endswith(body_of(sheet, number))
            assert len(body_of(sheet, number)) < sum(map(len, story.paragraphs))


def test_a_story_that_breaks_off_ends_in_mid_sentence():
    sheet = printed(replace(CLEAN, broken=1), 2)
    for number, story in enumerate(STORIES):
        assert ranked(sheet, number)[-1].cut_end
        assert "".join(story.paragraphs).startswith(body_of(sheet, number))
        assert len(body_of(sheet, number)) < sum(map(len, story.paragraphs))


def test_a_copied_paragraph_has_no_rank_and_no_sentence():
    copies = 0
    for seed in SEEDS:
        sheet = printed(replace(CLEAN, copies=1), seed)
        taken = {at for s in sheet.sentences for span in s.spans for at in range(span.start, span.end)}
        for at, piece in enumerate(sheet.pieces):
            if piece.rank is None:
                copies += 1
                earlier = [cut_of(sheet, p.span) for p in sheet.pieces[:at] if p.article == piece.article]
                assert cut_of(sheet, piece.span) in earlier
                assert taken.isdisjoint(range(piece.span.start, piece.span.end))
    assert copies >= len(SEEDS)


def test_captions_and_briefs_are_articles_of_one_sentence():
    told = [
        Story(None, (f"{town}传来消息。当地{n}所小学在同一天迎来新生，家长们把孩子送到校门口就离开了。",))
        for n, town in enumerate(("东镇", "西镇", "南镇"))
    ]
    sheet = set_page(
        STORIES, replace(CLEAN, captions=1, briefs=1, documents=0), random.Random(4), fillers=told
    )
    kinds = [item.kind for item in sheet.items]
    assert kinds.count("caption") == len(STORIES)
    assert kinds.count("brief") >= 2
    for number, kind in enumerate(kinds):
        if kind != "news":
            assert sum(s.article == number for s in sheet.sentences) == 1
            assert [p.rank for p in sheet.pieces if p.article == number] == [0]


def test_damage_between_two_levels_is_interpolated_and_grows():
    one, half, two = Damage.at(1), Damage.at(1.5), Damage.at(2)
    for field in fields(Damage):
        values = [getattr(damage, field.name) for damage in (one, half, two)]
        assert values[1] == pytest.approx((values[0] + values[2]) / 2)
        assert values[0] <= values[2]
    assert Damage.at(3).moved > two.moved > one.moved > Damage.at(0).moved == 0
    for level in (-0.1, 3.1):
        with pytest.raises(ValueError, match="0 <= level <= 3"):
            Damage.at(level)


def test_level_one_is_as_bad_as_the_worst_of_the_seeds():
    body = cuts = repeats = stories = headless = captions = 0
    for seed in range(600):
        sheet = printed(Damage.at(1), seed)
        stories += len(STORIES)
        headless += sum(item.headline is None for item in sheet.items[: len(STORIES)])
        captions += sum(item.kind == "caption" for item in sheet.items)
        for number in range(len(STORIES)):
            pieces = ranked(sheet, number)
            body += sum(len(piece.span) for piece in pieces)
            cuts += sum(one.cut_end or two.cut_start for one, two in pairwise(pieces))
            repeats += sum(piece.repeated > 0 for piece in pieces)
    assert body / cuts <= 360
    assert repeats / cuts >= 0.09
    assert headless / stories >= 0.1
    assert captions / stories >= 0.3


# ---- stories


def test_a_body_on_one_line_becomes_paragraphs_of_two_to_five_sentences():
    body = "".join(f"这是第{n}句，说的是同一件事情。" for n in range(23))
    paragraphs = list(break_paragraphs(body, random.Random(1)))
    assert "".join(paragraphs) == body
    assert all(2 <= len(sentences(p)) <= 5 for p in paragraphs[:-1])


def test_no_paragraph_ends_inside_of_quotation_marks():
    body = "他说：“" + "一句。" * 9 + "”大家笑了。" + "又一句。" * 4
    for seed in range(20):
        for paragraph in break_paragraphs(body, random.Random(seed)):
            assert paragraph.count("“") == paragraph.count("”")


def test_what_a_web_page_says_of_itself_is_left_out():
    body = (
        "中新网吉林8月16日电(记者 李明) 雨停了,路通了。1,000人回了家 。"
        "（来源：某某网）返回搜狐，查看更多。责任编辑：王某"
    )
    assert "".join(break_paragraphs(body, random.Random(1))) == "雨停了，路通了。1,000人回了家。"


def test_a_title_is_what_a_text_begins_with_twice_or_before_an_agency():
    title = "江山学生夜跑迎亚运"
    assert split_title(f"{title}{title} 近日，学生夜跑。") == (title, "近日，学生夜跑。")
    assert split_title(f"{title}新华社成都8月7日电 学生夜跑。") == (title, "新华社成都8月7日电 学生夜跑。")
    assert split_title("近日，学生夜跑。") == (None, "近日，学生夜跑。")


def test_train_and_dev_share_no_story(tmp_path):
    def body(n: int) -> str:
        return "".join(f"第{n}个村的第{i}户人家在山坡上种了许多苹果树和梨树。" for i in range(9))

    rows = {
        "headlines_train": [{"headline": f"第{n}个村种果树忙", "body": body(n)} for n in range(4)],
        "headlines_dev": [{"headline": f"第{n}个村种果树忙", "body": body(n)} for n in range(3, 6)],
        "news_0": [{"text": body(6)}, {"text": "太短。"}],
        "news_1": [{"text": body(7)}],
        "news_2": [{"text": body(7)}, {"text": body(8)}],
    }
    for name, objects in rows.items():
        lines = "\n".join(json.dumps(each, ensure_ascii=False) for each in objects)
        (tmp_path / f"{name}.jsonl.gz").write_bytes(gzip.compress(lines.encode()))
    train, dev = load_stories(tmp_path, "train"), load_stories(tmp_path, "dev")
    assert ["".join(story.paragraphs) for story in train] == [body(n) for n in (0, 1, 2, 6)]
    assert ["".join(story.paragraphs) for story in dev] == [body(n) for n in (3, 4, 5, 7, 8)]
    assert [story.headline for story in train] == [f"第{n}个村种果树忙" for n in range(3)] + [None]


def test_a_drawn_page_holds_three_to_fourteen_stories():
    stories = [
        replace(STORIES[n % 5], headline=None if n >= 20 else f"这是第{n}条新闻的标题") for n in range(40)
    ]
    counts = set()
    for seed in range(60):
        sheet = draw_sheet(stories, Damage.at(1), random.Random(seed))
        counts.add(sum(item.kind == "news" for item in sheet.items))
    assert min(counts) >= 3
    assert max(counts) <= 14
    assert len(counts) > 6


# ---- the score: a page of two articles and a caption, read in ways that one can count by hand

TEXT = "新路\n甲一。甲二。甲\n\n三。甲四。\n\n花开\n乙一。乙二。\n\n图为花。记者 王影 摄\n"


def at(words: str) -> Span:
    return Span(TEXT.index(words), TEXT.index(words) + len(words))


def read_as(*words: str, headline: str | None = None, byline: str | None = None, kind="news") -> Article:
    spans = tuple(map(at, words))
    return Article(headline, None, None, byline, None, kind, spans, "".join(words))


TRUE = Sheet(
    TEXT,
    (
        Item("news", "新路", "记者 李明"),
        Item("news", "花开", None),
        Item("caption", None, "记者 王影 摄"),
    ),
    (
        Sentence(0, 0, (at("甲一。"),)),
        Sentence(0, 1, (at("甲二。"),)),
        Sentence(0, 2, (Span(at("甲\n").start, at("甲\n").start + 1), at("三。"))),
        Sentence(0, 3, (at("甲四。"),)),
        Sentence(1, 0, (at("乙一。"),)),
        Sentence(1, 1, (at("乙二。"),)),
        Sentence(2, 0, (at("图为花。记者 王影 摄"),)),
    ),
    (),
    (Part("headline", at("新路"), 0),),
)
CAPTION = read_as("图为花。记者 王影 摄", byline="记者 王影 摄", kind="caption")
GOOD = [
    read_as("甲一。甲二。甲", "三。甲四。", headline="新路", byline="记者　李明"),
    read_as("乙一。乙二。", headline="花开"),
    CAPTION,
]


def test_a_right_reading_scores_one_throughout():
    shares = score(TRUE, GOOD).shares()
    del shares["chars/s"]
    assert set(shares.values()) == {1.0}


def test_a_reading_in_one_article_finds_all_pairs_and_many_others():
    tally = score(TRUE, [read_as("甲一。甲二。甲", "三。甲四。", "乙一。乙二。", headline="花开"), CAPTION])
    # True pairs: 6 of four sentences, 1 of two. Read: 15 of six.
    assert (tally.true_pairs, tally.read_pairs, tally.right_pairs) == (7, 15, 7)
    shares = tally.shares()
    assert shares["precision"] == pytest.approx(7 / 15)
    assert shares["recall"] == 1
    assert shares["F1"] == pytest.approx(14 / 22)
    assert (tally.right_steps, tally.steps) == (4, 4)
    assert (tally.right_articles, tally.articles) == (1, 3)
    assert (tally.right_stories, tally.stories) == (0, 2)
    # One head is right, and stands over the article that holds most of that story.
    assert (tally.right_heads, tally.heads) == (1, 2)
    assert (tally.right_bylines, tally.bylines) == (1, 2)


def test_a_reading_that_breaks_an_article_loses_pairs_and_a_step():
    tally = score(TRUE, [read_as("甲一。"), read_as("甲二。甲", "三。甲四。"), *GOOD[1:]])
    assert (tally.true_pairs, tally.read_pairs, tally.right_pairs) == (7, 4, 4)
    assert (tally.right_steps, tally.steps) == (3, 4)
    assert tally.shares()["recall"] == pytest.approx(4 / 7)
    assert (tally.right_articles, tally.right_stories) == (2, 1)
    assert (tally.right_seams, tally.seams) == (1, 1)


def test_sentences_read_in_the_wrong_order_are_no_steps():
    tally = score(TRUE, [read_as("三。甲四。", "甲一。甲二。甲", headline="新路"), *GOOD[1:]])
    # Read: (三。) 甲四。甲一。甲二。甲 – a cut sentence stands where its first character stands.
    assert tally.right_pairs == tally.true_pairs == tally.read_pairs
    assert (tally.right_steps, tally.steps) == (3, 4)
    assert (tally.right_seams, tally.seams) == (0, 1)
    assert tally.right_articles == 3


def test_another_article_between_two_sentences_parts_them():
    tally = score(TRUE, [read_as("甲一。", "乙一。乙二。", "甲二。甲", "三。甲四。"), CAPTION])
    assert (tally.right_steps, tally.steps) == (3, 4)


def test_a_sentence_in_no_article_is_with_no_other():
    tally = score(TRUE, [read_as("甲一。甲二。甲"), GOOD[1], CAPTION])
    # 甲四。 is nowhere; of 甲三。 one character of three is, so the sentence is where that is.
    assert assign(TRUE, [GOOD[1]])[:4] == [None] * 4
    assert (tally.true_pairs, tally.read_pairs, tally.right_pairs) == (7, 4, 4)
    assert (tally.right_steps, tally.steps) == (3, 4)
    assert (tally.right_seams, tally.seams) == (0, 1)
    assert (tally.right_articles, tally.articles) == (2, 3)


def test_a_cut_sentence_belongs_to_the_article_with_most_of_it():
    homes = assign(TRUE, [read_as("甲一。甲二。甲"), read_as("三。甲四。")])
    assert homes[:4] == [(0, 0), (0, 3), (1, 0), (1, 2)]


def test_a_torn_sentence_is_no_seam():
    torn = replace(TRUE, sentences=tuple(replace(s, torn=len(s.spans) > 1) for s in TRUE.sentences))
    assert score(torn, GOOD).seams == 0


def test_a_caption_read_as_news_or_not_at_all_is_wrong():
    as_news = replace(CAPTION, kind="news")
    assert score(TRUE, [*GOOD[:2], as_news]).right_captions == 0
    assert score(TRUE, GOOD[:2]).right_captions == 0


def test_tallies_add_up_and_a_share_of_nothing_is_nan():
    both = score(TRUE, GOOD) + score(TRUE, GOOD[:1])
    assert (both.true_pairs, both.right_pairs, both.characters) == (14, 13, 2 * len(TEXT))
    assert all(math.isnan(share) for share in Tally().shares().values())


def test_pages_are_read_and_their_scores_added():
    sheets = [printed(Damage.at(1), seed) for seed in range(3)]
    total = evaluate(sheets)
    alone = [score(sheet, read_page(sheet)) for sheet in sheets]
    assert replace(total, seconds=0.0) == sum(alone, Tally())
    assert total.seconds > 0
