"""web: every word of the interface in every language, and traditional Chinese that is traditional."""

from dataclasses import fields
from string import Formatter
from typing import get_args, get_type_hints

import opencc
import pytest

from web.languages import LANGUAGES
from web.words import RoomName, Words

SIMPLIFY = opencc.OpenCC("t2s").convert
# 台 and its like are characters of both scripts: what OpenCC makes of them hangs on the word.
TRADITIONALISE = opencc.OpenCC("s2t").convert
PROPER = [field.name for field in fields(Words) if field.name not in ("tag", "name", "short")]


def texts_of(words: Words) -> dict[str, str]:
    """Return every text of a language by where it stands: refused, limits.date."""
    texts = {}
    for name in PROPER:
        match getattr(words, name):
            case str() as text:
                texts[name] = text
            case dict() as many:
                texts |= {f"{name}.{key}": text for key, text in many.items()}
            case other:
                raise TypeError(f"{name}: {other!r}")
    return texts


def blanks_of(text: str) -> list[str]:
    return sorted(name for _, name, _, _ in Formatter().parse(text) if name is not None)


TEXTS = {key: texts_of(words) for key, words in LANGUAGES.items()}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_word_is_there_in_every_language_with_the_same_blanks(language):
    texts, chinese = TEXTS[language], TEXTS["zh"]
    assert texts.keys() == chinese.keys()
    assert {name: blanks_of(text) for name, text in texts.items()} == {
        name: blanks_of(text) for name, text in chinese.items()
    }
    assert [name for name, text in texts.items() if not text.strip() and name != "between"] == []
    assert [name for name, text in texts.items() if text != text.strip() and name not in SPACED] == []


SPACED = {"dot", "between", "comma"}  # what stands between two words


def test_every_case_that_the_program_knows_has_a_word():
    cases = {
        name: get_args(get_args(hint)[0])
        for name, hint in get_type_hints(Words).items()
        if get_args(hint) and get_args(get_args(hint)[0])
    }
    assert cases["rooms"] == get_args(RoomName)
    for words in LANGUAGES.values():
        assert {name: set(getattr(words, name)) for name in cases} == {
            name: set(known) for name, known in cases.items()
        }


def test_each_script_is_written_in_its_own_characters_and_quotation_marks():
    for name, text in TEXTS["zh"].items():
        assert SIMPLIFY(text) == text, name
        assert not set("「」『』") & set(text), name
    for name, text in TEXTS["zh-Hant"].items():
        by_character = "".join(map(TRADITIONALISE, text))  # for 上一出處 it takes 一出 for 一齣
        assert text in (TRADITIONALISE(text), by_character), name
        assert not set("“”‘’") & set(text), name
    for name, text in TEXTS["en"].items():
        assert not any("\u3000" <= char <= "\uffef" for char in text), name


def test_traditional_chinese_is_written_and_not_converted():
    converted = {name: TRADITIONALISE(text) for name, text in TEXTS["zh"].items()}
    assert {"kinds.caption", "limits.source", "search", "failed"} <= {
        name for name, text in TEXTS["zh-Hant"].items() if text != converted[name]
    }


def test_no_word_of_ours_could_be_taken_for_an_element_of_the_page():
    for texts in TEXTS.values():
        assert not [text for text in texts.values() if set('<>"&') & set(text)]
    assert len({words.short for words in LANGUAGES.values()}) == len(LANGUAGES)
