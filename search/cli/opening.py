"""Open a source where a passage stands: in the editor of this person at the line, in a viewer at the page, else as the system does.

    $VISUAL, else $EDITOR ──▶ vi +12 page.txt, code -g page.txt:12, notepad++ -n12 page.txt …
    a PDF                 ──▶ evince -i 12 paper.pdf, okular -p 12 paper.pdf …: the viewer of this person, else one that is there
    nothing of these      ──▶ xdg-open, open (macOS), the program of the file's type (Windows)

The command is started without a shell: a name of a file is never read as a command.
"""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

from index.errors import BadInput, reason
from index.messages import say

VARIABLES = ("VISUAL", "EDITOR")
TEXT = ("", ".txt", ".text", ".md", ".markdown", ".html", ".htm", ".csv", ".tsv", ".json", ".jsonl")  # what an editor shows by its lines
LINES = {  # how an editor is told the line, by its name: {line} and {file} stand for both
    **dict.fromkeys(
        ("vi", "vim", "nvim", "view", "gvim", "mvim", "ex", "nano", "rnano", "pico", "emacs", "emacsclient", "micro", "joe", "jmacs"),
        ("+{line}", "{file}"),
    ),
    **dict.fromkeys(("mg", "ne", "jed", "mcedit", "kak", "gedit", "pluma", "xed", "geany", "less", "bbedit"), ("+{line}", "{file}")),
    **dict.fromkeys(("code", "code-insiders", "codium", "vscodium", "cursor", "windsurf", "trae", "positron"), ("-g", "{file}:{line}")),
    **dict.fromkeys(("subl", "sublime_text", "zed", "zeditor", "hx", "helix", "atom"), ("{file}:{line}",)),
    **dict.fromkeys(("kate", "kwrite", "mate"), ("-l", "{line}", "{file}")),
    **dict.fromkeys(("idea", "pycharm", "mousepad", "featherpad"), ("--line", "{line}", "{file}")),
    "notepad++": ("-n{line}", "{file}"),
}


VIEWERS = {  # how a viewer of PDF is told the page, by its name
    "evince": ("-i", "{page}", "{file}"),
    "papers": ("-i", "{page}", "{file}"),
    "atril": ("-i", "{page}", "{file}"),
    "xreader": ("-i", "{page}", "{file}"),
    "okular": ("-p", "{page}", "{file}"),
    "zathura": ("-P", "{page}", "{file}"),
    "qpdfview": ("{file}#{page}",),
    "mupdf": ("{file}", "{page}"),
    "xpdf": ("{file}", ":{page}"),
    "SumatraPDF": ("-page", "{page}", "{file}"),
}
AT_ONCE = 2.0  # seconds in which a viewer that cannot open a file says so; one that runs on has opened it


def open_at(path: Path, line: int, page: int | None = None) -> None:
    """Open *path* at *line*, from 1, a PDF at its *page*. Raise BadInput where nothing here can, or where it fails."""
    if page and (viewer := _viewer()):
        program, name = viewer
        words = [part.format(page=page, file=path) for part in VIEWERS[name]]
        _run([program, *words], path, line, page)
        return
    editor = next((named for name in VARIABLES if (named := os.environ.get(name, "").strip())), None)
    if editor and path.suffix.lower() in TEXT:
        _run(_editor_command(editor, path, line), path, line)
    elif sys.platform == "win32":
        os.startfile(path)
    else:
        _run(["open" if sys.platform == "darwin" else "xdg-open", str(path)], path, line, page)


def _viewer() -> tuple[str, str] | None:
    """Return the path and the name of a viewer that can be told the page: the one this person chose for PDF, else any that is there."""
    chosen = _chosen_viewer().lower()
    names = sorted(VIEWERS, key=lambda name: name.lower() not in chosen)
    return next(((program, name) for name in names if (program := shutil.which(name))), None)


def _chosen_viewer() -> str:
    """Return what the desktop calls the program that opens PDF, "" where it does not say."""
    try:
        asked = subprocess.run(["xdg-mime", "query", "default", "application/pdf"], capture_output=True, check=False, timeout=AT_ONCE)
    except (OSError, subprocess.SubprocessError):
        return ""
    return asked.stdout.decode("utf-8", "replace")


def _editor_command(editor: str, path: Path, line: int) -> list[str]:
    """Return the command of *editor*, which may have options of its own, for a line of a file."""
    try:
        words = shlex.split(editor) if sys.platform != "win32" else _windows_words(editor)
    except ValueError:
        raise BadInput(say("the editor {editor} cannot be read; mend VISUAL or EDITOR", editor=editor)) from None
    name = Path(words[0].replace("\\", "/") if sys.platform == "win32" else words[0]).name.lower().removesuffix(".exe").removesuffix(".cmd")
    return [*words, *(part.format(line=line, file=path) for part in LINES.get(name, ("{file}",)))]


def _windows_words(editor: str) -> list[str]:
    """Return a program and its options; a path with blanks may stand there with quotes or without."""
    if Path(editor).exists():
        return [editor]
    return [word.strip('"') for word in shlex.split(editor, posix=False)]


def _run(command: list[str], path: Path, line: int, page: int | None = None) -> None:
    """Run *command* to its end, a viewer at a *page* only until it has opened its window. Raise BadInput where it fails."""
    try:
        ended = _left_open(command) if page else subprocess.run(command, check=False).returncode
    except OSError as error:
        why = reason(error)
    else:
        if not ended:
            return
        why = say("it ended with code {code}", code=ended)
    if page:
        raise BadInput(
            say(
                "{program} does not open it: {why}; the passage stands in {file}, page {page}",
                program=command[0],
                why=why,
                file=path,
                page=page,
            )
        )
    raise BadInput(
        say(
            "{program} does not open it: {why}; name your editor with VISUAL or EDITOR; the passage stands in {file}, line {line}",
            program=command[0], why=why, file=path, line=line,
        )
    )  # fmt: skip


def _left_open(command: list[str]) -> int:
    """Start *command* and leave it running; return its code where it ends at once, 0 where it runs on."""
    nothing = subprocess.DEVNULL
    process = subprocess.Popen(command, stdin=nothing, stdout=nothing, stderr=nothing, start_new_session=True)
    try:
        return process.wait(AT_ONCE)
    except subprocess.TimeoutExpired:
        process.returncode = 0  # it is on its own from here: no warning that it still runs
        return 0
