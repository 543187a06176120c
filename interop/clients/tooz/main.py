#!/usr/bin/python3
"""Uses OpenStack's tooz with its etcd3gw driver, as its services coordinate themselves, against one server.

Prints "ok <feature>" or "FAIL <feature>: why"; ends with 1 on a failure.
"""
import os

import etcd3gw
from etcd3gw.client import Etcd3Client
from tooz import coordination

# Debian 12's tooz names an argument that the function of Debian 12's etcd3gw does not know; the class does.
etcd3gw.client = Etcd3Client
URL = f"etcd3+http://{os.environ['ENDPOINT']}?api_version=v3"


def member(name):
    coordinator = coordination.get_coordinator(URL, name)
    coordinator.start(start_heart=True)
    return coordinator


def groups():
    one, two = member(b"one"), member(b"two")
    one.create_group(b"group").get()
    one.join_group(b"group", b"capable").get()
    two.join_group(b"group").get()
    assert set(one.get_members(b"group").get()) == {b"one", b"two"}
    assert two.get_member_capabilities(b"group", b"one").get() == b"capable"
    two.leave_group(b"group").get()
    assert set(one.get_members(b"group").get()) == {b"one"}
    one.stop()
    two.stop()


def lock():
    one, two = member(b"locker one"), member(b"locker two")
    first, second = one.get_lock(b"lock"), two.get_lock(b"lock")
    assert first.acquire() and not second.acquire(blocking=False)
    assert first.heartbeat() is not False
    assert first.release() and second.acquire(blocking=True)
    assert second.release()
    one.stop()
    two.stop()


def main():
    failed = False
    for feature in (lock, groups):
        try:
            feature()
            print("ok", feature.__name__, flush=True)
        except Exception as problem:  # Whatever it is, it belongs into the table.
            failed = True
            print(f"FAIL {feature.__name__}: {type(problem).__name__} {problem}".replace("\n", " "), flush=True)
    os._exit(1 if failed else 0)


main()
