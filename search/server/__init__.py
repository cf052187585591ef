"""The web server: requests in, the answers of one open search out. `qianli serve` runs it."""
