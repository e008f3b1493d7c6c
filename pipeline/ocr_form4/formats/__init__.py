"""A filing as files: EDGAR XML, evidence JSON, ALTO, rows of tables, searchable PDF."""
