"""A command to its exit code: 0 found, 1 no precedent, 2 an error in one line, 130 interrupted; a pipe that closes is no error."""

from __future__ import annotations

import os
import sys

import typer

from index.errors import QianliError, reason

INTERRUPTED = 130  # exit code of a program that was stopped from the keyboard, by custom and by typer


def exit_code(app: typer.Typer, arguments: list[str]) -> int:
    """Run one command of *app* and return its exit code; all errors of ours become one line on stderr here."""
    try:
        code = app(arguments, prog_name="qianli", standalone_mode=False)
        sys.stdout.flush()
        return _interrupted() if code == INTERRUPTED else code if isinstance(code, int) else 0
    except QianliError as error:
        return _fail(str(error))
    except typer.TyperException as error:  # a command, option or value that does not exist
        context = getattr(error, "ctx", None)
        return _fail(f"{error.format_message().rstrip('.')}; see: {context.command_path if context else 'qianli'} --help")
    except (KeyboardInterrupt, typer.Abort):
        return _interrupted()
    except BrokenPipeError:
        return _closed()
    except SystemExit as error:  # typer's own answer to a closed pipe
        if isinstance(error.__context__, BrokenPipeError):
            return _closed()
        raise
    except MemoryError:
        return _fail("not enough memory; close other programs, or split the work")
    except OSError as error:  # a full disk, a vanished folder: the file is named, and the last good index still serves
        return _fail(f"{error.filename or 'the disk'}: {reason(error)}; nothing was changed, mend this and try again")


def _interrupted() -> int:
    return _fail("interrupted; what was not finished is as it was before", INTERRUPTED)


def _closed() -> int:
    """End quietly after the reader of our output went away."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # or Python complains once more on its way out
    return 0


def _fail(message: str, code: int = 2) -> int:
    from search.output.terminal import safe  # a name of a file or a citation in it may be anything

    print(safe(f"qianli: {' '.join(message.split())}"), file=sys.stderr)
    return code
