"""Who asks, when proxies stand in front: the throttle must meet the client, not the proxy."""

import pytest
from django.test import Client
from townsfolk import settle

from linli.project.middleware import client_address, networks

OURS = networks("10.0.0.0/8, 192.0.2.1, fd00::/8")
MOST_BY_ADDRESS = 30


@pytest.mark.parametrize(
    ("peer", "forwarded", "client"),
    [
        ("203.0.113.9", "", "203.0.113.9"),
        ("203.0.113.9", "198.51.100.7", "203.0.113.9"),
        ("192.0.2.1", "198.51.100.7", "198.51.100.7"),
        ("192.0.2.1", "198.51.100.7, 10.1.2.3", "198.51.100.7"),
        ("192.0.2.1", "1.1.1.1, 198.51.100.7, 10.1.2.3", "198.51.100.7"),
        ("192.0.2.1", "nonsense, 10.1.2.3", "10.1.2.3"),
        ("192.0.2.1", "", "192.0.2.1"),
        ("fd00::1", "2001:db8::7", "2001:db8::7"),
        ("", "198.51.100.7", ""),
    ],
)
def test_the_client_is_the_first_address_that_is_no_proxy_of_ours(peer, forwarded, client):
    assert client_address(peer, forwarded, OURS) == client


def test_a_network_that_is_none_is_refused():
    with pytest.raises(ValueError, match="not-an-address"):
        networks("10.0.0.1, not-an-address")


def fail_from(address, name, proxy="192.0.2.1"):
    return Client(REMOTE_ADDR=proxy, headers={"x-forwarded-for": address}).post(
        "/staff/login/", {"username": name, "password": "wrong"}
    )


def test_the_throttle_shuts_out_the_client_and_not_the_proxy(db, settings):
    settings.LINLI_PROXIES = "192.0.2.1"
    settle()
    for number in range(MOST_BY_ADDRESS):
        fail_from("198.51.100.7", f"name{number}")

    assert fail_from("198.51.100.7", "another").status_code == 429
    assert fail_from("198.51.100.8", "another").status_code == 422


def test_without_the_setting_nobody_can_choose_an_address(db):
    settle()
    for number in range(MOST_BY_ADDRESS):
        fail_from(f"198.51.100.{number}", f"name{number}")

    assert fail_from("198.51.100.99", "another").status_code == 429
