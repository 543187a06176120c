// Program main makes the calls that Kubernetes' API server makes of its store, through the client that it uses: objects
// written under a guard on their revision, lists in pages of one revision, watches that go on from a list, leases shared by
// events, and the compaction that several API servers agree on.
//
// It prints a line for each feature: "ok <feature>", or "FAIL <feature>: why", and ends with 1 if one failed.
package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"strconv"
	"sync"
	"time"

	"go.etcd.io/etcd/clientv3"
	"go.etcd.io/etcd/etcdserver/api/v3rpc/rpctypes"
	"go.etcd.io/etcd/mvcc/mvccpb"
)

const (
	featureLimit = 240 * time.Second
	prefix       = "/registry/"
	compactKey   = "compact_rev_key"

	objects  = 120
	pageSize = 50
	writers  = 4
	rounds   = 25
)

func main() {
	client, err := clientv3.New(clientv3.Config{
		Endpoints: []string{os.Getenv("ENDPOINT")}, DialTimeout: 60 * time.Second,
		DialKeepAliveTime: 30 * time.Second, DialKeepAliveTimeout: 10 * time.Second,
	})
	if err != nil {
		fmt.Println("FAIL connect:", err)
		os.Exit(1)
	}
	defer client.Close()
	failed := false
	for _, each := range []struct {
		name string
		try  func(context.Context, *clientv3.Client) error
	}{
		{"keys", lists}, {"txn", guardedWrites}, {"watch", watchCache}, {"lease", eventLeases}, {"maintenance", compaction},
	} {
		ctx, cancel := context.WithTimeout(context.Background(), featureLimit)
		if err := each.try(clientv3.WithRequireLeader(ctx), client); err != nil {
			failed = true
			fmt.Printf("FAIL %s: %v\n", each.name, err)
		} else {
			fmt.Printf("ok %s\n", each.name)
		}
		cancel()
	}
	if failed {
		os.Exit(1)
	}
}

// create puts an object that is not there yet.
func create(ctx context.Context, c *clientv3.Client, key, value string, options ...clientv3.OpOption) (int64, error) {
	done, err := c.Txn(ctx).If(clientv3.Compare(clientv3.ModRevision(key), "=", 0)).
		Then(clientv3.OpPut(key, value, options...)).Commit()
	if err != nil {
		return 0, err
	}
	if !done.Succeeded {
		return 0, fmt.Errorf("%s is there already", key)
	}
	return done.Header.Revision, nil
}

// update changes an object: what it read first, or what a failed guard brought back, until nobody came in between.
func update(ctx context.Context, c *clientv3.Client, key string, change func(string) string) error {
	found, err := c.Get(ctx, key)
	if err != nil {
		return err
	}
	for {
		if len(found.Kvs) == 0 {
			return fmt.Errorf("no %s", key)
		}
		current := found.Kvs[0]
		done, err := c.Txn(ctx).If(clientv3.Compare(clientv3.ModRevision(key), "=", current.ModRevision)).
			Then(clientv3.OpPut(key, change(string(current.Value)))).Else(clientv3.OpGet(key)).Commit()
		if err != nil || done.Succeeded {
			return err
		}
		found = (*clientv3.GetResponse)(done.Responses[0].GetResponseRange())
	}
}

// remove deletes an object at the revision it was read at.
func remove(ctx context.Context, c *clientv3.Client, key string) error {
	found, err := c.Get(ctx, key)
	if err != nil {
		return err
	}
	for len(found.Kvs) > 0 {
		done, err := c.Txn(ctx).If(clientv3.Compare(clientv3.ModRevision(key), "=", found.Kvs[0].ModRevision)).
			Then(clientv3.OpDelete(key)).Else(clientv3.OpGet(key)).Commit()
		if err != nil || done.Succeeded {
			return err
		}
		found = (*clientv3.GetResponse)(done.Responses[0].GetResponseRange())
	}
	return fmt.Errorf("no %s", key)
}

// list reads all objects below a key in pages, each at the revision of the first one.
func list(ctx context.Context, c *clientv3.Client, below string) ([]*mvccpb.KeyValue, int64, error) {
	var all []*mvccpb.KeyValue
	end, from, revision := clientv3.GetPrefixRangeEnd(below), below, int64(0)
	for {
		page, err := c.Get(ctx, from, clientv3.WithRange(end), clientv3.WithLimit(pageSize), clientv3.WithRev(revision))
		if err != nil {
			return nil, 0, err
		}
		if revision == 0 {
			revision = page.Header.Revision
		}
		all = append(all, page.Kvs...)
		if page.More != (page.Count > int64(len(page.Kvs))) || (page.More && len(page.Kvs) != pageSize) {
			return nil, 0, fmt.Errorf("a page of %d of %d says more: %v", len(page.Kvs), page.Count, page.More)
		}
		if !page.More {
			return all, revision, nil
		}
		from = string(page.Kvs[len(page.Kvs)-1].Key) + "\x00"
	}
}

func lists(ctx context.Context, c *clientv3.Client) error {
	below := prefix + "pods/default/"
	for i := 0; i < objects; i++ {
		if _, err := create(ctx, c, fmt.Sprintf("%s%03d", below, i), "first"); err != nil {
			return err
		}
	}
	first, err := c.Get(ctx, below, clientv3.WithRange(clientv3.GetPrefixRangeEnd(below)), clientv3.WithLimit(pageSize))
	if err != nil {
		return err
	}
	// What happens between two pages is not to be seen on the second.
	if err := update(ctx, c, below+"100", func(string) string { return "second" }); err != nil {
		return err
	}
	if err := remove(ctx, c, below+"101"); err != nil {
		return err
	}
	rest, err := c.Get(ctx, string(first.Kvs[pageSize-1].Key)+"\x00", clientv3.WithRange(clientv3.GetPrefixRangeEnd(below)),
		clientv3.WithRev(first.Header.Revision))
	if err != nil {
		return err
	}
	if len(rest.Kvs) != objects-pageSize || rest.More || string(rest.Kvs[100-pageSize].Value) != "first" {
		return fmt.Errorf("the second page is of another revision: %d objects", len(rest.Kvs))
	}
	all, _, err := list(ctx, c, below)
	if err != nil {
		return err
	}
	count, err := c.Get(ctx, below, clientv3.WithPrefix(), clientv3.WithCountOnly())
	if err != nil {
		return err
	}
	if len(all) != objects-1 || count.Count != objects-1 || len(count.Kvs) != 0 {
		return fmt.Errorf("expected %d objects, listed %d and counted %d", objects-1, len(all), count.Count)
	}
	_, err = c.Get(ctx, below, clientv3.WithPrefix(), clientv3.WithRev(first.Header.Revision+1_000_000))
	if !errors.Is(err, rpctypes.ErrFutureRev) {
		return fmt.Errorf("a list of the future: %v", err)
	}
	return nil
}

func guardedWrites(ctx context.Context, c *clientv3.Client) error {
	key := prefix + "counters/one"
	if _, err := create(ctx, c, key, "0"); err != nil {
		return err
	}
	if _, err := create(ctx, c, key, "0"); err == nil {
		return errors.New("one object was made twice")
	}
	if err := together(func(int) error {
		for i := 0; i < rounds; i++ {
			if err := update(ctx, c, key, plusOne); err != nil {
				return err
			}
		}
		return nil
	}); err != nil {
		return err
	}
	found, err := c.Get(ctx, key, clientv3.WithSerializable())
	if err != nil {
		return err
	}
	if string(found.Kvs[0].Value) != strconv.Itoa(writers*rounds) || found.Kvs[0].Version != 1+writers*rounds {
		return fmt.Errorf("an update was lost: %s after %d", found.Kvs[0].Value, writers*rounds)
	}
	return remove(ctx, c, key)
}

// watchCache keeps a copy of a range by a list and a watch that goes on from it, while others write; in the end it is the
// range. Every event says what was before, which is what the copy held.
func watchCache(ctx context.Context, c *clientv3.Client) error {
	below := prefix + "configmaps/"
	if _, err := create(ctx, c, below+"0", "0"); err != nil {
		return err
	}
	listed, revision, err := list(ctx, c, below)
	if err != nil {
		return err
	}
	held := map[string][]byte{}
	for _, each := range listed {
		held[string(each.Key)] = each.Value
	}
	watching, stop := context.WithCancel(ctx)
	defer stop()
	events := c.Watch(watching, below, clientv3.WithPrefix(), clientv3.WithRev(revision+1), clientv3.WithPrevKV(),
		clientv3.WithProgressNotify())
	written := make(chan error, 1)
	go func() {
		written <- together(func(writer int) error {
			for i := 0; i < rounds; i++ {
				key := fmt.Sprintf("%s%d-%d", below, writer, i%5)
				if _, err := create(ctx, c, key, "new"); err != nil {
					return err
				}
				if err := update(ctx, c, key, func(string) string { return "changed" }); err != nil {
					return err
				}
				if i < rounds-5 {
					if err := remove(ctx, c, key); err != nil {
						return err
					}
				} else if err := update(ctx, c, below+"0", plusOne); err != nil {
					return err
				}
			}
			_, err := c.Put(ctx, fmt.Sprintf("%sdone-%d", below, writer), "done")
			return err
		})
	}()
	done, last := 0, revision
	for done < writers {
		answer, open := <-events
		if !open || answer.Err() != nil {
			return fmt.Errorf("the watch ended: %v", answer.Err())
		}
		for _, event := range answer.Events {
			key := string(event.Kv.Key)
			if event.Kv.ModRevision <= last {
				return fmt.Errorf("%s came at %d after %d", key, event.Kv.ModRevision, last)
			}
			last = event.Kv.ModRevision
			before, known := held[key]
			if known != (event.PrevKv != nil) || (known && !bytes.Equal(before, event.PrevKv.Value)) {
				return fmt.Errorf("%s at %d: before it was %q here, and %v in the event", key, last, before, event.PrevKv)
			}
			if known == event.IsCreate() {
				return fmt.Errorf("%s at %d is new: %v", key, last, event.IsCreate())
			}
			if event.Type == mvccpb.DELETE {
				delete(held, key)
			} else {
				held[key] = event.Kv.Value
			}
			if string(event.Kv.Value) == "done" {
				done++
			}
		}
	}
	if err := <-written; err != nil {
		return err
	}
	now, _, err := list(ctx, c, below)
	if err != nil {
		return err
	}
	for _, each := range now {
		if !bytes.Equal(held[string(each.Key)], each.Value) {
			return fmt.Errorf("%s is %q, and was seen as %q", each.Key, each.Value, held[string(each.Key)])
		}
	}
	if len(now) != len(held) {
		return fmt.Errorf("there are %d objects, and %d were seen", len(now), len(held))
	}
	return nil
}

// eventLeases attaches many objects to one lease, as is done with events, and lets all of them go at once.
func eventLeases(ctx context.Context, c *clientv3.Client) error {
	granted, err := c.Grant(ctx, 3600)
	if err != nil {
		return err
	}
	below := prefix + "events/default/"
	for i := 0; i < objects; i++ {
		if _, err := create(ctx, c, fmt.Sprintf("%s%03d", below, i), "event", clientv3.WithLease(granted.ID)); err != nil {
			return err
		}
	}
	told, err := c.TimeToLive(ctx, granted.ID, clientv3.WithAttachedKeys())
	if err != nil {
		return err
	}
	if len(told.Keys) != objects || told.GrantedTTL != 3600 {
		return fmt.Errorf("expected %d keys, got %d, for %d s", objects, len(told.Keys), told.GrantedTTL)
	}
	events := c.Watch(ctx, below, clientv3.WithPrefix(), clientv3.WithPrevKV(), clientv3.WithRev(told.Revision+1))
	if _, err := c.Revoke(ctx, granted.ID); err != nil {
		return err
	}
	for gone := 0; gone < objects; {
		answer, open := <-events
		if !open || answer.Err() != nil {
			return fmt.Errorf("the watch ended: %v", answer.Err())
		}
		for _, event := range answer.Events {
			if event.Type != mvccpb.DELETE || event.PrevKv == nil || event.PrevKv.Lease != int64(granted.ID) {
				return fmt.Errorf("expected deletions with what was there, got %v", event)
			}
			gone++
		}
	}
	return nil
}

// compaction is what every API server does each five minutes: the one whose guard holds compacts to the revision of the
// last time. Lists and watches from before it are told that their revision is gone.
func compaction(ctx context.Context, c *clientv3.Client) error {
	key := prefix + "pods/compacted"
	old, err := create(ctx, c, key, "old")
	if err != nil {
		return err
	}
	if err := update(ctx, c, key, func(string) string { return "new" }); err != nil {
		return err
	}
	now, err := c.Get(ctx, key)
	if err != nil {
		return err
	}
	var mutex sync.Mutex
	won := 0
	if err := together(func(int) error {
		done, err := c.Txn(ctx).If(clientv3.Compare(clientv3.Version(compactKey), "=", 0)).
			Then(clientv3.OpPut(compactKey, strconv.FormatInt(now.Header.Revision, 10))).
			Else(clientv3.OpGet(compactKey)).Commit()
		if err == nil && done.Succeeded {
			mutex.Lock()
			won++
			mutex.Unlock()
			_, err = c.Compact(ctx, now.Header.Revision)
		} else if err == nil && len(done.Responses[0].GetResponseRange().Kvs) != 1 {
			err = errors.New("a loser did not see the winner's revision")
		}
		return err
	}); err != nil {
		return err
	}
	if won != 1 {
		return fmt.Errorf("%d of %d compacted", won, writers)
	}
	if _, err := c.Get(ctx, key, clientv3.WithRev(old)); !errors.Is(err, rpctypes.ErrCompacted) {
		return fmt.Errorf("a list of a revision that is gone: %v", err)
	}
	answer := <-c.Watch(ctx, key, clientv3.WithRev(old))
	if answer.Err() != rpctypes.ErrCompacted || answer.CompactRevision != now.Header.Revision {
		return fmt.Errorf("a watch from a revision that is gone: %v, compacted at %d", answer.Err(), answer.CompactRevision)
	}
	if _, err := c.Compact(ctx, now.Header.Revision); !errors.Is(err, rpctypes.ErrCompacted) {
		return fmt.Errorf("compacted twice: %v", err)
	}
	return nil
}

func plusOne(text string) string {
	number, _ := strconv.Atoi(text)
	return strconv.Itoa(number + 1)
}

// together runs it once for each writer, all at the same time, and returns one of the errors.
func together(run func(writer int) error) error {
	problems := make(chan error, writers)
	for i := 0; i < writers; i++ {
		go func(writer int) { problems <- run(writer) }(i)
	}
	var first error
	for i := 0; i < writers; i++ {
		if err := <-problems; err != nil && first == nil {
			first = err
		}
	}
	return first
}
