"""This software beside general readers on the same scans: the tools, their processes, what is
found, the table.
"""
