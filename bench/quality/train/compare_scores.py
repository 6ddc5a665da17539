"""Hold the Python twin's injection scores against those that `scores.ts` writes, over the files of a folder.

scores.ts --data <folder> | python compare_scores.py --data <folder>
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

from holdpoint._core.detect import (
    InjectionFilter,
    InjectionJudge,
    Text,
    list_injection_patterns,
    list_injection_signals,
    scan_text,
    score_injection,
    score_learned,
)
from holdpoint._core.detect.slots import score_together
from holdpoint._core.detect.views import list_views
from holdpoint._core.match import compile_set


def main() -> int:
    """Print how many rows differ; the exit code is 1 when any does."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    folder: Path = parser.parse_args().data
    wanted = InjectionFilter((), structural=True, learned=True)
    sources = list_injection_patterns([wanted])
    compiled = compile_set(sources)
    if compiled.set is None:
        raise SystemExit(str(compiled.problems))
    judge = InjectionJudge(compiled.set, list_injection_signals([wanted]), wanted, lambda _: True)
    rows = different = 0
    for path in sorted(folder.glob("injection*.jsonl")):
        for line in path.read_text(encoding="utf-8").split("\n"):
            if not line:
                continue
            scan = scan_text(Text("input", "", json.loads(line)["text"]), judge.set)
            score = score_injection(scan, judge)
            learned = score_learned(scan.normalised.text)
            slots = score_together(scan.normalised.text, learned)
            views = [list(view) for view in list_views(scan.normalised.text)]
            ids = [sources[index].id for index in score.patterns]
            rows += 1
            if [score.score, ids, *learned[:3], *slots, views] != json.loads(sys.stdin.readline()):
                different += 1
                print(f"{path.name}: row {rows} differs")
    print(f"{rows} rows, {different} differ")
    return 1 if different else 0


if __name__ == "__main__":
    sys.exit(main())
