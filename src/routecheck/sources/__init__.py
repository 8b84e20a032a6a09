"""Reading: whatever the inputs look like, the project's tables come out, and rejected rows.

- Fixes: `fix_source` is the protocol of a source of fixes, `fixes_from_files` the one there is;
  `fixes_by_day` holds what it reads. Another source is a module beside it.
- Small tables: `tables` and `points` declare their columns and checks for `table_reader`.
- Formats of files: `table_files` picks one; `text_file`, `workbooks`, `parquet_file`, `geodata`.
- Cells: `header_matching`, `cell_values`, `time_values`, `positions`.
"""
