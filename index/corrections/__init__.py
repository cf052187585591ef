"""The corrections that a person writes in PAGE.articles.json: they override how the page was read."""
