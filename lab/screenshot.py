"""`python -m lab.screenshot`: the pictures of the README, taken from the really running app.

In: seeds/, indexed into a folder that is thrown away. Out: docs/wide.png and docs/phone.png.
Does not know what a right answer is: it types questions, opens the page of the first, and takes what it sees.
"""

import shutil
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from playwright.sync_api import Page, sync_playwright

DOCS = Path("docs")
QUESTIONS = ["农民工张广林拿回了多少工资?", "刘琴英今年多大,家里有几口人?"]
PORT = 7879


def main() -> int:
    """Take both pictures. Return 1 where no Chromium is installed."""
    chromium = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if chromium is None:
        print("lab.screenshot: no Chromium is installed", file=sys.stderr)
        return 1
    DOCS.mkdir(exist_ok=True)
    with TemporaryDirectory() as index, sync_playwright() as playwright:
        subprocess.run([sys.executable, "-m", "index", "build", "seeds", "--index", index], check=True)
        command = [sys.executable, "app.py", "--index", index, "--port", str(PORT)]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as app:
            try:
                address = app.stdout.readline().split()[-1] if app.stdout else ""
                browser = playwright.chromium.launch(
                    executable_path=chromium, args=["--no-sandbox", "--disable-gpu"]
                )
                for name, width, height in (("wide", 1440, 900), ("phone", 390, 844)):
                    viewport = {"width": width, "height": height}
                    page = browser.new_page(
                        viewport=viewport, reduced_motion="reduce", color_scheme="light", locale="zh-CN"
                    )
                    page.goto(address)
                    _take(page, DOCS / f"{name}.png", beside=width > 900)
                browser.close()
            finally:
                app.terminate()
    return 0


def _take(page: Page, path: Path, *, beside: bool) -> None:
    page.locator(".start li").first.wait_for()
    for number, question in enumerate(QUESTIONS if beside else QUESTIONS[:1]):
        page.get_by_role("textbox").fill(question)
        page.get_by_role("textbox").press("Enter")
        page.locator(".turn").nth(number).wait_for()
    if beside:
        page.locator(".turn a.cite").first.click()
        page.locator("#sheet .sheet").wait_for()
    page.screenshot(path=path)
    print(path)


if __name__ == "__main__":
    sys.exit(main())
