"""The API as its description says: schemathesis makes requests from /openapi.json, valid and invalid ones, and checks every answer.

Left out is its check that whatever fits the schema is accepted: no schema says that a question has a word in it, that one of `q` and
`like` is given, or that `since` comes before `until`; each of these is 422.
"""

from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, seed, settings
from schemathesis.specs.openapi.checks import positive_data_acceptance

from search.searcher import Searcher
from search.server.application import application
from search.server.settings import ServerSettings

EXAMPLES = 12  # of each route, beside those at the limits of every field


APP = application(None, ServerSettings(rate=1e6, burst=1e6, allowed_hosts=("testserver",)))  # type: ignore[arg-type]
api = schemathesis.openapi.from_asgi("/openapi.json", APP)


@pytest.fixture(autouse=True)
def _answering(searcher: Searcher) -> None:
    APP.state.asker.searcher = searcher


@api.parametrize()
@seed(8321)
@settings(max_examples=EXAMPLES, deadline=None, database=None, suppress_health_check=list(HealthCheck))
def test_every_answer_is_as_described(case: Any) -> None:
    case.call_and_validate(excluded_checks=[positive_data_acceptance])
