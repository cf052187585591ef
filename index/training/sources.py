"""The corpus files to train on: the chance of each in a batch, the number of rows that are kept, and its weight in the word counts.

A batch is drawn from one source, with a probability proportional to *boost* and to the square root of the number of its rows.
"""

from __future__ import annotations

from typing import NamedTuple

WRITTEN = "written_problem_passage"  # the task itself: a problem in everyday words and the passage that answers it
QUESTIONS = "written_questions"  # more of the same, in this package: written/questions.jsonl
TASK = (WRITTEN, QUESTIONS)


class PairSource(NamedTuple):
    """*boost* of the probability of a batch from this source, the most *rows* that are kept, the weight of its *words* in the counts."""

    boost: float = 1.0
    rows: int = 60_000
    words: float = 1.0


PAIRS: dict[str, PairSource] = {
    WRITTEN: PairSource(boost=3, words=3),
    QUESTIONS: PairSource(boost=3, words=3),
    # In the domain: letters, questions of officials, examination material, documents.
    "leader_board_petition_reply": PairSource(boost=4, words=3),
    "petition_message_reply": PairSource(boost=3, words=2),
    "petition_title_body": PairSource(boost=3, words=2),
    "policy_qa_ncp2020": PairSource(boost=3, words=2),
    "shenlun_question_material": PairSource(boost=3, words=2),
    "shenlun2_question_material": PairSource(boost=3, words=2),
    "shenlun_lead_paragraph": PairSource(boost=2, words=2),
    "shenlun2_lead_paragraph": PairSource(boost=2, words=2),
    "gov_docs_shenlun_title_body": PairSource(boost=2, words=2),
    "gov_work_reports_2026_section": PairSource(boost=2, words=2),
    "party_building_title_body": PairSource(boost=2, words=2),
    "gz_policy_title_body": PairSource(boost=2, words=2),
    "city_policy_title_body": PairSource(boost=1.5),
    "xwlb_title_body": PairSource(boost=1.5),
    "laws_title_article": PairSource(boost=0.7, words=0.5),
    "law_question_article": PairSource(boost=2),
    "finna_news_title_body": PairSource(),
    "xxqg_question_answer": PairSource(boost=0.5),
    # Questions and passages of other fields.
    "dureader_demo_question_passage": PairSource(boost=2),
    "mrc_antiterror_question_passage": PairSource(boost=2),
    "mrc_abstract_question_passage": PairSource(boost=0.5, words=0.5),
    "csl_title_abstract": PairSource(boost=0.7, words=0.5),
    "med_question_answer": PairSource(boost=0.5, words=0.5),
    # A sentence and the paragraph that it was taken out of (Lee, Chang and Toutanova, ACL 2019).
    "cloze_shenlun_materials": PairSource(boost=1.5, words=0),
    "cloze_shenlun2_materials": PairSource(boost=1.5, words=0),
    "cloze_gov_docs_shenlun": PairSource(boost=1, words=0),
    "cloze_petition_messages": PairSource(boost=1.5, words=0),
    "cloze_xwlb_news": PairSource(boost=1, words=0),
    "cloze_dureader_demo_passages": PairSource(boost=1, words=0),
    # Chinese and English.
    "par_civic_en_zh": PairSource(boost=3, words=3),
    "par_china_policy_en_zh": PairSource(boost=1, words=3),
    "par_sdg_en_zh": PairSource(boost=2, words=2),
    "par_twlaw_en_zh": PairSource(boost=1.5, rows=80_000, words=0.5),
    "par_tatoeba_en_zh": PairSource(boost=3, words=3),
    "par_tico19_en_zh": PairSource(boost=2),
    "par_osguide_en_zh": PairSource(boost=1),
    "par_pud_multi_zh": PairSource(boost=1.5),
    "par_tico19_multi_zh": PairSource(boost=1, rows=20_000, words=0.2),
    "par_python_docs_en_zh": PairSource(boost=0.5, rows=15_000, words=0.2),
    "par_ms_more_en_zh": PairSource(boost=0.5, rows=20_000, words=0.3),
    "par_ms_alchemy_en_zh": PairSource(boost=0.4, rows=15_000, words=0.3),
    "par_ms_d365_en_zh": PairSource(boost=0.5, rows=40_000, words=0.2),
    "par_ms_teams_en_zh": PairSource(boost=0.4, rows=20_000, words=0.2),
    "par_ms_partner_en_zh": PairSource(boost=0.4, rows=15_000, words=0.3),
    "dict_cedict_zh_en": PairSource(boost=1.5, rows=250_000),
    "dict_twlaw_names_en_zh": PairSource(boost=1),
    "dict_cldr_en_zh": PairSource(boost=1),
    "dict_osm_tags_en_zh": PairSource(boost=1),
    # Everyday Chinese, other languages.
    "zh_snli_dev_entail": PairSource(boost=1),
    "zh_mnli_dev_entail": PairSource(boost=1),
    "zh_abbreviations": PairSource(boost=1),
    "zh_idiom_meaning": PairSource(boost=0.5, rows=20_000, words=0.2),
    "zh_idiom_cinlid": PairSource(boost=0.2, rows=10_000, words=0.1),
    "par_tatoeba_en_ja": PairSource(boost=0.7, rows=40_000, words=0.5),
    "par_tanaka_en_ja": PairSource(boost=0.5, words=0.5),
    "par_tatoeba_en_ko": PairSource(boost=0.7, words=0.5),
    "par_news_ko_en": PairSource(boost=0.7, words=0.5),
    "par_tatoeba_en_es": PairSource(boost=0.4, rows=20_000, words=0.5),
    "par_tatoeba_en_fr": PairSource(boost=0.4, rows=20_000, words=0.5),
}

TEXTS: dict[str, float] = {  # running text, with the weight of a word counted there; all of it counts for the idf
    "shenlun_materials": 2,
    "shenlun2_materials": 2,
    "gov_docs_shenlun": 2,
    "gov_work_reports_2026": 2,
    "gz_policy_docs": 2,
    "party_building_articles": 2,
    "petition_messages": 2,
    "city_policy_docs": 1,
    "xwlb_news": 1,
    "peoples_daily_1998_sents": 1,
    "finna_news": 1,
    "dureader_demo_passages": 1,
    "mrc_antiterror_passages": 1,
    "laws_zh": 0.3,
    "ms_alchemy_zh": 0.2,
}
TERMS = ("thuocl_terms", "zhejiang_gazetteer")  # word lists
DICTIONARY = "dict_cedict_zh_en"
