"""Document numbers: the number under which an office has issued a notice, with brackets of any kind or none."""

from __future__ import annotations

import re

DOCUMENT_NUMBER = re.compile(  # `义土挂[2024]105号`, `府办〔2023〕7号`, `府办2023年第7号`
    r".{0,20}(?:[\[〔(（【]\s*\d{4}\s*[\]〕)）】].{0,6}|(?<=[\u4e00-\u9fff]) ?(?:19|20)\d\d\s*年?\s*(?:字?第)\s*\d{1,5}\s*)号$"
)


def is_document_number(text: str) -> bool:
    """Whether *text* is a document number and nothing else.

    >>> [is_document_number(text) for text in ("府办〔2023〕7号", "义土挂[2024]105号", "府办2023年第7号", "2023年第7号", "门牌7号")]
    [True, True, True, False, False]
    """
    return bool(DOCUMENT_NUMBER.fullmatch(text.strip()))
