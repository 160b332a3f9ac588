"""`python app.py`: the chat in the browser.

In: an index folder and where to listen. Out: a Gradio page that asks the archive and shows what it says.
Does not know how an answer is found (qa/), drawn (web/) or carried to the page (chat/): it parses the command
line, opens the archive and says in a line what went wrong.
"""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from chat.serve import Reach, serve_page
from index.errors import WenbaoError
from index.store import DEFAULT_INDEX, folder_beside
from qa.consult import add_model_options, connect_as_told
from qa.follow import Following


def main(argv: Sequence[str] | None = None) -> int:
    """Serve the chat until interrupted. Return the exit status: 0 done, 1 failed and said why."""
    parser = _parser()
    args = parser.parse_args(argv)
    if args.public and args.auth:
        parser.error("--public asks for no password and --auth sets one: give one of them")
    reach = Reach(args.host, args.port, args.share, args.public, args.auth, args.mcp)
    if reach.mcp and (reach.share or reach.auth or not reach.here_alone):
        parser.error(
            "--mcp lets whoever reaches it call the tools, without a password: "
            "it is for this computer alone, and goes with none of --share, --auth and another --host"
        )
    try:
        model = connect_as_told(args, parser)
        feedback = args.feedback or folder_beside(args.index) / "feedback.jsonl"
        if args.no_feedback or (args.public and not args.feedback):  # strangers may say what they like
            feedback = None
        serve_page(Following.open(args.index, args.encoder, args.reranker), model, reach, feedback)
    except WenbaoError as error:
        print(f"app.py: {error}", file=sys.stderr)
        return 1
    except OSError:
        print(f"app.py: cannot listen on {args.host}:{args.port}. Try another --port.", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        pass
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="app.py", description="Ask a newspaper archive, in the browser.")
    parser.add_argument("--index", default=str(DEFAULT_INDEX), metavar="DIR", help="default: %(default)s")
    parser.add_argument("--encoder", metavar="NAME", help="the encoder that the index was built with")
    parser.add_argument("--reranker", metavar="NAME", help="a cross-encoder that puts the best in order")
    parser.add_argument("--host", default="127.0.0.1", help="default: 127.0.0.1")
    parser.add_argument("--port", type=_port, default=7860, help="default: 7860")
    parser.add_argument("--share", action="store_true", help="make a public Gradio link, with a password")
    parser.add_argument("--auth", type=_credentials, metavar="USER:PASSWORD", help="ask visitors for these")
    parser.add_argument("--public", action="store_true", help="with --share: let anyone in who has the link")
    parser.add_argument("--mcp", action="store_true", help="serve the calls of programs as tools, over MCP")
    parser.add_argument(
        "--feedback", type=Path, metavar="FILE",
        help="where votes on answers are kept; default: feedback.jsonl beside the index, without --public",
    )  # fmt: skip
    parser.add_argument("--no-feedback", action="store_true", help="do not ask for votes on answers")
    add_model_options(parser)
    return parser


def _port(value: str) -> int:
    if not value.isdecimal() or not 1 <= int(value) <= 65535:
        raise argparse.ArgumentTypeError(f"a port is a number from 1 to 65535, not {value!r}")
    return int(value)


def _credentials(value: str) -> tuple[str, str]:
    user, colon, password = value.partition(":")
    if not (user.strip() and colon and password.strip()):
        raise argparse.ArgumentTypeError("expected USER:PASSWORD, neither of them empty")
    return user, password


if __name__ == "__main__":
    sys.exit(main())
