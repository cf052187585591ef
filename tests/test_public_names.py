"""The public names of the package `index`: each one can be used, and importing the package alone costs nothing."""

from __future__ import annotations

import pkgutil
import subprocess
import sys
from importlib import import_module

import pytest

import index
from index.errors import QianliError
from tests.conftest import ROOT
from tests.rooms import modules

HEAVY = ("numpy", "torch", "faiss", "tantivy", "onnxruntime", "tokenizers", "safetensors", "sqlite3", "sentence_transformers")


@pytest.mark.parametrize("name", index.__all__)
def test_every_public_name_can_be_used(name: str) -> None:
    assert getattr(index, name) is not None
    assert name in dir(index)


def test_public_names_stay_the_same_after_every_module_was_imported() -> None:
    before = {name: getattr(index, name) for name in index.__all__}
    for module in modules():
        if module.startswith("index.") and not module.startswith(("index.training", "index.encoders.shipped.")):
            import_module(module)
    assert {name: getattr(index, name) for name in index.__all__} == before


def test_every_error_is_public() -> None:
    errors = {error.__name__ for error in (QianliError, *QianliError.__subclasses__())}
    assert errors <= set(index.__all__)


def test_no_public_name_is_hidden_by_a_module_of_the_same_name() -> None:
    submodules = {module.name for module in pkgutil.iter_modules(index.__path__)}
    assert submodules & set(index.__all__) == {"errors"}


def test_an_unknown_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="'index' has no attribute 'nothing'"):
        _ = index.nothing


def test_importing_the_package_imports_nothing_heavy() -> None:
    code = f"import sys, index, search; print([name for name in {HEAVY!r} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"
