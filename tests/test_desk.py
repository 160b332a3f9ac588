import threading
import time
from collections.abc import Callable

import pytest

from qa.archive import Archive
from qa.desk import Desk

MOMENT = 5.0  # seconds in which what is to happen has happened


def wait_until(true: Callable[[], bool]) -> None:
    ends = time.monotonic() + MOMENT
    while not true():
        assert time.monotonic() < ends
        time.sleep(0.001)


def test_who_comes_first_is_served_first_and_no_more_at_once_than_there_are_places() -> None:
    desk, done, entered, waiting = Desk(2), threading.Semaphore(0), [], []

    def visit(number: int) -> None:
        waiting.append(number)
        with desk.turn():
            entered.append(number)
            done.acquire()

    visitors = [threading.Thread(target=visit, args=(number,), daemon=True) for number in range(6)]
    for number, visitor in enumerate(visitors):
        visitor.start()
        wait_until(lambda number=number: len(desk._waiting) + len(entered) == number + 1)
    assert sorted(entered) == [0, 1]
    for served in range(3, 7):
        done.release()
        wait_until(lambda served=served: len(entered) == served)
        time.sleep(0.01)
        assert len(entered) == served
    assert entered[2:] == [2, 3, 4, 5]
    done.release(2)
    for visitor in visitors:
        visitor.join(MOMENT)
    with desk.turn():
        pass


def test_a_turn_that_fails_is_over() -> None:
    desk = Desk(1)
    for _ in range(3):
        with pytest.raises(ZeroDivisionError), desk.turn():
            raise ZeroDivisionError
    with desk.turn():
        pass


def test_an_archive_answers_a_few_at_once_and_all_of_them(archive, monkeypatch) -> None:
    at_work, most, lock, tell = 0, 0, threading.Lock(), Archive._tell

    def watched(*given: object) -> object:
        nonlocal at_work, most
        with lock:
            at_work += 1
            most = max(most, at_work)
        try:
            return tell(*given)
        finally:
            with lock:
                at_work -= 1

    monkeypatch.setattr(Archive, "_tell", watched)
    said: dict[int, str] = {}
    question = "老妈妈服务队有多少人?"

    def ask(number: int) -> None:
        said[number] = archive.ask(question).span

    askers = [threading.Thread(target=ask, args=(number,)) for number in range(8)]
    for asker in askers:
        asker.start()
    for asker in askers:
        asker.join()
    assert len(said) == 8
    assert set(said.values()) == {archive.ask(question).span}
    assert most == archive.store.at_once == 2
