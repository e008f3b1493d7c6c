"""A filing as files: EDGAR XML, evidence JSON, tables, searchable PDF."""
