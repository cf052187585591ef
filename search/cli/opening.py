"""Open a source where a passage stands: in the editor of this person at the line, else in the viewer of the system.

    $VISUAL, else $EDITOR ──▶ vi +12 page.txt, code -g page.txt:12, notepad++ -n12 page.txt …
    neither, or no text   ──▶ xdg-open, open (macOS), the program of the file's type (Windows)

The command is started without a shell: a name of a file is never read as a command.
"""

from __future__ import annotations

import os
import shlex
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


def open_at(path: Path, line: int) -> None:
    """Open *path* at *line*, from 1. Raise BadInput where nothing here can, or where it fails."""
    editor = next((named for name in VARIABLES if (named := os.environ.get(name, "").strip())), None)
    if editor and path.suffix.lower() in TEXT:
        _run(_editor_command(editor, path, line), path, line)
    elif sys.platform == "win32":
        os.startfile(path)
    else:
        _run(["open" if sys.platform == "darwin" else "xdg-open", str(path)], path, line)


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


def _run(command: list[str], path: Path, line: int) -> None:
    try:
        ended = subprocess.run(command, check=False).returncode
    except OSError as error:
        why = reason(error)
    else:
        if not ended:
            return
        why = say("it ended with code {code}", code=ended)
    raise BadInput(
        say(
            "{program} does not open it: {why}; name your editor with VISUAL or EDITOR; the passage stands in {file}, line {line}",
            program=command[0], why=why, file=path, line=line,
        )
    )  # fmt: skip
