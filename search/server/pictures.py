"""The pages of PDFs as pictures: GET /v1/pages/SHA256/NUMBER.png?box=LEFT,TOP,RIGHT,BOTTOM&width=PIXELS.

Only files that the index knows are drawn, and only as long as they are what the index read: a box drawn on another page would mislead.
"""

from __future__ import annotations

from hashlib import sha256
from typing import Annotated

from fastapi import APIRouter, Path, Query, Request, Response

from index.document import Box
from index.documents.extracted import Refused
from index.documents.extraction import draw
from index.engine.protocol import Index
from index.errors import BadInput
from index.files.content import Skipped, content_of
from index.messages import say
from index.updating.folders import Folders
from search.server.api import asker_of
from search.server.problems import Problem

router = APIRouter(prefix="/v1/pages")
DIGEST = r"[0-9a-f]{64}"
MOST_PAGES = 100_000
WIDTH = 900  # pixels: legible on a screen, some 200 kB
LONGEST_BOX = 60  # characters
KEPT = "private, max-age=86400, immutable"  # the address holds the digest of the file


@router.get("/{digest}/{page}.png", summary="Draw a page of a PDF")
async def page_picture(
    request: Request,
    digest: Annotated[str, Path(pattern=f"^{DIGEST}$")],
    page: Annotated[int, Path(ge=1, le=MOST_PAGES)],
    box: Annotated[str, Query(max_length=LONGEST_BOX)] = "",
    width: Annotated[int, Query(ge=64, le=2400)] = WIDTH,
) -> Response:
    """Return the picture of a page, with *box* marked: four numbers, in points from the left upper corner."""
    marked = _box(box)
    png = await asker_of(request).read(lambda index: picture_of(index, digest, page, marked, width))
    return Response(png, media_type="image/png", headers={"Cache-Control": KEPT})


def picture_of(index: Index, digest: str, page: int, box: Box | None, width: int) -> bytes:
    """Return the PNG of a page of the PDF that *index* read under this digest. Raise Problem where there is none to draw."""
    known = next((file for file in index.sources().values() if file.sha256 == digest), None)
    if known is None:
        raise Problem(404, say("the index has no file with this digest; ask again"))
    content = content_of(Folders.of(index).lies_now(known).path, known.source)
    if isinstance(content, Skipped):
        raise Problem(404, say("{source}: {reason}", source=known.source, reason=content.reason))
    if sha256(content).hexdigest() != digest:
        raise Problem(409, say("{source} has changed since it was indexed, so its page is not drawn; index it anew", source=known.source))
    try:
        return draw(content, page, box, width)
    except Refused as error:
        raise Problem(404, say("{source}: {reason}", source=known.source, reason=str(error))) from None


def _box(sides: str) -> Box | None:
    """Return the box that *sides* name, None for "". Raise BadInput where they are none."""
    if not sides:
        return None
    try:
        left, top, right, bottom = (float(side) for side in sides.split(","))
        if not all(abs(side) < 1e6 for side in (left, top, right, bottom)):  # NaN is not smaller either
            raise ValueError(sides)
    except ValueError:
        raise BadInput("box is {box}; give four numbers of points: left,top,right,bottom", box=sides) from None
    return left, top, right, bottom
