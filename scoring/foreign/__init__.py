"""XGBoost models made elsewhere: read in a process of their own, mapped to the catalogue, proven on rows, packaged."""
