"""How the shipped models are made: pairs and dictionaries in, the folders under `index/encoders/shipped` out. See README.md."""
