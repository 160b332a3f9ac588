import numpy as np
import pytest

from index.encoder import load_encoder
from index.lexicon import KINDS, PLACES, Lexicon, list_lengths, load_lexicon, pieces
from index.text import cut_words

SMALL = {"[UNK]": 0, "郑州": 1, "郑": 2, "州": 3, "山": 4}


def test_an_entry_of_the_vocabulary_stands_for_itself() -> None:
    assert pieces("郑州", {"郑州": 1, "郑": 2}) == ["郑州"]


def test_an_unknown_word_is_cut_into_the_longest_entries_and_the_rest_is_left_out() -> None:
    assert pieces("紫荆山〇路", {"紫荆": 1, "紫": 2, "山": 3, "荆山": 4, "路": 5}) == [
        "紫荆",
        "山",
        "路",
    ]


def test_knowing_how_long_entries_are_changes_no_piece() -> None:
    vocabulary = dict.fromkeys(["紫荆", "紫", "山", "荆山路", "路口", "郑州市民", "一二三四五六七"], 1)
    lengths = list_lengths(vocabulary)
    assert lengths == {"紫荆": (2,), "荆山": (3,), "路口": (2,), "郑州": (4,)}
    for word in (
        "紫荆山路口",
        "荆山路口",
        "郑州市民紫",
        "郑州市",
        "郑州",
        "山〇路",
        "口",
        "一二三四五六七八",
    ):
        assert pieces(word, vocabulary, lengths) == pieces(word, vocabulary)


def test_a_known_word_is_its_entry_and_an_unknown_one_a_place_before_its_pieces() -> None:
    lexicon = Lexicon(SMALL)
    known, place, first, second = lexicon.number(["郑州", "郑山"]).tolist()
    assert (known, first, second) == (1, 2, 4)
    assert place >= len(lexicon)


def test_a_word_that_no_model_saw_is_recognised_when_it_comes_again() -> None:
    lexicon = load_lexicon()
    one, again, other = (lexicon.number([word])[0] for word in ("瞿棣彧", "瞿棣彧", "瞿棣翀"))
    assert one == again != other
    assert one >= len(lexicon)


@pytest.mark.parametrize(("word", "kind"), [("98765.4", 0), ("xyzzyq", 1), ("瞿棣彧", 2), ("\ud800", 2)])
def test_unknown_words_have_places_of_their_kind(word: str, kind: int) -> None:
    lexicon = Lexicon(SMALL)
    place = int(lexicon.number([word])[0])
    assert (place - len(lexicon)) // PLACES == kind


def test_every_number_fits_in_two_bytes() -> None:
    assert len(load_lexicon()) + KINDS * PLACES <= 1 << 16
    with pytest.raises(ValueError, match="at most 40960 entries fit, got 40961"):
        Lexicon({str(number): number for number in range(40961)})


def test_numbers_below_its_size_are_rows_of_the_bundled_model() -> None:
    text, encoder = "社区 工资 qwertz", load_encoder()
    numbers = load_lexicon().number(cut_words(text))
    assert (numbers >= len(load_lexicon())).sum() == 1
    rows = encoder.encode_passages([text], [numbers])
    np.testing.assert_array_equal(rows, encoder.encode_passages([text]))
    assert np.isclose(np.linalg.norm(rows), 1)


def test_another_vocabulary_has_another_fingerprint() -> None:
    assert Lexicon(SMALL).fingerprint() != Lexicon({**SMALL, "路": 5}).fingerprint()
