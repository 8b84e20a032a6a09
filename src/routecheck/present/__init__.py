"""What people and other programs read, rendered from typed answers; nothing is computed here.

`columns` declares each column that is shown, `sentences` makes the sentences of stored rows.
Of a service date: `exports` and `csv_files` (CSV), `html` (the page), `workbook` (the office's
sheets), `reports` (writes the last two). Of a point: `maps` (page and picture). Of a run or a
site: the text renderers (`run_summary`, `summary`, `status_text`, ...). Files are written by
`files`: whole or not at all.
"""
