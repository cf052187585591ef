"""Read files: a path in, its decoded text out, or the reason why the file is skipped."""
