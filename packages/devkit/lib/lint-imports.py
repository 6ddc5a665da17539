"""Runs import-linter with python/ as its folder."""

import os
import sys
from pathlib import Path

from importlinter.cli import lint_imports

os.chdir(Path(__file__).resolve().parents[3] / "python")
sys.path.insert(0, "src")
sys.exit(lint_imports(config_filename="pyproject.toml", cache_dir=None))
