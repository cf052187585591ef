"""Labels of lines: which short line is a title, a kicker, a subtitle, a byline, a subhead, a section, a caption, or text after all."""
