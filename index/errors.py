"""Everything that can go wrong and is not a bug. The command line prints one of these as one line and exits 2.

    QianliError
    ├── BadInput          a question, an option or a file that cannot be used as it is
    ├── NoIndex           there is no index where one was asked for
    ├── DamagedIndex      an index whose files do not agree with their digests
    ├── Unwritten         a change that could not be written (a full disk, a read-only folder); the last good state stays
    ├── OtherModel        the index was made with another model, segmenter or format
    ├── Busy              another process writes this index
    └── NoModel           a model that is neither shipped, nor on disk, nor reachable

Each message names what was found and what to do next: `no index in .qianli; make one with: qianli index FOLDER`.
"""


class QianliError(Exception):
    """The root: catch this, print it, exit 2."""


class BadInput(QianliError): ...


class NoIndex(QianliError): ...


class DamagedIndex(QianliError): ...


class Unwritten(QianliError): ...


class OtherModel(QianliError): ...


class Busy(QianliError): ...


class NoModel(QianliError): ...


def reason(error: Exception) -> str:
    """Return why the operating system refused, in our words: its own message in lower case, without the number and the path.

    >>> reason(PermissionError(13, "Permission denied", "/root/page.txt"))
    'permission denied'
    """
    return (getattr(error, "strerror", None) or str(error)).lower()
