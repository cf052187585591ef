"""What the package `search` says: questions and what was found."""

CHINESE = {
    "no precedent found": "没有找到先例",
}
