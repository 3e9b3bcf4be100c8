"""Keys and checkpoints of each test in a folder of their own."""

import pytest


@pytest.fixture
def var_dir(tmp_path, settings):
    settings.VAR_DIR = tmp_path
    return tmp_path
