"""The public link: Gradio's tunnel, whose program is verified before it runs.

In: where the page listens. Out: the link, and a picture of it for a telephone's camera.
Does not know the page, or who may use the link.

Gradio compares the program with its checksum when it has just fetched it, and never again: what lies in the
cache, changed or cut short since, is run. Here it is compared before each start.
"""

import hashlib
import io
import secrets
from pathlib import Path

from index.errors import WenbaoError


class TunnelUnsafe(WenbaoError):
    """The tunnel's program is not the one that Gradio publishes."""


def open_tunnel(host: str, port: int) -> str | None:
    """Return a public link to the page, or None where none can be made: no network, no server, no program.

    Raises TunnelUnsafe where the program is not what it should be; then it has not been run.
    """
    from gradio import networking, tunneling

    fetch = tunneling.Tunnel.download_binary

    def fetch_and_verify() -> None:
        fetch()
        verify_program(Path(tunneling.BINARY_PATH), tunneling.CHECKSUMS.get(tunneling.BINARY_URL))

    tunneling.Tunnel.download_binary = staticmethod(fetch_and_verify)
    try:
        link = networking.setup_tunnel(host, port, secrets.token_urlsafe(32), None, None)
    except (TunnelUnsafe, tunneling.ChecksumMismatchError):
        raise TunnelUnsafe(_tell(Path(tunneling.BINARY_PATH))) from None
    except Exception:  # whatever it is, it is the network's or the server's, and the chat goes on without
        return None
    finally:
        tunneling.Tunnel.download_binary = staticmethod(fetch)
    return f"https://{link.partition('://')[2] or link}"


def verify_kept() -> None:
    """Raise TunnelUnsafe where an earlier start has left a program that is not what it should be."""
    from gradio import tunneling

    path = Path(tunneling.BINARY_PATH)
    if path.exists():
        verify_program(path, tunneling.CHECKSUMS.get(tunneling.BINARY_URL))


def verify_program(path: Path, checksum: str | None) -> None:
    """Raise TunnelUnsafe where the file is not the one with this SHA-256, or where none is known."""
    if checksum is None or hashlib.sha256(path.read_bytes()).hexdigest() != checksum:
        raise TunnelUnsafe(_tell(path))


def _tell(path: Path) -> str:
    return (
        f"The program of the tunnel is not the one that Gradio publishes, and was not run: {path}. "
        "Delete that file and start again: it is fetched anew. Or start without --share."
    )


def draw_code(link: str) -> str:
    """Return a QR code of the link for a terminal: half blocks, in colours of its own."""
    import segno

    drawn = io.StringIO()
    segno.make(link, error="m", micro=False).terminal(drawn, compact=True)
    # What is light is drawn: white on black, whatever the terminal's own colours are.
    return "\n".join(f"\x1b[97;40m{line}\x1b[0m" for line in drawn.getvalue().splitlines())
