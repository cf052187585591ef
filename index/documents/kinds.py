"""What kind of document a file is, by its first bytes and by the names in its archive; its suffix decides where these do not.

%PDF-…                       ──▶ pdf
PK…, [Content_Types], word/  ──▶ docx          PK…, mimetype epub ──▶ epub
D0CF11E0…, WordDocument      ──▶ doc
"""

from __future__ import annotations

PDF = b"%PDF-"
ZIP = b"PK\x03\x04"
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"  # the container of what Office wrote up to 2003, and of what it encrypts since
RTF = b"{\\rtf"
BEGINNINGS = (PDF, ZIP, OLE, RTF)
SUFFIXES = {  # of documents; `.docm` is a docx with macros, which are not looked at
    ".pdf": "pdf",
    ".docx": "docx",
    ".docm": "docx",
    ".xlsx": "xlsx",
    ".xlsm": "xlsx",
    ".xlsb": "xlsx",
    ".xls": "xls",
    ".et": "xls",
    ".ods": "ods",
    ".epub": "epub",
    ".doc": "doc",
    ".wps": "doc",
    ".rtf": "rtf",
    ".odt": "odt",
    ".ofd": "ofd",
    ".ppt": "ppt",
    ".pptx": "pptx",
    ".odp": "odp",
}
NAMES_IN_ZIP = (  # a file that only archives of this kind have
    (b"word/document", "docx"),
    (b"xl/workbook", "xlsx"),
    (b"ppt/presentation", "pptx"),
    (b"OFD.xml", "ofd"),
    (b"META-INF/container.xml", "epub"),
)
MIME_TYPES = (  # what the first file of an archive, `mimetype`, says
    (b"application/epub+zip", "epub"),
    (b"application/vnd.oasis.opendocument.text", "odt"),
    (b"application/vnd.oasis.opendocument.spreadsheet", "ods"),
    (b"application/vnd.oasis.opendocument.presentation", "odp"),
)
STREAMS = (  # a stream that only containers of this kind have; the first that is there decides
    ("EncryptedPackage", "encrypted"),
    ("WordDocument", "doc"),
    ("PowerPoint Document", "ppt"),
    ("Workbook", "xls"),
    ("Book", "xls"),
)
OF_ZIP = ("docx", "xlsx", "ods", "epub", "odt", "ofd", "pptx", "odp")
OF_OLE = ("doc", "xls", "ppt")
FAR_PDF = 1024  # bytes before `%PDF-` that readers of PDF tolerate
DIRECTORY = b"PK\x01\x02"  # each entry of the directory at the end of a zip begins so
LONGEST_DIRECTORY = 2**20  # bytes of it that are searched; the wanted names come early


def kind_of(content: bytes, suffix: str = "") -> str | None:
    """Return the kind of a document, None for what is none: text, perhaps, or a picture.

    *suffix* is that of its file, in lower case. A document that its first bytes make certain is read as such whatever its suffix.

    >>> kind_of(b"%PDF-1.7 ", ".txt"), kind_of(b"plain", ".docx"), kind_of(b"PK\\x03\\x04", ".docx"), kind_of(b"PK\\x03\\x04", ".txt")
    ('pdf', None, 'docx', 'zip')
    """
    named = SUFFIXES.get(suffix)
    if content.startswith(PDF) or (named == "pdf" and PDF in content[: FAR_PDF + len(PDF)]):
        return "pdf"
    if content.startswith(RTF):
        return "rtf"
    if content.startswith(ZIP):
        return _kind_of_zip(content) or (named if named in OF_ZIP else "zip")
    if content.startswith(OLE):
        return _kind_of_container(content) or (named if named in OF_OLE else "ole")
    return None


def _kind_of_zip(content: bytes) -> str | None:
    if content[30:38] == b"mimetype":
        said = content[38:138]
        for name, kind in MIME_TYPES:
            if said.startswith(name) or said.lstrip(b"\x00").startswith(name):
                return kind
    end = content.rfind(b"PK\x05\x06")
    first = int.from_bytes(content[end + 16 : end + 20], "little") if end >= 0 else content.find(DIRECTORY)
    names = content[first : first + LONGEST_DIRECTORY] if first >= 0 else b""
    return next((kind for name, kind in NAMES_IN_ZIP if name in names), None)


def _kind_of_container(content: bytes) -> str | None:
    return next((kind for name, kind in STREAMS if name.encode("utf-16-le") in content), None)
