# Code generated from spec/. Do not edit.
# ruff: noqa: E501

# In bytes: what one pattern set may occupy with its caches; the default and the ceiling.
MAX_SET_BYTES = 16777216

# In bytes: a smaller cap would flush the cache at every other character.
MIN_SET_BYTES = 65536

# In patterns: ten times the largest catalogue; keeps pattern numbers and result lists small.
MAX_PATTERNS = 10000

# In UTF-16 units: longer alternations belong into several patterns, where each gets its own id.
MAX_PATTERN_LENGTH = 16384

# In repetitions: RE2's own bound, also for the product of nested counts.
MAX_REPEAT = 1000

# In groups: RE2's own bound; keeps recursion over the tree far from the end of the stack.
MAX_NESTING = 1000

# In nodes: one pattern's share: at about 40 bytes a node, 2 MB of a set's 16.
MAX_PROGRAM_NODES = 50000

# In UTF-16 units: what a stream may hold back while a span is still open.
MAX_HOLD_BACK = 65536

# In bytes: what all streams of one set may keep in automata for scans, beside the set's own memory.
MAX_STREAM_BYTES = 8388608

# In UTF-16 units: text a stream keeps to search a pattern from the beginning once its parts were seen; longer texts are run through every pattern.
MAX_STREAM_HISTORY = 262144

# In states: pairs of states a comparison of two sets explores before it answers that it cannot tell.
MAX_PRODUCT_STATES = 20000

# In steps: steps of all products of one comparison, each counted once and once for each thread it carries; a second or two.
MAX_PRODUCT_WORK = 2000000

# In marks: put in order together: the bound of Unicode's stream-safe text; the work grows with its square.
MAX_MARKS = 30

# In layers: an encoding inside an encoding inside an encoding; more is not text a model would follow.
MAX_DECODE_DEPTH = 3

# In UTF-16 units: decoded text one normalisation may add.
MAX_DECODED_LENGTH = 65536

# In runs: encoded runs one normalisation decodes; decoys must not use it up before what they hide.
MAX_DECODED_RUNS = 4096

# In UTF-16 units: shorter base64 and hex runs are words and identifiers more often than hidden text.
MIN_ENCODED_RUN = 16

# In patterns: re2-wasm aborts at about 1,010 idle patterns in its fixed 16 MiB, and at fewer than 500 that were searched with.
WASM_MAX_PATTERNS = 64

# In UTF-16 units: a text of 10 MB aborts re2-wasm; 1 Mi units are at most 3 MB of UTF-8.
WASM_MAX_TEXT_LENGTH = 1048576
