"""What LibreOffice converts, where it is installed: old documents to docx, slides to PDF, which are read then as others are.

doc, wps, rtf, odt ──soffice──▶ docx ──▶ text          ppt, pptx, odp ──soffice──▶ pdf ──▶ text

The program runs in this child's limits, with a profile of its own that is thrown away, runs no macro and follows no link.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Callable
from functools import cache, partial
from pathlib import Path

from index.documents.extracted import Extracted, Refused
from index.documents.extractors import extractor
from index.messages import say

MOST_SECONDS = 50  # less than the parent waits, so that what was written to the disk is removed
PLACES = ("/Applications/LibreOffice.app/Contents/MacOS/soffice", r"C:\Program Files\LibreOffice\program\soffice.exe")
NOWHERE = "http://127.0.0.1:9"  # a proxy that nobody answers at
SETTINGS = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry" xmlns:xs="http://www.w3.org/2001/XMLSchema">
<item oor:path="/org.openoffice.Office.Common/Security/Scripting">
<prop oor:name="DisableMacrosExecution"><value>true</value></prop>
<prop oor:name="BlockUntrustedRefererLinks"><value>true</value></prop></item>
<item oor:path="/org.openoffice.Office.Writer/Content/Update"><prop oor:name="Link"><value>0</value></prop></item>
</oor:items>
"""


def convert(kind: str, target: str, content: bytes) -> Extracted:
    """Return the text of a document of this *kind*, read as *target*. Raise Refused where LibreOffice is missing or cannot open it."""
    programs = (shutil.which("soffice"), shutil.which("libreoffice"), *PLACES)
    program = next((path for path in programs if path and Path(path).exists()), None)
    if program is None:
        raise Refused(say("a {kind} file, which LibreOffice reads where it is installed; save it as docx or PDF", kind=kind))
    with tempfile.TemporaryDirectory(prefix="qianli-", ignore_cleanup_errors=True) as folder:
        made = _run(program, Path(folder), kind, target, content)
        if made is None:
            raise Refused(say("a {kind} file that LibreOffice cannot open: damaged or encrypted; open it and save it anew", kind=kind))
        extracted = extractor(target)(made.read_bytes())
    return extracted._replace(reader=f"{_name(program)} + {extracted.reader}")


def _run(program: str, folder: Path, kind: str, target: str, content: bytes) -> Path | None:
    """Return the file that the program made of *content*, None where it made none."""
    (folder / "profile" / "user").mkdir(parents=True)
    (folder / "profile" / "user" / "registrymodifications.xcu").write_text(SETTINGS, "utf-8")
    source = folder / f"document.{kind}"
    source.write_bytes(content)
    command = [program, f"-env:UserInstallation={(folder / 'profile').as_uri()}", "--headless", "--norestore", "--nolockcheck"]
    command += ["--convert-to", target, "--outdir", str(folder), str(source)]
    surroundings = {**os.environ, "http_proxy": NOWHERE, "https_proxy": NOWHERE, "HOME": str(folder)}
    quiet = {"stdin": subprocess.DEVNULL, "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    try:
        subprocess.run(command, env=surroundings, cwd=folder, timeout=MOST_SECONDS, check=False, **quiet)  # type: ignore[call-overload]
    except subprocess.TimeoutExpired:
        raise Refused(say("LibreOffice took more than {seconds} seconds; save it as docx or PDF", seconds=MOST_SECONDS)) from None
    except OSError:
        return None
    made = folder / f"document.{target}"
    return made if made.is_file() else None


@cache
def _name(program: str) -> str:
    """Return the program with its version."""
    try:
        run = subprocess.run([program, "--version"], stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=20, check=False)
        said = run.stdout
    except (OSError, subprocess.TimeoutExpired):
        said = ""
    number = re.search(r"\d+(?:\.\d+)+", said)
    return f"LibreOffice {number[0]}" if number else "LibreOffice"


def converting(kind: str) -> Callable[[bytes], Extracted]:
    """Return the function that reads documents of this *kind*."""
    return partial(convert, kind, "pdf" if kind in ("ppt", "pptx", "odp") else "docx")


extract_doc, extract_rtf, extract_odt = converting("doc"), converting("rtf"), converting("odt")
extract_ppt, extract_pptx, extract_odp = converting("ppt"), converting("pptx"), converting("odp")
