"""qa.follow: a new index is taken over whole, or passed over, and who was asking goes on asking."""

import gc
import shutil
import weakref
from pathlib import Path

import pytest

from index.build import add_to_index, build_index
from index.encoder import load_encoder
from qa import follow
from qa.archive import Archive
from qa.follow import Following
from tests.conftest import TinyEncoder
from tests.gazette import print_gazette

QUESTION, PRICE = "柳河县山区公交车的票价是多少?", "2元"
FERRY = "渡口收费降了\n\n本报讯(记者 周平)青林渡口昨日降价,自行车过渡每辆收费7角。\n"
FERRY_ASKED, FARE = "自行车过渡每辆收费多少?", "7角"


@pytest.fixture
def pages(tmp_path) -> Path:
    return print_gazette(tmp_path / "pages")


@pytest.fixture
def folder(pages, tmp_path) -> Path:
    build_index([pages], tmp_path / "index", load_encoder())
    return tmp_path / "index"


@pytest.fixture
def following(folder) -> Following:
    return Following.open(folder)


def add_ferry(folder: Path, fare: str = FARE) -> None:
    page = folder.parent / "渡口.txt"
    page.write_text(FERRY.replace(FARE, fare), "utf-8")
    add_to_index([page], folder, load_encoder())


def newest(folder: Path) -> Path:
    return folder / (folder / "CURRENT").read_text().strip()


def damage(generation: Path) -> dict[Path, bytes]:
    """Flip a bit in every file that this generation has for itself; return what stood in them."""
    own = {
        path: path.read_bytes()
        for path in generation.rglob("*")
        if path.is_file() and path.stat().st_nlink == 1 and path.stat().st_size
    }
    for path, whole in own.items():
        path.write_bytes(whole[:-9] + bytes([whole[-9] ^ 1]) + whole[-8:])
    return own


def test_what_was_added_is_answered_from_then_on(following, folder):
    before = following.now
    assert not before.ask(FERRY_ASKED).answered
    assert not following.look()
    add_ferry(folder)
    assert following.now is before  # nobody has looked yet
    assert following.look()
    assert following.now.ask(FERRY_ASKED).span == FARE
    assert following.now.ask(QUESTION).span == PRICE
    assert following.now.summary.pages == before.summary.pages + 1
    assert not following.look()


def test_who_began_with_one_archive_ends_with_it(following, folder):
    before = following.now
    add_ferry(folder)
    add_ferry(folder, "9角")  # by now the generation that is asked is gone from the disk
    assert following.look()
    assert before.ask(QUESTION).span == PRICE
    assert not before.ask(FERRY_ASKED).answered
    assert before.page("柳河.txt").page.text
    assert before.verify("共设站点26个,票价2元").verdict == "verbatim"
    assert following.now.ask(FERRY_ASKED).span == "9角"


def test_an_archive_is_gone_with_the_last_who_asked_it(following, folder):
    asking, gone = following.now, weakref.ref(following.now)
    add_ferry(folder)
    gc.disable()  # memory of gigabytes is not to wait for that
    try:
        assert following.look()
        assert gone() is asking
        del asking
        assert gone() is None
    finally:
        gc.enable()


def test_whoever_wants_to_know_is_told_of_each_archive_that_is_taken_over(following, folder, capsys):
    told = []
    following.then(told.append)
    assert not following.look()
    add_ferry(folder)
    following.look()
    assert told == [following.now]
    fingerprint = following.now.store.fingerprint
    assert capsys.readouterr().out == f"The index was renewed: 5 pages, 8 articles ({fingerprint})\n"


def test_what_is_damaged_is_passed_over_in_one_line_until_something_whole_comes(following, folder, capsys):
    before = following.now
    add_ferry(folder)
    damage(newest(folder))
    for _ in range(3):
        assert not following.look()
    assert following.now is before
    told = capsys.readouterr().err
    assert told.startswith("app.py: a new index was passed over, the old one goes on: ")
    assert newest(folder).name in told
    assert told.count("\n") == 1
    add_ferry(folder, "9角")
    assert following.look()
    assert following.now.ask(FERRY_ASKED).span == "9角"


def test_what_was_not_whole_yet_is_tried_again_less_and_less_often(following, folder, monkeypatch, capsys):
    clock = [0.0]
    monkeypatch.setattr(follow.time, "monotonic", lambda: clock[0])
    tried = []
    opening = follow.open_store
    monkeypatch.setattr(follow, "open_store", lambda at: tried.append(clock[0]) or opening(at))
    add_ferry(folder)
    whole = damage(newest(folder))
    for second in range(40):
        clock[0] = float(second)
        assert not following.look()
    assert tried == [0, 5, 15, 35]
    for path, content in whole.items():
        path.write_bytes(content)
    clock[0] = 75.0
    assert following.look()
    assert following.now.ask(FERRY_ASKED).span == FARE
    assert capsys.readouterr().err.count("\n") == 1


def test_of_two_new_ones_the_whole_one_is_taken_though_the_last_is_damaged(following, folder):
    add_ferry(folder)
    made = newest(folder).name
    add_ferry(folder, "9角")
    damage(newest(folder))
    assert following.look()
    assert Path(following.now.store.name).name == made
    assert following.now.ask(FERRY_ASKED).span == FARE


def test_what_another_encoder_made_is_passed_over(following, folder, pages, capsys):
    build_index([pages], folder, TinyEncoder("./nowhere"))
    assert not following.look()
    assert following.now.ask(QUESTION).span == PRICE
    assert 'There is no folder "./nowhere"' in capsys.readouterr().err


def test_whatever_goes_wrong_is_a_line_for_the_operator(following, folder, monkeypatch, capsys):
    def fail(*_: object) -> Archive:
        raise MemoryError("no room")

    monkeypatch.setattr(follow, "Archive", fail)
    add_ferry(folder)
    assert not following.look()
    assert capsys.readouterr().err.endswith("goes on: MemoryError: no room\n")
    assert following.now.ask(QUESTION).span == PRICE


def test_a_folder_that_is_moved_or_deleted_is_asked_as_it_was_open(following, folder, pages, capsys):
    folder.rename(folder.with_name("elsewhere"))
    assert not following.look()
    shutil.rmtree(folder.with_name("elsewhere"))
    assert not following.look()
    assert following.now.ask(QUESTION).span == PRICE
    assert following.now.verify("共设站点26个,票价2元").verdict == "verbatim"
    assert following.now.page("柳河.txt").articles
    assert capsys.readouterr().err == ""
    # Built anew, its generations are named as those before were.
    (pages / "渡口.txt").write_text(FERRY, "utf-8")
    build_index([pages], folder, load_encoder())
    assert newest(folder).name == "g000001"
    assert following.look()
    assert following.now.ask(FERRY_ASKED).span == FARE


def test_an_archive_by_itself_stays(archive):
    following = Following(archive)
    assert not following.look()
    assert following.now is archive
