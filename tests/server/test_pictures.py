"""A page of a PDF of the index can be seen, as long as the file is what the index read; no other file can."""

from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from index.encoders.open import open_encoder
from index.engine.open import open_index
from index.engine.protocol import model_of
from index.indexing import build
from search import open_search
from tests.documents.pdf import pdf
from tests.server.conftest import client_of

pytest.importorskip("pypdfium2")
CONTENT = pdf([["柳溪社区在每个楼栋口装了充电桩，居民下楼就能充电。"], ["物业每晚巡查两次，发现推车上楼的就劝回去。"]])
DIGEST = sha256(CONTENT).hexdigest()


@pytest.fixture
def report(tmp_path: Path) -> Path:
    path = tmp_path / "pages" / "报告.pdf"
    path.parent.mkdir()
    path.write_bytes(CONTENT)
    (path.parent / "说明.txt").write_text("社区的说明：充电桩每晚检查一次。\n", "utf-8")
    return path


@pytest.fixture
def client(report: Path) -> Iterator[TestClient]:
    encoder = open_encoder("static")
    folder = report.parent.parent / ".qianli"
    with open_index(folder, create=model_of(encoder)) as index:
        build([report.parent], index, encoder)
    with open_search(folder) as searcher, client_of(searcher) as client:
        yield client


def test_a_cited_page_is_drawn_with_its_box(client: TestClient) -> None:
    (hit, *_) = client.get("/v1/search", params={"q": "物业每晚巡查", "min_score": 0}).json()["hits"]
    cited = hit["citation"]
    assert (cited["page"], cited["sha256"]) == (2, DIGEST)
    box = ",".join(map(str, cited["box"]))
    drawn = client.get(f"/v1/pages/{DIGEST}/2.png", params={"box": box, "width": 300})
    assert (drawn.status_code, drawn.headers["content-type"]) == (200, "image/png")
    assert drawn.content.startswith(b"\x89PNG")
    assert drawn.content != client.get(f"/v1/pages/{DIGEST}/2.png", params={"width": 300}).content


@pytest.mark.parametrize(
    ("address", "status", "detail"),
    [
        (f"{'0' * 64}/1.png", 404, "the index has no file with this digest"),
        (f"{DIGEST}/3.png", 404, "报告.pdf: it has no page 3, only 2"),
        (f"{DIGEST}/2.png?box=1,2,3", 422, "box is 1,2,3; give four numbers"),
        (f"{DIGEST}/2.png?box=1,2,3,nan", 422, "give four numbers"),
        (f"{DIGEST}/2.png?width=1", 422, "width is '1'; give 64 or more"),
        (f"{DIGEST}/0.png", 422, "page is '0'; give 1 or more"),
        ("../../etc/passwd/1.png", 404, ""),
    ],
)
def test_what_cannot_be_drawn_is_one_sentence(client: TestClient, address: str, status: int, detail: str) -> None:
    answer = client.get(f"/v1/pages/{address}")
    assert answer.status_code == status
    assert detail in answer.json()["detail"]


def test_a_text_has_no_picture(client: TestClient, report: Path) -> None:
    digest = sha256((report.parent / "说明.txt").read_bytes()).hexdigest()
    answer = client.get(f"/v1/pages/{digest}/1.png")
    assert (answer.status_code, answer.headers["content-type"]) == (404, "application/problem+json")


def test_a_file_that_changed_since_is_not_drawn(client: TestClient, report: Path) -> None:
    report.write_bytes(pdf([["另一份报告。"], ["第二页。"]]))
    answer = client.get(f"/v1/pages/{DIGEST}/1.png")
    assert (answer.status_code, "has changed since it was indexed" in answer.json()["detail"]) == (409, True)
    report.unlink()
    assert client.get(f"/v1/pages/{DIGEST}/1.png").status_code == 404
