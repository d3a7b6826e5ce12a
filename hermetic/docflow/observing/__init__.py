"""What watches both instances: a real Prometheus where one is on PATH, else a small one of ours with the same API.

Both read the same configuration file (JSON, which is YAML, too), so that they do the same.
"""

from hermetic.docflow.observing.observer import Observer
from hermetic.docflow.observing.orders import Orders
from hermetic.docflow.observing.scraped import await_scrapes
from hermetic.docflow.observing.starting import begin_anew, choose, start
from hermetic.kit.listening import reserve

__all__ = ["Observer", "Orders", "await_scrapes", "begin_anew", "choose", "reserve", "start"]
