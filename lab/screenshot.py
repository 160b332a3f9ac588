"""`python -m lab.screenshot [FOLDER]`: pictures of the main states, taken from the really running app.

In: seeds/, indexed into a folder that is thrown away. Out: every picture of `PICTURES` in FOLDER, in few
colours, which keeps them small; without FOLDER those that the README shows, in docs.
Does not know what a right answer is: it types questions, opens the page of one, and takes what it sees.
"""

import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory

from PIL import Image
from playwright.sync_api import Page, sync_playwright

from lab.served import find_chromium, serve_app

DOCS = Path("docs")
QUESTIONS = ["农民工张广林拿回了多少工资?", "刘琴英今年多大,家里有几口人?"]
QUOTED = "来自滑县的农民工张广林手里拿着26000元现金,激动不已。"  # 20600 in the paper


def ask(page: Page, *questions: str) -> None:
    """Ask, and wait for each answer."""
    for question in questions:
        turns = page.locator(".turn").count()
        page.locator("#box textarea").fill(question)
        page.locator("#box textarea").press("Enter")
        page.locator(".turn").nth(turns).wait_for()


def open_page(page: Page) -> None:
    """Ask, and open the page that the first answer stands on."""
    ask(page, *QUESTIONS)
    page.locator(".turn a.cite").first.click()
    page.locator("#sheet .sheet").wait_for()


def browse(page: Page) -> None:
    """Go to the list of all articles."""
    page.locator('#top [data-room="browse"]').click()
    page.locator("#room-browse [data-open]").first.wait_for()


def verify(page: Page) -> None:
    """Have a quotation checked that has a figure wrong."""
    page.locator('#top [data-room="verify"]').click()
    page.locator("#room-verify textarea").fill(QUOTED)
    page.locator("#room-verify textarea").press("Control+Enter")
    page.locator("#checked :is(ins, del)").first.wait_for()


@dataclass(frozen=True, slots=True)
class Picture:
    """A state, and in what it is shown."""

    reach: Callable[[Page], object]
    width: int = 1440
    locale: str = "zh-CN"
    scheme: str = "light"
    in_readme: bool = False


def _ask(*questions: str) -> Callable[[Page], None]:
    return lambda page: ask(page, *questions)


PICTURES = {
    "wide": Picture(open_page, in_readme=True),
    "phone": Picture(_ask(QUESTIONS[0]), 390, in_readme=True),
    "browse": Picture(browse, in_readme=True),
    "verify": Picture(verify, in_readme=True),
    "dark": Picture(open_page, scheme="dark"),
    "start": Picture(_ask()),
    "refusal": Picture(_ask("十二里屯工地要盖几层楼?")),
    "limits": Picture(_ask("在上街区的报道中,农民工张广林拿回了多少工资?")),
    "count": Picture(_ask("哪些区报道了创卫?")),
    "keys": Picture(lambda page: page.locator("[data-keys]").click()),
    "traditional": Picture(open_page, locale="zh-TW"),
    "english": Picture(open_page, locale="en-GB"),
    "tablet": Picture(open_page, 820),
    "phone-start": Picture(_ask(), 390),
    "phone-sheet": Picture(open_page, 390),
    "phone-browse": Picture(browse, 390),
    "phone-verify": Picture(verify, 390),
    "phone-english-dark": Picture(_ask(QUESTIONS[0]), 390, "en-GB", "dark"),
    "start-dark": Picture(_ask(), scheme="dark"),
    "refusal-dark": Picture(_ask("十二里屯工地要盖几层楼?"), scheme="dark"),
    "browse-dark": Picture(browse, scheme="dark"),
    "verify-dark": Picture(verify, scheme="dark"),
}


def main() -> int:
    """Take the pictures. Return 1 where no Chromium is installed."""
    chromium = find_chromium()
    if chromium is None:
        print("lab.screenshot: no Chromium is installed", file=sys.stderr)
        return 1
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else DOCS
    pictures = {name: one for name, one in PICTURES.items() if folder != DOCS or one.in_readme}
    folder.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory() as index, sync_playwright() as playwright:
        subprocess.run([sys.executable, "-m", "index", "build", "seeds", "--index", index], check=True)
        with serve_app(Path(index)) as served:
            options = ["--no-sandbox", "--disable-gpu"]
            browser = playwright.chromium.launch(executable_path=chromium, args=options)
            for name, picture in pictures.items():
                page = browser.new_page(
                    viewport={"width": picture.width, "height": 900 if picture.width > 620 else 844},
                    reduced_motion="reduce",
                    color_scheme=picture.scheme,
                    locale=picture.locale,
                )
                page.goto(served.address)
                page.locator("#talk .start").wait_for()
                page.locator("html:not(.settling)").wait_for()
                picture.reach(page)
                page.mouse.move(0, 0)
                page.wait_for_timeout(500)  # fonts, and what follows the mouse
                _save(page.screenshot(), folder / f"{name}.png")
                page.close()
            browser.close()
    return 0


def _save(picture: bytes, path: Path) -> None:
    """Write a PNG of 128 colours: a third of the size, and no eye tells paper and ink from it."""
    image = Image.open(BytesIO(picture)).convert("RGB")
    image.quantize(128, method=Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE).save(path, optimize=True)
    print(f"{path}: {path.stat().st_size // 1024} KB", flush=True)


if __name__ == "__main__":
    sys.exit(main())
