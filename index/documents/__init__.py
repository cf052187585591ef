"""Take the text out of what is no plain text: pages of HTML and the documents of offices, with where each piece of it stands."""
