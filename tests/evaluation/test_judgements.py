"""Files of judged questions and runs: which passage a judgement names, which questions are left out, which files are refused."""

import gzip
from pathlib import Path

import pytest

from index.errors import BadInput
from search.evaluation.judgements import JudgedQuestion, PassageNames, judge, read_judged_questions
from search.evaluation.runs import read_run
from tests.evaluation.test_evaluate import passage, written


def test_a_judged_source_counts_once_at_its_best_passage() -> None:
    names = PassageNames({"一", "b.txt"}, {"pages/一.txt", "b.txt", "c.txt"})
    ranking = [passage("1" * 16, "c.txt"), passage("2" * 16, "pages/一.txt"), passage("3" * 16, "c.txt"), passage("4" * 16, "pages/一.txt")]
    assert [names.name(hit) for hit in names.without_repeats(ranking)] == ["c.txt", "一"]
    got = judge(JudgedQuestion("q", "", "", (), {"一": 2, "b.txt": 1}), names.without_repeats(ranking), names)
    assert ([rank.grade for rank in got.ranks], got.ideal) == ([0, 2], [2, 1])


def test_a_passage_is_named_by_the_id_of_its_citation_or_its_first_characters() -> None:
    names = PassageNames({"0123456789abcdef", "fedcba"}, {"a.txt"})
    assert [names.name(passage(id_, "a.txt")) for id_ in ("0123456789abcdef", "fedcba9876543210", "1" * 16)] == [
        "0123456789abcdef",
        "fedcba",
        "1" * 16,
    ]


@pytest.mark.parametrize(
    "lines",
    [["query-id\tcorpus-id\tscore", "q1\ta b\t2", "q1\tc\t0", "q2\tc\t0"], ["q1 0 a 2", "q1 0 c -1", "q2 0 c 0"]],
    ids=["BEIR", "TREC"],
)
@pytest.mark.parametrize("packed", [False, True])
def test_questions_without_a_judgement_are_left_out_and_counted(tmp_path: Path, lines: list[str], packed: bool) -> None:
    (tmp_path / "qrels.tsv").write_text("\n".join(lines) + "\n", "utf-8")
    rows = [{"_id": f"q{n}", "text": "停车"} for n in (1, 2, 3)]
    file = written(tmp_path / "q.jsonl", rows)
    if packed:
        file = tmp_path / "q.jsonl.gz"
        file.write_bytes(gzip.compress((tmp_path / "q.jsonl").read_bytes()))
    questions, left_out = read_judged_questions(file, tmp_path / "qrels.tsv")
    name = "a b" if "\t" in lines[-1] else "a"
    assert (questions, left_out) == ([JudgedQuestion("q1", "停车", "", (), {name: 2, "c": 0})], 2)


QUESTION = '{"id": "a", "query": "停车", "relevant": [{"file": "a", "anchor": "b", "grade": 3}]}\n'


@pytest.mark.parametrize(
    ("queries", "qrels", "said"),
    [
        (QUESTION + "{", None, r"q.jsonl line 2 is no JSON"),
        (QUESTION + "\n[]", None, r"q.jsonl line 3 is no JSON object"),
        (QUESTION + QUESTION, None, r"line 2: a question a came before"),
        ('{"id": "a", "relevant": []}', None, r'line 1 has no text in "query"'),
        ('{"id": "a", "query": "x"}', None, r'line 1 has no judgements in "relevant".*or name them with --qrels FILE'),
        ('{"id": "a", "query": "x", "relevant": [{"file": "a", "anchor": " ", "grade": 3}]}', None, "line 1: .* is no judgement"),
        ('{"id": "a", "query": "x", "relevant": [{"file": "a", "anchor": "b", "grade": "3"}]}', None, "line 1: .* is no judgement"),
        ("", None, "has no judged question; give each its judgements"),
        (QUESTION, "b\tc\t1\n", "has no judged question that .*qrels knows; compare the ids of both files"),
        (QUESTION, "query-id\tcorpus-id\tscore\na\tb\tx\n", "qrels line 2 is no judgement: 'a.tb.tx'".replace(".", r".+?")),
        (QUESTION, "a 1\n", "qrels line 1 is no judgement"),
    ],
)
def test_a_bad_file_is_one_line_that_names_the_line(tmp_path: Path, queries: str, qrels: str | None, said: str) -> None:
    (tmp_path / "q.jsonl").write_text(queries, "utf-8")
    if qrels:
        (tmp_path / "qrels").write_text(qrels, "utf-8")
    with pytest.raises(BadInput, match=said) as refused:
        read_judged_questions(tmp_path / "q.jsonl", tmp_path / "qrels" if qrels else None)
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize(
    ("answers", "said"),
    [
        ("", "is empty; make it with"),
        ('{"id": "b", "found": true, "hits": []}', "1 questions have no answer in .*, the first is a"),
        ('{"id": "a"}', "line 1 is no answer"),
        ("a Q0 d 1", "line 1 is no line of a TREC run"),
        ("b Q0 d 1 0.5 x", "answers none of the judged questions"),
    ],
)
def test_a_bad_run_is_one_line(tmp_path: Path, answers: str, said: str) -> None:
    (tmp_path / "run").write_text(answers, "utf-8")
    with pytest.raises(BadInput, match=said):
        read_run(tmp_path / "run", [JudgedQuestion("a", "", "")])
