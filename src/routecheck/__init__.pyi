# What type checkers see: `__init__.py` imports none of it before it is used.

from routecheck.api import CleanedFixes as CleanedFixes
from routecheck.api import Explained as Explained
from routecheck.api import Gtfs as Gtfs
from routecheck.api import MissingDataError as MissingDataError
from routecheck.api import Read as Read
from routecheck.api import Results as Results
from routecheck.api import RoutecheckError as RoutecheckError
from routecheck.api import Site as Site
from routecheck.api import UnreadableFileError as UnreadableFileError
from routecheck.api import UsageError as UsageError
from routecheck.api import clean as clean
from routecheck.api import diagnose as diagnose
from routecheck.api import explain as explain
from routecheck.api import from_gtfs as from_gtfs
from routecheck.api import judge as judge
from routecheck.api import open_site as open_site
from routecheck.api import read as read
from routecheck.api import read_alerts as read_alerts
from routecheck.api import read_calendar as read_calendar
from routecheck.api import read_checks as read_checks
from routecheck.api import read_fixes as read_fixes
from routecheck.api import read_mfjson as read_mfjson
from routecheck.api import read_points as read_points
from routecheck.api import read_schedule as read_schedule
from routecheck.api import read_vehicles as read_vehicles
from routecheck.api import stops as stops
from routecheck.api import to_mfjson as to_mfjson
from routecheck.api import visits as visits

__version__: str
