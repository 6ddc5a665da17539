"""Our engine against Google's C++ one, where its binding can be installed."""

import importlib.util
import json
import os
import subprocess
import sys
from pathlib import Path

if importlib.util.find_spec("cel_expr_python") is not None:

    def test_values_and_errors_are_those_of_the_cpp_engine() -> None:
        paths = [str(Path(__file__).parents[1]), *sys.path]
        done = subprocess.run(
            [sys.executable, "-c", "from expr.oracle_cpp import main; main(20_260_902, 4000)"],
            env={**os.environ, "PYTHONPATH": os.pathsep.join(paths)},
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.stdout, done.stderr[-2000:]
        found = json.loads(done.stdout)
        assert found["different"] == []
        assert found["counts"]["values"] > 1000
        assert found["counts"]["errors"] > 100
