"""web/keep.py: the buttons hold the text that they copy, whatever is in it."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.ours import as_shown, hostile_text, read_ours
from tests.test_view import draw, make_answer, make_refusal
from web.keep import Kept
from web.languages import LANGUAGES
from web.view import Turn


def copies(html: str) -> list[str]:
    return [a["data-copy"] for _, a in read_ours(html).elements if "data-copy" in a]


@given(st.tuples(hostile_text, hostile_text))
def test_a_button_holds_exactly_the_text_that_it_copies(texts):
    markdown, reference = texts
    turn = Turn("问", make_answer(), kept=Kept(markdown, (reference,)))
    assert copies(draw(turn)) == [as_shown(reference), as_shown(markdown)]


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_buttons_speak_the_visitors_language(language):
    words = LANGUAGES[language]
    html = draw(Turn("问", make_answer(), kept=Kept("文", ("引",))), language=language)
    for said in (words.copy_answer, words.copy_reference, words.export):
        assert f">{said}</button>" in html
    assert f'data-done="{words.copied}" data-failed="{words.not_copied}"' in html
    assert f'data-export="{words.export_title}"' in html


def test_of_several_sources_those_without_a_reference_have_no_button():
    answer = make_answer()
    answer = replace(answer, citations=(*answer.citations, replace(answer.citations[0], n=2)))
    assert copies(draw(Turn("问", answer, kept=Kept("文", ("引",))))) == ["引", "文"]
    assert copies(draw(Turn("问", make_refusal(), kept=Kept("文")))) == ["文"]


def test_where_nothing_was_answered_there_is_nothing_to_take_along():
    html = draw(Turn("", problem="empty"))
    assert "data-copy" not in html
    assert "data-export" not in html
