// Uses the npm package etcd3 against one server. Prints "ok <feature>" or "FAIL <feature>: why"; ends with 1 on a failure.
'use strict';

const assert = require('node:assert/strict');
const { Etcd3, EtcdLeaseInvalidError, EtcdLockFailedError } = require('etcd3');

const FEATURE_LIMIT_MILLIS = 120_000;
// A client that renews every third of it may stand still for two thirds.
const LEASE_SECONDS = 6;
const client = new Etcd3({ hosts: `http://${process.env.ENDPOINT}` });
const pause = (millis) => new Promise((resolve) => setTimeout(resolve, millis));
const event = (emitter, name) => new Promise((resolve) => emitter.once(name, resolve));

const features = {
  async keys() {
    await client.put('keys/a').value('1');
    await client.put('keys/b').value('2');
    assert.equal(await client.get('keys/a').string(), '1');
    assert.equal(await client.get('keys/none').string(), null);
    assert.deepEqual(await client.getAll().prefix('keys/').strings(), { 'keys/a': '1', 'keys/b': '2' });
    assert.deepEqual(await client.getAll().prefix('keys/').sort('Key', 'Descend').limit(1).keys(), ['keys/b']);
    assert.equal(await client.getAll().prefix('keys/').count(), 2);
    assert.equal((await client.put('keys/a').value('3').getPrevious()).value.toString(), '1');
    assert.equal((await client.delete().prefix('keys/')).deleted, '2');
  },
  async txn() {
    const first = await client.if('txn', 'Create', '==', 0).then(client.put('txn').value('1')).commit();
    const second = await client.if('txn', 'Create', '==', 0).else(client.get('txn')).commit();
    assert.equal(first.succeeded, true);
    assert.equal(second.succeeded, false);
    assert.equal(second.responses[0].response_range.kvs[0].value.toString(), '1');
  },
  async watch() {
    const watcher = await client.watch().prefix('watch/').withPreviousKV().create();
    const put = event(watcher, 'put');
    await client.put('watch/k').value('v');
    assert.equal((await put).value.toString(), 'v');
    const gone = event(watcher, 'delete');
    await client.delete().key('watch/k');
    assert.equal((await gone).key.toString(), 'watch/k');
    await watcher.cancel();
  },
  async lease() {
    const lease = client.lease(LEASE_SECONDS);
    await lease.put('lease/k').value('v');
    await pause((LEASE_SECONDS + 1) * 1_000);
    assert.equal(await client.get('lease/k').string(), 'v', 'renewed beyond its TTL');
    await lease.revoke();
    assert.equal(await client.get('lease/k').string(), null);
    await assert.rejects(lease.keepaliveOnce(), EtcdLeaseInvalidError);
  },
  async lock() {
    const first = client.lock('lock').ttl(60);
    await first.acquire();
    await assert.rejects(client.lock('lock').ttl(60).acquire(), EtcdLockFailedError);
    await first.release();
    await client.lock('lock').ttl(60).do(() => undefined);
  },
  async election() {
    const one = client.election('election', 60);
    const two = client.election('election', 60);
    const first = one.campaign('one');
    await event(first, 'elected');
    assert.equal(await two.leader(), 'one');
    const second = two.campaign('two');
    const followed = event(second, 'elected');
    await first.resign();
    await followed;
    const observer = await one.observe();
    assert.equal(observer.leader(), 'two');
    const changed = event(observer, 'change');
    await second.proclaim('two again');
    await changed;
    assert.equal(observer.leader(), 'two again');
    await observer.cancel();
    await second.resign();
  },
  async stm() {
    await client.put('stm/n').value('0');
    const add = () => client.stm().transact(async (tx) => {
      await tx.put('stm/n').value(String(1 + Number(await tx.get('stm/n').string())));
    });
    await Promise.all([add(), add(), add()]);
    assert.equal(await client.get('stm/n').string(), '3');
  },
  async namespace() {
    const space = client.namespace('space/');
    await space.put('k').value('v');
    assert.equal(await client.get('space/k').string(), 'v');
    assert.deepEqual(await space.getAll().strings(), { k: 'v' });
  },
  async maintenance() {
    const status = await client.maintenance.status();
    assert.equal(status.leader, status.header.member_id);
    assert.equal((await client.cluster.memberList({})).members.length, 1);
    await client.kv.compact({ revision: (await client.get('none').exec()).header.revision });
    await client.maintenance.defragment();
  },
};

async function main() {
  for (const [name, attempt] of Object.entries(features)) {
    try {
      await Promise.race([
        attempt(),
        pause(FEATURE_LIMIT_MILLIS).then(() => Promise.reject(new Error('takes too long'))),
      ]);
      console.log(`ok ${name}`);
    } catch (problem) {
      process.exitCode = 1;
      console.log(`FAIL ${name}: ${String(problem.message).split('\n')[0]}`);
    }
  }
  process.exit();
}

main();
