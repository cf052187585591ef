"""`qianli index`: files and folders in, an index that is up to date with them out; once, or whenever they change."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from index.errors import BadInput, QianliError
from search.cli.console import note, progress
from search.cli.options import Device, IndexAt, ModelName, Paths, Quiet

if TYPE_CHECKING:
    from index.encoders.protocol import Encoder
    from index.engine.protocol import Address
    from index.indexing import IndexReport

WAIT = 60.0  # seconds that another process may take to write: a page takes a few, a large folder is not worth waiting for
RETRY = 10.0  # seconds until an update that failed is tried again: the disk was full, or another process wrote


def index(
    paths: Paths = None,
    index_at: IndexAt = None,
    model: ModelName = None,
    device: Device = None,
    rebuild: Annotated[
        bool, typer.Option("--rebuild", help="Derive the index anew from its own rows; with --model, embed them with that model.")
    ] = False,
    watch: Annotated[bool, typer.Option("--watch", help="Go on: take up every change until interrupted.")] = False,
    quiet: Quiet = False,
) -> None:
    """Read files and folders into the index: adds what is new or changed, removes what vanished."""
    from index.encoders.open import open_encoder
    from index.engine.open import find_index

    address = find_index(index_at)
    if rebuild:
        _rebuild(address, paths, model, device, quiet)
        return
    if not paths:
        raise BadInput("nothing to index; name files or folders: qianli index FOLDER")
    for path in paths:
        if not path.exists():
            raise BadInput(f"{path}: there is no such file or folder; name what is to be indexed")
    encoder = open_encoder(model or _model_of(address), device)
    if watch:
        _watch(paths, address, encoder, quiet)
    from search.output.index_report import report_lines

    report, facts = _update(paths, address, encoder, quiet)
    for line in report_lines(report, facts):
        note(quiet, line)


def _update(paths: list[Path], address: Address, encoder: Encoder, quiet: bool) -> tuple[IndexReport, dict[str, object]]:
    """Bring the index up to date with the files under *paths*; return what was done and what the index holds now."""
    from index.engine.open import open_index
    from index.engine.protocol import model_of
    from index.indexing import Progress, build

    with open_index(address, create=model_of(encoder)) as opened, progress(quiet) as tell:
        report = build(paths, opened, encoder, Progress(tell, tell.embedded, lambda line: note(quiet, line)), wait=WAIT)
        return report, opened.facts()


def _rebuild(address: Address, paths: list[Path] | None, model: str | None, device: str | None, quiet: bool) -> None:
    """Derive the index anew from its own rows; with a *model*, embed them with that model."""
    from index.encoders.open import open_encoder
    from index.engine.open import open_index
    from index.indexing import Progress, embed_again, rebuild_index

    if paths:
        raise BadInput("--rebuild reads no files; leave the paths out, or leave --rebuild out")
    with progress(quiet) as tell:
        shown = Progress(tell, tell.embedded, lambda line: note(quiet, line))
        rebuild_index(address, open_encoder(model, device) if model else None, shown, wait=WAIT)
        if not model and (encoder := _replaced_model(address, device)):  # only now can an index of an older format be asked for its model
            with open_index(address) as opened:
                embed_again(opened, encoder, shown, wait=WAIT)
    note(quiet, f"rebuilt {address} from its own rows")


def _replaced_model(address: Address, device: str | None) -> Encoder | None:
    """Return the shipped model in place of the one that made the index, where that came with another qianli; else None."""
    from index.encoders.open import open_encoder
    from index.encoders.shipped import DEFAULT, FORMER, shipped_models
    from index.engine.open import model_at

    made = model_at(address)
    if made is None or made.name not in (*FORMER, *shipped_models()):
        return None
    encoder = open_encoder(DEFAULT if made.name in FORMER else made.name, device)
    return None if encoder.fingerprint == made.fingerprint else encoder


def _watch(paths: list[Path], address: Address, encoder: Encoder, quiet: bool) -> None:
    """Keep the index up to date until interrupted, with a line for each update and for each attempt that fails."""
    from index.files.watch import changes
    from search.output.index_report import files_line

    watched = [path.absolute() for path in paths]
    for turn, present in enumerate(changes(watched, Path(address).absolute(), lambda line: note(quiet, _now(line)))):
        report = _update_until_it_works(present, address, encoder, quiet)
        if turn == 0 or report.added or report.changed or report.moved or report.removed:
            note(quiet, _now(files_line(report)))
        if turn == 1:
            note(quiet, _now("watching; stop with Ctrl-C"))


def _update_until_it_works(paths: list[Path], address: Address, encoder: Encoder, quiet: bool) -> IndexReport:
    """Bring the index up to date; where that fails, print the reason, wait and try again."""
    while True:
        try:
            return _update([path for path in paths if path.exists()], address, encoder, quiet)[0]
        except (QianliError, OSError) as error:
            note(False, _now(f"{' '.join(str(error).split())} (trying again in {RETRY:.0f} s)"))
            time.sleep(RETRY)


def _now(line: str) -> str:
    """Return *line* behind the time of day."""
    return f"{time.strftime('%H:%M:%S')} {line}"


def _model_of(address: Address) -> str:
    """Return the name of the model that the index at *address* was made with, or that of a new one where there is none yet."""
    from index.encoders.shipped import DEFAULT, FORMER
    from index.engine.open import model_at, open_index
    from index.engine.protocol import former_model
    from search.cli.settings import settings

    model = model_at(address)
    if model and model.name in FORMER:
        with open_index(address) as opened:
            raise former_model(opened, DEFAULT)
    return model.name if model else str(settings()["model"].value or DEFAULT)
