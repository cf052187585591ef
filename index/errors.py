"""The errors that a user can mend: one tree. The command line prints such an error as one line and exits with 2.

    QianliError
    ├── BadInput          a question, an option or a file that cannot be used as it is
    ├── NoIndex           no index at the address
    ├── DamagedIndex      an index whose files differ from their checksums
    ├── Unwritten         a change that could not be written (full disk, read-only folder); the last good state stays
    ├── OtherModel        an index that was made with another model, segmenter or format
    ├── Busy              an index that another process is writing
    ├── Unreachable       a server of an engine that cannot be asked now
    └── NoModel           a model that is neither shipped, nor on disk, nor reachable

Each message names the problem and what to do next: `no index in .qianli; make one with: qianli index FOLDER`.
"""

import errno

from index.messages import say


class QianliError(Exception):
    """The root of the tree: catch this class, print the message, exit with 2.

    Takes an English sentence and the values of its {names}; its message is that sentence in the language of the reader.
    """

    def __init__(self, sentence: object = "", /, **values: object) -> None:
        super().__init__(say(str(sentence), **values))


class BadInput(QianliError): ...


class NoIndex(QianliError): ...


class DamagedIndex(QianliError): ...


class Unwritten(QianliError): ...


class OtherModel(QianliError): ...


class Busy(QianliError): ...


class Unreachable(QianliError): ...


class NoModel(QianliError): ...


def reason(error: Exception) -> str:
    """Return why the operating system refused: its own message in lower case, without number and path; the usual ones in Chinese too.

    >>> reason(PermissionError(13, "Permission denied", "page.txt"))
    'permission denied'
    """
    usual = {
        errno.ENOENT: say("no such file or directory"),
        errno.EACCES: say("permission denied"),
        errno.EPERM: say("operation not permitted"),
        errno.ENOSPC: say("no space left on device"),
        errno.EROFS: say("read-only file system"),
        errno.EISDIR: say("is a directory"),
        errno.ENOTDIR: say("not a directory"),
        errno.EEXIST: say("file exists"),
        errno.ENAMETOOLONG: say("file name too long"),
        errno.EIO: say("input/output error"),
    }
    number = getattr(error, "errno", None) or 0
    return usual.get(number) or (getattr(error, "strerror", None) or str(error)).lower()
