#!/usr/bin/python3
"""Uses Debian's python3-etcd3 (gRPC) against one server.

Prints "ok <feature>" or "FAIL <feature>: why"; ends with 1 on a failure.
"""
import os
import sys
import time

import etcd3

# Renewed every third of it; the process may stand still for two thirds.
LEASE_SECONDS = 6

client = etcd3.client(host=os.environ["ENDPOINT_HOST"], port=int(os.environ["ENDPOINT_PORT"]), timeout=60)


def keys():
    client.put("keys/a", "1")
    client.put("keys/b", "2")
    value, meta = client.get("keys/a")
    assert value == b"1" and meta.version == 1, (value, meta.version)
    assert [value for value, _ in client.get_prefix("keys/", sort_order="descend")] == [b"2", b"1"]
    assert client.put_if_not_exists("keys/a", "3") is False
    assert client.replace("keys/a", "1", "4") is True
    assert client.delete("keys/a", prev_kv=True, return_response=True).prev_kvs[0].value == b"4"
    assert client.delete_prefix("keys/").deleted == 1


def txn():
    transactions = client.transactions
    succeeded, _ = client.transaction(
        compare=[transactions.version("txn") == 0], success=[transactions.put("txn", "1")], failure=[])
    assert succeeded
    succeeded, answers = client.transaction(
        compare=[transactions.value("txn") == "2"], success=[], failure=[transactions.get("txn")])
    assert not succeeded and answers[0][0][0] == b"1", answers


def watch():
    events, cancel = client.watch_prefix("watch/")
    client.put("watch/k", "v")
    event = next(events)
    assert isinstance(event, etcd3.events.PutEvent) and event.value == b"v"
    client.delete("watch/k")
    assert isinstance(next(events), etcd3.events.DeleteEvent)
    cancel()


def lease():
    granted = client.lease(LEASE_SECONDS)
    client.put("lease/k", "v", lease=granted)
    assert granted.keys == [b"lease/k"] and granted.granted_ttl == LEASE_SECONDS
    for _ in range(3):
        time.sleep(LEASE_SECONDS / 3 + 0.1)
        answer = granted.refresh()[0]
        assert answer.TTL == LEASE_SECONDS, answer
    assert client.get("lease/k")[0] == b"v", "renewed beyond its TTL"
    granted.revoke()
    assert client.get("lease/k")[0] is None


def lock():
    # Waiting for a lock that is held fails inside Debian's package, whose tenacity is too new for it.
    first = client.lock("lock", ttl=60)
    assert first.acquire(timeout=60) and first.is_acquired()
    assert first.refresh()[0].TTL == 60
    assert first.release() and not first.is_acquired()
    second = client.lock("lock", ttl=60)
    assert second.acquire(timeout=60) and second.release()


def maintenance():
    status = client.status()
    assert status.leader is not None and status.db_size > 0
    assert len(list(client.members)) == 1
    assert client.hash() != 0
    client.compact(client.get_response("none").header.revision)
    client.defragment()
    assert list(client.list_alarms()) == []


def main():
    failed = False
    for feature in (keys, txn, watch, lease, lock, maintenance):
        try:
            feature()
            print("ok", feature.__name__, flush=True)
        except Exception as problem:  # Whatever it is, it belongs into the table.
            failed = True
            print(f"FAIL {feature.__name__}: {type(problem).__name__} {problem}".replace("\n", " "), flush=True)
    os._exit(1 if failed else 0)


main()
