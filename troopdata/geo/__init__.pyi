__all__: list[str]
from .country_lookup import locate as locate
from .exposure_index import exposure as exposure
from .geojson import to_geojson as to_geojson
from .jobs.run_files import run as run
from .nearest_bases import nearest as nearest
from .table_points import points as points
from .within_distance import count_within as count_within
from .within_distance import within as within
