#!/usr/bin/python3
"""Uses Debian's python3-etcd3gw (JSON over HTTP) against one server.

Prints "ok <feature>" or "FAIL <feature>: why"; ends with 1 on a failure.
"""
import os
import sys
import time

from etcd3gw.client import Etcd3Client

# Renewed every third of it; the process may stand still for two thirds.
LEASE_SECONDS = 6

client = Etcd3Client(
    host=os.environ["ENDPOINT_HOST"], port=int(os.environ["ENDPOINT_PORT"]), timeout=60, api_path="/v3/")


def keys():
    assert client.create("keys/a", "1") and not client.create("keys/a", "2")
    assert client.put("keys/b", "2") is True
    assert client.get("keys/a") == [b"1"]
    assert sorted(value for value, _ in client.get_prefix("keys/")) == [b"1", b"2"]
    assert client.replace("keys/a", "1", "3")
    assert client.delete("keys/a") and client.get("keys/a") == []
    assert client.delete_prefix("keys/")


def txn():
    key, value = "dHhu", "MQ=="
    put = {"success": [{"request_put": {"key": key, "value": value}}]}
    absent = {"key": key, "result": "EQUAL", "target": "CREATE", "create_revision": 0}
    assert client.transaction({"compare": [absent], **put})["succeeded"] is True
    assert client.transaction({"compare": [absent], **put}).get("succeeded", False) is False


def watch():
    # From a revision on: the client does not wait until the server watches.
    revision = int(client.status()["header"]["revision"])
    events, cancel = client.watch_prefix("watch/", start_revision=revision + 1)
    client.put("watch/k", "v")
    event = next(events)
    assert event["kv"]["value"] == b"v", event
    client.delete("watch/k")
    assert next(events)["type"] == "DELETE"
    cancel()


def lease():
    granted = client.lease(LEASE_SECONDS)
    client.put("lease/k", "v", lease=granted)
    assert granted.keys() == [b"lease/k"]
    for _ in range(3):
        time.sleep(LEASE_SECONDS / 3 + 0.1)
        assert granted.refresh() == LEASE_SECONDS
    assert client.get("lease/k") == [b"v"], "renewed beyond its TTL"
    assert granted.revoke() and client.get("lease/k") == []
    assert granted.ttl() == -1


def lock():
    first, second = client.lock("lock", ttl=60), client.lock("lock", ttl=60)
    assert first.acquire() and not second.acquire()
    assert first.is_acquired() and first.release()
    assert second.acquire() and second.release()


def maintenance():
    status = client.status()
    assert status["leader"] == status["header"]["member_id"], status
    assert len(client.members()) == 1


def main():
    failed = False
    for feature in (keys, txn, watch, lease, lock, maintenance):
        try:
            feature()
            print("ok", feature.__name__, flush=True)
        except Exception as problem:  # Whatever it is, it belongs into the table.
            failed = True
            print(f"FAIL {feature.__name__}: {type(problem).__name__} {problem}".replace("\n", " "), flush=True)
    sys.stdout.flush()
    os._exit(1 if failed else 0)


main()
