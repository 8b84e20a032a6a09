"""The workbook for the office: a service date, or a month, as spreadsheets people can sort.

Ids are text, nothing from the data is ever a formula, a link or a number by accident; each sheet
has a frozen header, filters where it has rows to filter, and prints on A4 landscape.
"""

from routecheck.present.workbook.daily import daily_workbook
from routecheck.present.workbook.monthly import monthly_workbook

__all__ = ["daily_workbook", "monthly_workbook"]
