"""The example pages of `qianli demo`: invented, written for qianli, and marked as such; free to use as qianli itself."""
