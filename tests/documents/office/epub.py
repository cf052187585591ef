"""Write small books."""

from collections.abc import Mapping

from tests.documents.office.docx import zipped

CONTAINER = (
    '<container xmlns="urn:oasis:names:tc:opendocument:xmlns:container"><rootfiles>'
    '<rootfile full-path="OEBPS/book.opf" media-type="application/oebps-package+xml"/></rootfiles></container>'
)


def epub(chapters: Mapping[str, str], others: Mapping[str, str] | None = None) -> bytes:
    """Return a book with the bodies of its *chapters* by the names of their files, in order, and *others* of its files as they are."""
    items = "".join(f'<item id="c{n}" href="{name}" media-type="application/xhtml+xml"/>' for n, name in enumerate(chapters))
    spine = "".join(f'<itemref idref="c{n}"/>' for n in range(len(chapters)))
    nav = '<item id="nav" href="nav.xhtml" properties="nav" media-type="application/xhtml+xml"/>'
    files = {
        "mimetype": "application/epub+zip",
        "META-INF/container.xml": CONTAINER,
        "OEBPS/book.opf": f'<package xmlns="http://www.idpf.org/2007/opf"><manifest>{nav}{items}</manifest>'
        f'<spine><itemref idref="nav"/>{spine}</spine></package>',
        "OEBPS/nav.xhtml": "<html><body><nav><a href='a.xhtml'>目录里的字</a></nav></body></html>",
        **{f"OEBPS/{name}": f"<html><body>{body}</body></html>" for name, body in chapters.items()},
        **(others or {}),
    }
    return zipped({name: content.encode() for name, content in files.items()})
