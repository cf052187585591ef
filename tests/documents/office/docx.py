"""Write small docx files part by part, with whatever Word may write into them."""

import io
import zipfile

W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
OTHERS = (
    'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/'
    'relationships" xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape" xmlns:v="urn:schemas-microsoft-com:vml"'
)
TYPES = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PARTS = {"styles": "styles", "numbering": "numbering", "footnotes": "footnotes", "header": "header1", "footer": "footer1"}


def docx(body: str, external: str = "", **parts: str) -> bytes:
    """Return a docx with this *body* and the inner XML of other *parts*; *external*: relationships of its body that lead out of it."""
    roots = {"styles": "styles", "numbering": "numbering", "footnotes": "footnotes", "header": "hdr", "footer": "ftr"}
    links = "".join(f'<Relationship Id="r{name}" Type="{TYPES}/{name}" Target="{PARTS[name]}.xml"/>' for name in parts)
    files = {
        "[Content_Types].xml": '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>',
        "_rels/.rels": relationships(f'<Relationship Id="r1" Type="{TYPES}/officeDocument" Target="word/document.xml"/>'),
        "word/document.xml": f"<w:document {W} {OTHERS}><w:body>{body}</w:body></w:document>",
        "word/_rels/document.xml.rels": relationships(links + external),
        **{f"word/{PARTS[name]}.xml": f"<w:{roots[name]} {W}>{inner}</w:{roots[name]}>" for name, inner in parts.items()},
    }
    return zipped({name: content.encode() for name, content in files.items()})


def relationships(links: str) -> str:
    return f'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{links}</Relationships>'


def zipped(files: dict[str, bytes]) -> bytes:
    """Return a zip of *files* by their names; `mimetype` is not packed, as the standards of books and OpenDocument ask."""
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content, zipfile.ZIP_STORED if name == "mimetype" else None)
    return written.getvalue()


def p(text: str, properties: str = "") -> str:
    """Return a paragraph; a *text* that begins with a tag is the paragraph's inner XML."""
    return f"<w:p><w:pPr>{properties}</w:pPr>{text if text.startswith('<') else r(text)}</w:p>"


def r(text: str, properties: str = "") -> str:
    """Return a run."""
    return f'<w:r><w:rPr>{properties}</w:rPr><w:t xml:space="preserve">{text}</w:t></w:r>'


def table(*rows: str) -> str:
    return f"<w:tbl>{''.join(f'<w:tr>{row}</w:tr>' for row in rows)}</w:tbl>"


def cell(inner: str, properties: str = "") -> str:
    return f"<w:tc><w:tcPr>{properties}</w:tcPr>{inner if inner.startswith('<') else p(inner)}</w:tc>"


def style(identity: str, name: str, inner: str = "") -> str:
    return f'<w:style w:type="paragraph" w:styleId="{identity}"><w:name w:val="{name}"/>{inner}</w:style>'


def numbered(number: int, level: int = 0) -> str:
    return f'<w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="{number}"/></w:numPr>'
