"""Dates as pages print them: patterns for `2024年5月6日`, `二〇二四年五月六日` and stamps such as `2024-05-06 09:30`."""

from __future__ import annotations

import re

DATE = re.compile(r"\d{4}\s*年\s*\d{1,2}\s*月\s*\d{1,2}\s*日|[二〇○零一]{4}年.{1,3}月.{1,3}日")  # a day in words, as notices are signed
STAMP = re.compile(r"(?:19|20)\d\d[-/.年]\d{1,2}[-/.月]\d{1,2}日?(?:\s+\d{1,2}:\d\d(?::\d\d)?)?")  # a day, perhaps with its time
