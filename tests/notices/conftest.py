import pytest
from townsfolk import settle


@pytest.fixture
def folk(db, settings, tmp_path):
    """Found an office whose short messages and DingTalk fall into a sink; the other channels are shut."""
    settings.LINLI_HOME = tmp_path
    settings.LINLI_CHANNELS = {"mail": "", "sms": "sink", "wecom": "", "dingtalk": "sink"}
    return settle()
