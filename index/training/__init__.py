"""How the shipped static model is made: pairs and dictionaries in, the folder `index/model/static` out. See README.md."""
