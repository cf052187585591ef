"""How the shipped models are made: pairs and dictionaries in, the folders under `index/model` out. See README.md."""
