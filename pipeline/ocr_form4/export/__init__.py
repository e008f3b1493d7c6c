"""Results out: EDGAR XML, the evidence's JSON, tables and the ledger."""
