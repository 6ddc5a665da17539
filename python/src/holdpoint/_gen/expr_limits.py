# Code generated from spec/. Do not edit.
SOURCE_CHARS_MAX = 8192
"""In UTF-16 code units: a policy expression is a few lines; parsing 8 KiB stays under a few ms."""

NESTING_DEPTH_MAX = 64
"""In levels: brackets, calls, unary and chained operators; keeps recursion far below every stack limit, and the conformance suite needs 33."""

AST_NODES_MAX = 2000
"""In nodes: bounds checking and compiling; the largest conformance case has about 130."""

COMPREHENSION_NESTING_MAX = 3
"""In levels: work grows with the power of the nesting."""

PROBLEMS_MAX = 100
"""In problems: reported at once."""

COST_MAX = 1000000
"""In steps: estimate with assumed sizes; two nested loops over lists of unknown size pass, three do not."""

STEPS_MAX = 200000
"""In steps: one evaluation; about 5 ms in TypeScript."""

ASSUMED_LIST_ITEMS = 64
"""In items: a list whose size is not known when written."""

ASSUMED_TEXT_CHARS = 4096
"""In code points: a text whose size is not known when written."""

TEXT_WORK_MAX = 200000000
"""In code points: one contains_any: needles times text; about 0.1 s."""

TEXT_CHARS_PER_STEP = 64
"""In code points: native text operations handle about 64 code points in the time of one step."""

DYNAMIC_PATTERNS_MAX = 32
"""In patterns: compiled patterns of matches() that are not constants, least recently used out first, per program."""

DYNAMIC_PATTERN_STEPS = 500
"""In steps: each use of a pattern that is not a constant; it may have to be compiled."""

PATTERN_CHARS_MAX = 2048
"""In UTF-16 code units: a pattern that is not a constant."""

TIME_ZONES_MAX = 64
"""In zones: resolved time zones kept."""

COUNTER_READ_STEPS = 50
"""In steps: the estimate of one usage(); a store finds a counter in the time of about 50 steps."""
