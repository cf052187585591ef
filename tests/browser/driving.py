"""What drives a real browser: the system's chromium and axe-core where they are installed, and servers to look at.

pages ──index──▶ qianli serve ──address──▶ Visitor: a page of chromium that notes what went wrong while it was looked at
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Page, Playwright

ROOT = Path(__file__).parents[2]
CHROMIUM = ("chromium", "chromium-browser", "google-chrome")
AXE = (os.environ.get("QIANLI_AXE", ""), str(ROOT / "node_modules" / "axe-core" / "axe.min.js"))
FLAGS = (
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",  # whatever a page asks for elsewhere fails, and is noted
    "--disable-background-networking",
    "--disable-component-update",
    "--font-render-hinting=none",
)
PHONE, DESK = 390, 1280  # pixels
PATIENCE = 15_000  # milliseconds until a step counts as failed: the machine may be busy
STARTING = 60  # seconds


def missing() -> str:
    """Return what the browser tests lack here, "" for nothing."""
    lacking = [
        *([] if find_spec("playwright") else ["playwright"]),
        *([] if chromium() else ["chromium"]),
        *([] if axe_file() else ["axe-core"]),
    ]
    return " and ".join(lacking)


def chromium() -> str | None:
    return next((path for name in CHROMIUM if (path := shutil.which(name))), None)


def axe_file() -> Path | None:
    return next((Path(name) for name in AXE if name and Path(name).is_file()), None)


@contextmanager
def launched(playwright: Playwright) -> Iterator[Browser]:
    """Start the system's chromium."""
    root = hasattr(os, "geteuid") and os.geteuid() == 0
    browser = playwright.chromium.launch(executable_path=chromium(), args=[*FLAGS, *(["--no-sandbox"] if root else [])])
    try:
        yield browser
    finally:
        browser.close()


def indexed(folder: Path, index: Path) -> Path:
    """Index the pages of *folder* with the model that opens fastest."""
    _qianli("index", folder, "--index", index, "--model", "static", "-q")
    return index


@contextmanager
def served(index: Path, errors: Path, token: str | None = None) -> Iterator[str]:
    """Start `qianli serve` on a free port and yield its address; what it writes to standard error goes to *errors*."""
    command = [sys.executable, "-m", "search.qianli", "serve", "--port", "0", "--index", str(index)]
    with errors.open("wb") as log:
        server = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=log, cwd=ROOT, env=_environment(token), text=True)
    try:
        assert server.stdout
        address = server.stdout.readline().strip()  # it ends with the process, so this does not wait for ever
        assert address.startswith("http"), errors.read_text("utf-8")
        yield address.rstrip("/")
    finally:
        server.terminate()
        server.wait(STARTING)
        if server.stdout:
            server.stdout.close()


def _environment(token: str | None) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("QIANLI_")}
    return {**kept, "QIANLI_CONFIG": os.devnull, **({"QIANLI_TOKEN": token} if token else {})}


def _qianli(*arguments: object) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "search.qianli", *map(str, arguments)], cwd=ROOT, env=_environment(None), capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr


@dataclass
class Visitor:
    """Somebody who looks at one server with one browser, and notes what should not happen: errors of the console, violations of the
    content security policy, requests to other servers."""

    page: Page
    address: str
    troubles: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.page.set_default_timeout(PATIENCE)
        self.page.on("console", lambda message: self._note(f"console: {message.text}") if message.type == "error" else None)
        self.page.on("pageerror", lambda error: self._note(f"script: {error}"))
        self.page.on("request", lambda request: self._note_foreign(request.url))

    def goes(self, path: str) -> Visitor:
        """Go to a path of the server."""
        self.page.goto(self.address + path)
        return self

    def expects(self, status: int) -> None:
        """Forget that the console told of an answer with this status: it says so of every page that is not 200."""
        self.troubles = [trouble for trouble in self.troubles if f"status of {status} " not in trouble]

    def findings(self, rules: Sequence[str] = ()) -> list[str]:
        """Return what axe-core calls serious or critical on the page as it is now; *rules*: these alone."""
        source = axe_file()
        assert source
        self.page.evaluate(source.read_text("utf-8"))  # not as a script of the page, which the policy would refuse
        chosen: dict[str, Any] = {"resultTypes": ["violations"]}
        if rules:
            chosen["runOnly"] = {"type": "rule", "values": list(rules)}
        result = self.page.evaluate("options => axe.run(document, options)", chosen)
        return [
            f"{finding['impact']}: {finding['id']}: {node['target']}: {node['failureSummary']}"
            for finding in result["violations"]
            if finding["impact"] in ("serious", "critical")
            for node in finding["nodes"]
        ]

    def overflow(self) -> int:
        """Return how many pixels the page is wider than the window."""
        width: int = self.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        return width

    def _note(self, trouble: str) -> None:
        self.troubles.append(trouble)

    def _note_foreign(self, url: str) -> None:
        if urlsplit(url).scheme not in ("data", "blob") and not url.startswith(f"{self.address}/"):
            self._note(f"request: {url}")


def context_of(
    browser: Browser, language: str = "en", scheme: str = "light", width: int = DESK, script: bool = True, touch: bool = False
) -> BrowserContext:
    """Return a fresh profile: nothing in it is kept from an earlier one."""
    return browser.new_context(
        locale={"zh": "zh-CN", "en": "en-GB"}[language],
        color_scheme="dark" if scheme == "dark" else "light",
        viewport={"width": width, "height": 800},
        java_script_enabled=script,
        accept_downloads=True,
        has_touch=touch,
        reduced_motion="reduce",
    )
