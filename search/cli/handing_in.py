"""What `cite` and `search --cite` share: answers in, references on stdout or in a file, or an evidence sheet, out."""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import nullcontext
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, BinaryIO, NamedTuple

import typer

from index.messages import counted, say
from search.cli.console import note
from search.cli.streams import for_programs

if TYPE_CHECKING:
    from index.document import Citation
    from index.engine.protocol import Index
    from search.citing.cited import Answer
    from search.citing.evidence import Block
    from search.citing.reference import Reference
    from search.verification.claims import Claim
    from search.verification.sources import Sources
    from search.verification.verify import Verdict

OutputFile = Annotated[
    Path | None,
    typer.Option(
        "--output", "-o", metavar="FILE", help=say("Write there instead; .docx, .md, .ris, .bib, .json or .txt chooses the form.")
    ),
]
Force = Annotated[bool, typer.Option("--force", help=say("Overwrite the file of --output if it exists."))]


class Handover(NamedTuple):
    """How answers are handed in: in which form, and to which file; None: to stdout."""

    form: str
    output: Path | None
    quiet: bool


def chosen_handover(form: str | None, output: Path | None, force: bool, inputs: list[str], quiet: bool) -> Handover:
    """Return how to hand in, before anything is opened or asked. Raise BadInput where that cannot be done."""
    from search.citing.forms import chosen_form
    from search.citing.new_file import refuse_existing

    chosen = chosen_form(form, output)
    if chosen == "docx":
        from search.citing.evidence_docx import require_docx

        require_docx()
    if output:
        refuse_existing(output, force, inputs)
    return Handover(chosen, output, quiet)


def hand_in(answers: Iterable[Answer], handover: Handover, index: Index | None, sources: Sources) -> bool:
    """Write *answers* as *handover* says; return whether there was anything to write, which an evidence sheet always has."""
    from search.citing.forms import DEFAULT, FORMS
    from search.citing.new_file import new_file

    if handover.form != DEFAULT:  # a list of references is read by people, in the encoding of their terminal
        for_programs(json=False)
    with new_file(handover.output) if handover.output else nullcontext() as file:
        if references := FORMS[handover.form].references:
            cited = _distinct(answers, handover.quiet)
            first = next(cited, None)
            _write(references(cited if first is None else itertools.chain([first], cited)), file)
            if first is None:
                note(handover.quiet, say("qianli: nothing to cite: the results have no hits"))
            return first is not None
        states: Counter[str] = Counter()
        blocks = _blocks(answers, index, sources, states)
        if handover.form == "docx" and file:
            from search.citing.evidence_docx import write_docx

            write_docx(blocks, file)
        else:
            from search.citing.evidence_markdown import markdown_sheet_lines

            _write(markdown_sheet_lines(blocks), file)
    doubtful = states.total() - states["ok"] - states["moved"]
    if doubtful:
        line = counted(
            doubtful,
            "qianli: {count} quote is not in its source as quoted; the sheet says so below it",
            "qianli: {count} quotes are not in their sources as quoted; the sheet says so below them",
        )
        note(handover.quiet, line)
    return True


def _distinct(answers: Iterable[Answer], quiet: bool) -> Iterator[Reference]:
    from search.citing.reference import distinct

    def citations() -> Iterator[Citation]:
        for answer in answers:
            if answer.error is not None:
                note(
                    quiet,
                    say("qianli: the question {id} was not asked, so it cites nothing: {reason}", id=answer.id or "", reason=answer.error),
                )
            yield from (quote.citation for quote in answer.quotes)

    return distinct(citations())


def _blocks(answers: Iterable[Answer], index: Index | None, sources: Sources, states: Counter[str]) -> Iterator[Block]:
    """Yield the blocks of the sheet, and count in *states* what became of the quotes."""
    from search.citing.evidence import Present, index_line, sheet
    from search.verification.verify import verify

    def check(claim: Claim) -> Verdict:
        (verdict,) = verify([claim], sources)
        states[verdict.status] += 1
        return verdict

    return sheet(answers, check, Present(datetime.now().astimezone(), index_line(index.facts()) if index else None))


def _write(lines: Iterable[str], file: BinaryIO | None) -> None:
    """Write lines of text to *file* (UTF-8) or stdout."""
    for line in lines:
        if file is None:
            print(line)
        else:
            file.write(f"{line}\n".encode())
