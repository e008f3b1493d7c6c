"""OUT: its files, its ledger, and where it is."""
