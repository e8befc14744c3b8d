__all__: list[str]
from .base_map import map as map
from .construction_spending import spending as spending
from .coverage_rows import coverage as coverage
from .exercise_counts import exercises as exercises
from .flow_diagram import network as network
from .host_timeline import timeline as timeline
from .interactive.html_page import explorer as explorer
from .state_tiles import states as states
from .strength_series import series as series
