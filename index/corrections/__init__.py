"""What a person wrote in PAGE.articles.json, which overrides how the page was read."""
