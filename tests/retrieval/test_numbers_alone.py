"""Questions that are nothing but a number, with or without a name: no passage that lacks the number answers them."""

import pytest

from search.retrieval.named import missing, named, rules_out
from search.searcher import Searcher
from tests.retrieval.test_named import passage


@pytest.mark.parametrize(
    ("question", "alone"),
    [
        *(
            (question, True)
            for question in ("甬建发〔2041〕16号", "甬建发[2041]16号文", "甬建发2041年第16号", "慈溪 83214", "周明华 83214", "83214户")
        ),
        *(
            (question, False)
            for question in ("2041年", "慈溪 2024年3月", "5月6日", "夜校来了83214人", "夜校 83214", "关于夜校的甬建发〔2041〕16号")
        ),
        *((question, False) for question in ("", "慈溪", "周明华", "7", "拆除了98765处违法建筑")),
    ],
)
def test_what_asks_for_a_number_alone(question: str, alone: bool) -> None:
    assert named(question).alone is alone


@pytest.mark.parametrize(
    ("question", "text", "out"),
    [
        ("甬建发〔2041〕16号", "按照甬建发（2041）16号的要求，窨井盖换新。", False),
        ("甬建发〔2041〕16号", "按照甬建发〔2041〕 16 号文，窨井盖换新。", False),
        ("甬建发〔2041〕16号", "按照甬建发〔2041〕17号的要求，窨井盖换新。", True),
        ("甬建发〔2041〕16号", "按照杭政函〔2041〕16号的要求，窨井盖换新。", True),
        ("〔2041〕16号", "按照甬建发〔2041〕16号的要求，窨井盖换新。", False),
        ("甬建发〔2041〕16号", "2041年，16号楼的窨井盖换新。", True),
        ("慈溪 83214", "慈溪有83,214人读夜校。", False),
        ("慈溪 8.3万", "慈溪有83000人读夜校。", False),
        ("慈溪 83214", "慈溪有83215人读夜校。", True),
        ("慈溪有83214人读夜校", "慈溪有83215人读夜校。", False),
    ],
)
def test_a_passage_that_lacks_the_number_is_ruled_out(question: str, text: str, out: bool) -> None:
    assert rules_out(named(question), passage(text)) is out


def test_a_document_is_one_name() -> None:
    names = named("甬建发〔2041〕16号说了什么")
    assert missing(names, passage("甬建发〔2041〕16号要求窨井盖换新。")) == 0
    assert missing(names, passage("甬建发〔2042〕16号要求窨井盖换新。")) == 1


@pytest.mark.parametrize("mode", ["hybrid", "dense", "lexical"])
@pytest.mark.parametrize("question", ["的", "的的的", "了吗", "是的", "The of", "asdfghjkl", "qwertyuiop zxcvbnm"])
def test_a_question_of_particles_or_of_no_words_has_no_precedent(precedents: Searcher, question: str, mode: str) -> None:
    result = precedents.search(question, mode=mode)
    assert not result.found
    assert result.hits == []
