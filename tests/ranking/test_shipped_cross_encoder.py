"""The shipped cross-encoder: answers score highest, a pair has one score whatever other pairs there are, other models are refused."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from index.encoders.onnx_encoder import ContextualEncoder
from index.encoders.shipped import SHIPPED
from index.errors import NoModel
from search.ranking.shipped_cross_encoder import FOLDER, ShippedCrossEncoder

QUESTION = "电瓶车没地方充电，到处乱停堵住楼道，别的小区怎么解决的"
ANSWER = "现在，我们有了集中充电点给电动自行车充电，小区路上也没有乱停乱放的电动车挡路，每天回家看见敞亮的单元门口，真顺心啊。"
NEAR = "近日，市交警支队公布上月电动自行车交通事故数据，闯红灯、逆行和不戴头盔是主要原因，提醒市民安全骑行。"
FAR = "今年的油菜花比往年开得早，万亩花田吸引了来自各地的摄影爱好者。"


@pytest.fixture(scope="module")
def contextual() -> ContextualEncoder:
    return ContextualEncoder("contextual", SHIPPED / "contextual")


@pytest.fixture(scope="module")
def shipped(contextual: ContextualEncoder) -> ShippedCrossEncoder:
    return ShippedCrossEncoder(contextual)


def test_an_answer_scores_above_a_passage_with_the_same_words_and_one_on_another_subject(shipped: ShippedCrossEncoder) -> None:
    answer, near, far = shipped.scores([(QUESTION, ANSWER), (QUESTION, NEAR), (QUESTION, FAR)])
    assert answer > 0 > max(near, far)


def test_a_pair_has_the_same_score_alone_and_among_others(shipped: ShippedCrossEncoder) -> None:
    pairs = [(QUESTION, text) for text in (ANSWER, NEAR, FAR, ANSWER * 9)]
    alone = [shipped.scores([pair])[0] for pair in pairs]
    assert shipped.scores(pairs).tolist() == alone
    assert shipped.scores(pairs[::-1]).tolist() == alone[::-1]


def test_a_pair_with_a_text_without_known_words_has_the_lowest_score(shipped: ShippedCrossEncoder) -> None:
    assert shipped.scores([("", ANSWER), (QUESTION, "😀")]).tolist() == [-10, -10]
    assert shipped.scores([]).shape == (0,)


def test_a_cross_encoder_of_another_contextual_model_is_refused(contextual: ContextualEncoder, tmp_path: Path) -> None:
    (tmp_path / "model.onnx").write_bytes((FOLDER / "model.onnx").read_bytes())
    (tmp_path / "config.json").write_text(json.dumps({"contextual": "other"}), "utf-8")
    with pytest.raises(NoModel, match="another contextual model"):
        ShippedCrossEncoder(contextual, tmp_path)
    (tmp_path / "model.onnx").write_bytes(b"no graph")
    with pytest.raises(NoModel, match="install qianli again"):
        ShippedCrossEncoder(contextual, tmp_path)
