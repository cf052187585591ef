"""The engine on OceanBase: an index in the tables of a database that many machines share."""
