"""qa.count: numbers over whole archives, against reading every article."""

import pytest

from index.text import fold
from qa.archive import Archive
from qa.records import Answer, Group


def ask(archive: Archive, question: str) -> Answer:
    answer = archive.ask(question)
    for n, citation in enumerate(answer.citations, 1):
        text = archive.page(citation.source).page.text
        assert citation.n == n
        assert text[citation.start : citation.end] == citation.text
        assert citation.passage.start == citation.start < citation.end == citation.passage.end
        assert all(citation.start <= mark.start < mark.end <= citation.end for mark in citation.marks)
    return answer


def marked(archive: Archive, answer: Answer) -> set[str]:
    pages = {citation.source: archive.page(citation.source).page.text for citation in answer.citations}
    return {pages[c.source][mark.start : mark.end] for c in answer.citations for mark in c.marks}


@pytest.mark.parametrize("word", ["大气污染", "志愿者", "大桥", "记者", "1280"])
def test_the_number_is_that_of_all_articles_that_have_the_word(gazette, word: str) -> None:
    everything = gazette.catalog.articles(gazette.scope.facts)
    holding = [
        article
        for _, article, _ in everything
        if fold(word) in fold(article.title) + "\n" + fold(article.text)
    ]
    answer = ask(gazette, f"有多少篇报道提到{word}?")
    assert answer.answered
    assert answer.span == f"{len(holding)}篇"
    assert answer.overview.articles == len(holding) == len(answer.citations)
    assert answer.overview.among == 7
    assert {citation.headline for citation in answer.citations} == {article.headline for article in holding}
    assert marked(gazette, answer) == {word}


def test_the_number_stands_apart_from_what_is_quoted(gazette) -> None:
    answer = ask(gazette, "有多少篇报道提到大气污染?")
    assert answer.overview.stated == "库中共 7 篇,2 篇提到“大气污染”。按篇计数,重印、转载的各算一篇。"
    assert "2 篇" not in answer.answer
    assert answer.answer.startswith("大气污染防治办公室每周巡查。[1]")
    assert [citation.text for citation in answer.citations] == [hit.text for hit in answer.hits]


def test_a_word_of_the_head_alone_is_cited_from_the_head(gazette) -> None:
    answer = ask(gazette, "有多少篇报道提到志愿扫街?")
    assert [citation.text for citation in answer.citations] == ["夜市摊主志愿扫街"]
    assert marked(gazette, answer) == {"志愿扫街"}


def test_words_that_stand_apart_are_counted_only_where_they_stand_together_nowhere(gazette) -> None:
    loosely = ask(gazette, "有多少篇报道提到志愿者扫帚?")
    assert (loosely.span, loosely.overview.loosely) == ("1篇", True)
    assert "没有一篇原样写到“志愿者扫帚”,1 篇写到了其中每个词" in loosely.overview.stated
    assert marked(gazette, loosely) == {"志愿者", "扫帚"}
    exactly = ask(gazette, "有多少篇报道提到大桥总投资?")
    assert exactly.overview.loosely
    together = ask(gazette, "有多少篇报道提到大桥昨日?")
    assert (together.span, together.overview.apart) == ("2篇", 0)


def test_what_stands_apart_is_told_beside_what_stands_together(tmp_path_factory) -> None:
    pages = {"1": "城里的路灯修好了,夜里不再黑。", "2": "路灯下面,城里人下棋。"}
    archive = build(tmp_path_factory, pages)
    answer = ask(archive, "有多少篇报道提到路灯修好?")
    assert (answer.span, answer.overview.apart) == ("1篇", 0)
    answer = ask(archive, "有多少篇报道提到城里的路灯?")
    assert (answer.span, answer.overview.apart) == ("1篇", 1)
    assert "另有 1 篇写到了其中每个词,但没有连在一起。" in answer.overview.stated


def test_reprints_are_counted_each_and_that_is_said(tmp_path_factory) -> None:
    story = "望江大桥昨日通车,大桥长1280米,过江只要五分钟,市民纷纷上桥参观。"
    answer = ask(build(tmp_path_factory, {"1": story, "2": story, "3": story}), "有多少篇报道提到大桥?")
    assert answer.span == "3篇"
    assert "重印、转载的各算一篇" in answer.overview.stated


def test_of_many_articles_twenty_are_listed_and_all_are_counted(tmp_path_factory) -> None:
    pages = {f"{n}": f"第{n}座望江大桥昨日通车,大桥长{n}00米。" for n in range(1, 48)}
    answer = ask(build(tmp_path_factory, pages), "有多少篇报道提到大桥?")
    assert answer.span == "47篇"
    assert len(answer.citations) == 20
    assert answer.overview.stated.endswith("以下列出 20 篇。")


def test_districts_are_told_with_the_number_of_each_and_of_those_not_known(gazette) -> None:
    answer = ask(gazette, "哪些区报道了志愿者?")
    assert answer.span == "青林区"
    assert answer.overview.groups == (Group("青林区", 1), Group(None, 1))
    assert "分属 1 个区县:青林区 1 篇;1 篇没有写明。" in answer.overview.stated
    everything = ask(gazette, "都写了哪些区的事?")
    assert everything.span == "白石区、青林区、柳河县"
    assert sum(group.count for group in everything.overview.groups) == 7
    # One of each comes first.
    assert {citation.district for citation in everything.citations[:3]} == {"白石区", "青林区", "柳河县"}


def test_pages_and_newspapers_are_told(gazette) -> None:
    pages = ask(gazette, "哪几版写到了大桥?")
    assert pages.span == "2版"
    assert [group.name for group in pages.overview.groups] == [
        "江州日报 2014-10-02 第B03版", "江州晚报 2016-10-26 第A03版",
    ]  # fmt: skip
    assert ask(gazette, "哪些报纸报道了大桥?").span == "江州日报、江州晚报"


@pytest.mark.parametrize(
    ("question", "span", "among"),
    [
        ("2016年10月有多少篇报道提到大气污染?", "2篇", 5),
        ("2016年10月25日有多少篇报道提到大气污染?", "2篇", 2),
        ("白石区有多少篇报道提到大气污染?", "1篇", 2),
        ("江州日报上有几篇关于大桥的报道?", "1篇", 1),
        ("关于青林区的报道有几篇?", "2篇", 2),
        ("前年发生了哪些大事?", "1篇", 1),
        ("一共有多少篇报道?", "7篇", 7),
    ],
)
def test_a_count_is_made_inside_its_limits(gazette, question, span, among) -> None:
    answer = ask(gazette, question)
    assert (answer.span, answer.overview.among) == (span, among)
    assert bool(answer.limits) == (among < 7)
    inside = gazette.scope.select(answer.limits)
    assert {hit.article_id for hit in answer.hits} <= inside


def test_nothing_found_is_a_refusal_that_says_of_how_many(gazette) -> None:
    answer = ask(gazette, "有多少篇报道提到骆驼?")
    assert not answer.answered
    assert (answer.span, answer.answer, answer.citations) == (None, "", ())
    assert answer.reason == answer.overview.stated == "库中共 7 篇,没有一篇提到“骆驼”。"


def test_nothing_found_inside_limits_says_how_many_there_are_without(gazette) -> None:
    answer = ask(gazette, "青林区有多少篇报道提到大桥?")
    assert not answer.answered
    assert answer.beyond.text == "2篇"
    assert answer.reason == "限于青林区共 2 篇,没有一篇提到“大桥”。不限地区时有:2篇"
    assert [hit.headline for hit in answer.hits] == ["望江大桥昨日合龙", "望江大桥开工建设"]


def test_a_count_stands_by_itself_whatever_was_asked_before(gazette) -> None:
    talk = ["望江大桥总投资多少?", "它长多少米?"]
    assert gazette.ask("一共有多少篇报道?", talk).span == "7篇"
    assert gazette.ask("有多少篇报道提到大气污染?", talk).standalone == "有多少篇报道提到大气污染?"


def build(tmp_path_factory, pages: dict[str, str]) -> Archive:
    from index.build import build_index
    from index.encoder import load_encoder

    folder = tmp_path_factory.mktemp("count")
    (folder / "pages").mkdir()
    for name, text in pages.items():
        (folder / "pages" / f"{name}.txt").write_text(f"江边新闻\n\n本报讯(记者 李明){text}\n", "utf-8")
    build_index([folder / "pages"], folder / "index", load_encoder())
    return Archive.open(folder / "index")
