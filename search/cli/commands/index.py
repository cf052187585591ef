"""`qianli index`: files and folders in, an index that is up to date with them out; once, or whenever they change."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from index.errors import BadInput, QianliError
from index.messages import say
from search.cli.console import ending_on_request, note, print_lines, progress
from search.cli.options import AsJson, Device, IndexAt, ModelName, Paths, Quiet

if TYPE_CHECKING:
    from index.encoders.protocol import Encoder
    from index.engine.protocol import Address
    from index.indexing import IndexReport
    from index.workers import Workers

WAIT = 60.0  # seconds that another process may take to write: a page takes a few, a large folder is not worth waiting for
MOST_ASKED = 64  # processes; each takes some 100 MB
RETRY = 10.0  # seconds until an update that failed is tried again: the disk was full, or another process wrote


def index(
    paths: Paths = None,
    index_at: IndexAt = None,
    model: ModelName = None,
    device: Device = None,
    rebuild: Annotated[
        bool, typer.Option("--rebuild", help=say("Derive the index anew from its own rows; with --model, embed them with that model."))
    ] = False,
    watch: Annotated[bool, typer.Option("--watch", help=say("Go on: take up every change until interrupted."))] = False,
    prune: Annotated[
        bool, typer.Option("--prune", help=say("Remove the pages of a folder even where it came up empty or lost most of its files."))
    ] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help=say("Only say what would be done; write nothing."))] = False,
    strict: Annotated[bool, typer.Option("--strict", help=say("Exit with 1 where a file was skipped."))] = False,
    workers: Annotated[
        int | None,
        typer.Option(
            "--workers",
            min=0,
            max=MOST_ASKED,
            metavar="N",
            help=say("How many processes read the pages beside this one, where there are many. [default: one for each core, at most 8]"),
        ),
    ] = None,
    as_json: AsJson = False,
    quiet: Quiet = False,
) -> None:
    """Read files and folders into the index: adds what is new or changed, removes what vanished. Without any: those indexed before."""
    from index.encoders.open import open_encoder
    from index.engine.open import find_index

    address = find_index(index_at)
    if rebuild:
        if watch or prune or dry_run or strict or as_json or workers is not None:
            raise BadInput(say("--rebuild takes no other option than --index, --model, --device and --quiet; leave the others out"))
        _rebuild(address, paths, model, device, quiet)
        return
    if watch and (dry_run or strict or as_json):
        raise BadInput(say("--watch goes on without an end; leave --dry-run, --strict and --json out"))
    made_with = _model_of(address)
    _refuse_nothing(paths, is_new=made_with is None)
    name_parent(address, quiet)
    if dry_run:
        _rehearse(paths, address, prune, strict, as_json, quiet, workers)
        return
    encoder = open_encoder(model or made_with or _default_model(), device)
    if watch:
        _watch(paths, address, encoder, prune, quiet, workers)
    from search.output.index_report import report_fields, report_lines
    from search.output.json_lines import json_line

    report, facts = _update(paths, address, encoder, prune, quiet, workers)
    if as_json:
        print_lines([json_line(report_fields(report, str(address), facts))])
    for line in report_lines(report, {**facts, "place": shown(address)}) if not as_json else ():
        note(quiet, line)
    if strict and report.skipped:
        raise typer.Exit(1)


def name_parent(address: Address, quiet: bool) -> None:
    """Name the index, before it is written, where it was found in a parent folder: one may not have been thought of."""
    folder = Path(address)
    if folder.is_absolute() and folder.is_dir() and folder.parent in Path.cwd().parents:
        note(quiet, say("the index is {index}, in a parent folder; for one in this folder, give --index .qianli", index=address))


def shown(address: Address) -> str:
    """Return *address* as people read it: relative to the current folder, where the index lies in it."""
    if "://" in str(address):
        return str(address)
    path = Path(address)
    return str(path.relative_to(Path.cwd())) if path.is_absolute() and path.is_relative_to(Path.cwd()) else str(address)


def _refuse_nothing(paths: list[Path] | None, is_new: bool) -> None:
    """Raise BadInput where a new index would have nothing to read; the folders of an old one are known."""
    if is_new and not paths:
        raise BadInput(say("nothing was indexed here yet; name files or folders: qianli index FOLDER"))
    for path in paths or ():
        if is_new and not path.exists():
            raise BadInput(say("{path}: there is no such file or folder; name what is to be indexed", path=path))


def _workers(asked: int | None) -> Workers:
    """Return as many worker processes as the person *asked* for, or as this machine is good for; they start where they are needed."""
    from index.workers import Workers, usual_processes

    return Workers(usual_processes() if asked is None else asked)


def _rehearse(
    paths: list[Path] | None, address: Address, prune: bool, strict: bool, as_json: bool, quiet: bool, workers: int | None
) -> None:
    """Print what a run would do."""
    from index.indexing import Progress, rehearse
    from search.output.index_report import change_lines, files_line, report_fields
    from search.output.json_lines import json_line

    with progress(quiet) as tell, _workers(workers) as readers:
        report = rehearse(paths or None, address, Progress(tell), prune=prune, workers=readers)
    print_lines([json_line(report_fields(report, str(address), None))] if as_json else change_lines(report))
    note(quiet or as_json, say("{files}; nothing was written", files=files_line(report)))
    if strict and report.skipped:
        raise typer.Exit(1)


def _update(
    paths: list[Path] | None, address: Address, encoder: Encoder, prune: bool, quiet: bool, workers: int | None
) -> tuple[IndexReport, dict[str, object]]:
    """Bring the index up to date with the files under *paths*; return what was done and what the index holds now."""
    from index.engine.open import open_index
    from index.engine.protocol import model_of
    from index.indexing import Progress, build

    with open_index(address, create=model_of(encoder)) as opened, progress(quiet) as tell, _workers(workers) as readers:
        shown = Progress(tell, tell.embedded, lambda line: note(quiet, line))
        report = build(paths or None, opened, encoder, shown, wait=WAIT, prune=prune, workers=readers)
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
    note(quiet, say("rebuilt {address} from its own rows", address=address))


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


def _watch(paths: list[Path] | None, address: Address, encoder: Encoder, prune: bool, quiet: bool, workers: int | None) -> None:
    """Keep the index up to date until interrupted, with a line for each update and for each attempt that fails."""
    from index.files.watch import changes
    from search.output.index_report import files_line

    with ending_on_request():
        watched = [path.absolute() for path in paths or _recorded(address)]
        for turn, present in enumerate(changes(watched, Path(address).absolute(), lambda line: note(quiet, _now(line)))):
            report = _update_until_it_works(present, address, encoder, prune, quiet, workers)
            if turn == 0 or report.added or report.changed or report.moved or report.removed:
                note(quiet, _now(files_line(report)))
            if turn == 1:
                note(quiet, _now(say("watching; stop with Ctrl-C")))


def _recorded(address: Address) -> list[Path]:
    """Return the files and folders that were named when the index was made and updated."""
    from index.engine.open import open_index
    from index.indexing import named_before

    with open_index(address) as opened:
        return named_before(opened)


def _update_until_it_works(
    paths: list[Path], address: Address, encoder: Encoder, prune: bool, quiet: bool, workers: int | None
) -> IndexReport:
    """Bring the index up to date; where that fails, print the reason, once, wait and try again."""
    said = ""
    while True:
        try:
            return _update([path for path in paths if path.exists()], address, encoder, prune, quiet, workers)[0]
        except (QianliError, OSError) as error:
            line = " ".join(str(error).split())
            note(line == said, _now(say("{error} (trying again every {seconds} s)", error=line, seconds=round(RETRY))))
            said = line
            time.sleep(RETRY)


def _now(line: str) -> str:
    """Return *line* behind the time of day."""
    return f"{time.strftime('%H:%M:%S')} {line}"


def _model_of(address: Address) -> str | None:
    """Return the name of the model that the index at *address* was made with, None where there is no index yet."""
    from index.encoders.open import refuse_unknown_maker
    from index.encoders.shipped import DEFAULT, FORMER
    from index.engine.made_with import former_model
    from index.engine.open import model_at, open_index

    model = model_at(address)
    if model and model.name in FORMER:
        with open_index(address) as opened:
            raise former_model(opened, DEFAULT)
    if model:
        refuse_unknown_maker(model.name, address)
    return model.name if model else None


def _default_model() -> str:
    """Return the name of the model of a new index."""
    from index.encoders.shipped import DEFAULT
    from search.cli.settings import settings

    return str(settings()["model"].value or DEFAULT)
