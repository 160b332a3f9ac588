"""The public link: its password, the program of its tunnel, and its picture."""

import hashlib
import os
import pty
import re
import select
import stat
import subprocess
import sys

import httpx
import pytest
import segno

from chat.tunnel import TunnelUnsafe, draw_code, verify_program
from tests.visiting import ROOT, address_of, run_app, serve


@pytest.fixture
def program(tmp_path):
    """A tunnel's program that leaves a trace, and says what Gradio waits for."""
    path = tmp_path / "frpc"
    path.write_text(
        f'#!/bin/sh\ntouch "{tmp_path}/ran"\necho "start proxy success: http://made.gradio.live"\nsleep 60\n'
    )
    path.chmod(path.stat().st_mode | stat.S_IEXEC)
    return path


def test_a_shared_page_prints_its_link_and_a_password_that_is_needed(index_dir, program):
    with serve(index_dir, "--share", changes=[f"take_tunnel,{program}"]) as process:
        address = address_of(process)
        assert process.stdout.readline() == "Public link: https://made.gradio.live\n"
        said = process.stdout.readline().split()  # and no picture: this is no terminal
        assert (said[0], said[2]) == ("User:", "Password:")
        assert (program.parent / "ran").exists()
        with httpx.Client(base_url=address, timeout=60) as client:
            assert client.get("config").status_code == 401
            data = {"username": said[1], "password": said[3]}
            assert client.post("login", data=data).status_code == 200
            assert client.get("config").status_code == 200
            page = client.get("/").text
        assert "gradio.s3" not in page  # share=True would have fetched its scripts from there
        assert '<script type="module" crossorigin src="./assets/' in page


def test_a_tunnel_whose_program_was_changed_is_not_run(index_dir, program):
    options = ["--index", str(index_dir), "--share"]
    with run_app(*options, changes=[f"take_tunnel,{program},{'0' * 64}"]) as process:
        said, told = process.communicate(timeout=120)
    assert (process.returncode, said) == (1, "")
    assert f"not run: {program}" in told
    assert told.count("\n") == 1
    assert not (program.parent / "ran").exists()


def test_a_program_is_compared_with_its_checksum_to_the_byte(tmp_path):
    path = tmp_path / "frpc"
    path.write_bytes(b"tunnel")
    right = hashlib.sha256(b"tunnel").hexdigest()
    verify_program(path, right)
    path.write_bytes(b"tunnel.")
    with pytest.raises(TunnelUnsafe, match="Delete that file"):
        verify_program(path, right)
    with pytest.raises(TunnelUnsafe):
        verify_program(path, None)  # no checksum is known for this kind of computer


def test_on_a_terminal_the_link_is_a_picture_too(index_dir, program):
    leader, follower = pty.openpty()
    command = [sys.executable, "-m", "tests.sharing", f"take_tunnel,{program}", "--"]
    command += ["--index", str(index_dir), "--share", "--port", "7939"]
    said = b""
    with subprocess.Popen(command, cwd=ROOT, stdout=follower, stderr=subprocess.DEVNULL) as process:
        os.close(follower)
        while b"Password:" not in said:
            assert select.select([leader], [], [], 120)[0]
            said += os.read(leader, 4096)
        process.terminate()
    os.close(leader)
    assert draw_code("https://made.gradio.live") in said.decode().replace("\r\n", "\n")


def test_the_picture_holds_the_link():
    link = "https://0123456789abcdef01.gradio.live"
    wanted = [[bool(module) for module in row] for row in segno.make(link, error="m").matrix_iter(border=4)]
    assert read_code(draw_code(link)) == wanted


def read_code(drawn: str) -> list[list[bool]]:
    """Return the modules of a code drawn in half blocks: True where it is dark."""
    rows = []
    for line in drawn.split("\n"):
        pair = [[], []]
        for mark in re.sub(r"\x1b\[[\d;]*m", "", line):
            pair[0].append(mark not in "█▀")
            pair[1].append(mark not in "█▄")
        rows += pair
    return rows[:-1] if len(rows) > len(rows[0]) else rows  # an odd number of lines leaves half a one
