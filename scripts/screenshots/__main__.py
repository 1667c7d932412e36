"""Takes the pictures in docs/pictures: a demo office, a real browser, Chinese, as a visitor and as staff.

``python scripts/screenshots [round …]`` takes all rounds, or those named: portal, work, petition, monitoring. Needs Chromium and a Chinese font
(``scripts/install-system``). Each picture is reduced to 256 colours; one over 200 kB is an error.
"""

import io
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from office import Seen, demo_office
from PIL import Image
from playwright.sync_api import Browser, Page, ViewportSize, sync_playwright

PICTURES = Path(__file__).resolve().parents[2] / "docs" / "pictures"
LARGEST = 200_000  # bytes
LARGEST_IN_ALL = 1_500_000
PASSWORD = "yiwang-demo"
WIDE: ViewportSize = {"width": 1440, "height": 900}
NARROW: ViewportSize = {"width": 360, "height": 780}
TALLEST = {1440: 1300, 360: 1500}
"""Pixels of a page's height that are shown, by its width."""
CHROMIUM = (
    "chromium",
    "chromium-browser",
    "google-chrome",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
)
# Nothing but the pages may reach the network.
ARGUMENTS = [
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
]  # fmt: skip


@dataclass
class Photographer:
    """Takes pictures of one office in one browser."""

    browser: Browser
    office: Seen

    @contextmanager
    def visitor(self, size: ViewportSize) -> Iterator[Page]:
        """A fresh visitor with a screen of that size."""
        context = self.browser.new_context(
            base_url=self.office.address,
            locale="zh-CN",
            timezone_id="Asia/Shanghai",
            viewport=size,
            color_scheme="light",
        )
        context.set_default_timeout(20_000)
        yield context.new_page()
        context.close()

    @contextmanager
    def staff(self, username: str) -> Iterator[Page]:
        """Somebody who has logged in at the desk."""
        with self.visitor(WIDE) as page:
            page.goto("/desk/login/")
            page.fill("[name=username]", username)
            page.fill("[name=password]", PASSWORD)
            page.click("main form button.primary")
            page.wait_for_url("**/desk/")
            yield page

    def take(self, page: Page, name: str) -> None:
        """Write what the page shows, from its top down to the height that is shown at its width."""
        width = page.evaluate("innerWidth")
        over = page.evaluate("document.documentElement.scrollWidth - innerWidth")
        if over > 0:
            print(f"{name}: the page is {over} pixels too wide")
        page.evaluate("document.activeElement?.blur(); scrollTo(0, 0)")
        drawn = Image.open(io.BytesIO(page.screenshot(full_page=True, animations="disabled")))
        shown = drawn.crop((0, 0, drawn.width, min(drawn.height, TALLEST[width]))).convert("RGB")
        path = PICTURES / f"{name}.png"
        shown.quantize(256, dither=Image.Dither.NONE).save(path, optimize=True)
        size = path.stat().st_size
        print(f"{name}: {shown.width} × {shown.height}, {size // 1000} kB")
        if size > LARGEST:
            sys.exit(f"screenshots: {path} has {size} bytes, more than {LARGEST}")


def portal(camera: Photographer) -> None:
    """Take the pages of those who petition, on a wide and a narrow screen."""
    for size, suffix in ((WIDE, ""), (NARROW, "-360")):
        with camera.visitor(size) as page:
            page.goto("/")
            camera.take(page, f"home{suffix}")
            page.goto("/ask/")
            page.fill("[name=subject]", "小区西门的路灯坏了一个多月，晚上没法走")
            page.fill(
                "[name=text]",
                "从十月中旬起，安居小区西门到公交站这一段的路灯都不亮。老人和下晚自习的孩子都要走这里，"
                "已经有人绊倒。问过物业，说不归他们管。请派人来修，并告诉我们归谁管。",
            )
            page.fill("[name=place]", "安居小区西门至公交站")
            page.fill("[name=name]", "林秀英")
            page.fill("[name=phone]", "19900001234")
            page.wait_for_timeout(1_500)  # for the answers to like matters, which are looked up while one types
            camera.take(page, f"ask{suffix}")
            page.click("main form button.primary")
            page.wait_for_url("**/receipt/**")
            camera.take(page, f"receipt{suffix}")
            page.goto("/lookup/")
            page.fill("[name=number]", camera.office.answered)
            page.fill("[name=code]", camera.office.code)
            page.click("main form button.primary")
            page.wait_for_url("**/my/**")
            camera.take(page, f"timeline{suffix}")


def work(camera: Photographer) -> None:
    """Take the work-list of an office handler."""
    with camera.staff("fangwei") as page:
        camera.take(page, "work-list")


def petition(camera: Photographer) -> None:
    """Take a petition's page and the answer editor, as its agency's handler."""
    with camera.staff(camera.office.handler) as page:
        page.goto(f"/desk/petitions/{camera.office.in_hand}/")
        camera.take(page, "petition")
        page.goto(f"/desk/petitions/{camera.office.in_hand}/do/draft_answer/")
        page.fill(
            "[name=text]",
            "您反映的问题，我们收到后派人到现场核实，也调看了有关材料。经查，情况属实。\n\n"
            "我们已要求责任单位整改，本月底前完成；完成后由我局复查，并把结果告诉您。\n\n"
            "如对办理有疑问，请与承办人联系。",
        )
        page.check("[name=outcome][value=support]")
        camera.take(page, "answer-editor")


def monitoring(camera: Photographer) -> None:
    """Take the monitoring page of a leader."""
    with camera.staff("liangzheng") as page:
        page.goto("/desk/monitoring/")
        camera.take(page, "monitoring")


ROUNDS: dict[str, Callable[[Photographer], None]] = {
    "portal": portal,
    "work": work,
    "petition": petition,
    "monitoring": monitoring,
}


def main(wanted: list[str]) -> None:
    """Take all rounds, or those that are named."""
    chromium = next((found for name in CHROMIUM if (found := shutil.which(name))), None)
    if chromium is None:
        sys.exit("screenshots: no Chromium here: “sudo scripts/install-system” brings it on Debian and Ubuntu")
    if unknown := set(wanted) - set(ROUNDS):
        sys.exit(f"screenshots: there is no round {', '.join(sorted(unknown))}; there are {', '.join(ROUNDS)}")
    PICTURES.mkdir(parents=True, exist_ok=True)
    with (
        tempfile.TemporaryDirectory(prefix="yiwang-pictures-") as folder,
        demo_office(Path(folder) / "var") as office,
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(executable_path=chromium, args=ARGUMENTS)
        camera = Photographer(browser, office)
        for name in wanted or ROUNDS:
            ROUNDS[name](camera)
        browser.close()
    if (size := sum(path.stat().st_size for path in PICTURES.glob("*.png"))) > LARGEST_IN_ALL:
        sys.exit(f"screenshots: {size} bytes of pictures, more than {LARGEST_IN_ALL}")


if __name__ == "__main__":
    main(sys.argv[1:])
