// Program main uses etcd's own Go client, and the recipes that come with it, against one server.
//
// It prints a line for each feature: "ok <feature>", or "FAIL <feature>: why", and ends with 1 if one failed.
package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"sync"
	"time"

	"go.etcd.io/etcd/clientv3"
	"go.etcd.io/etcd/clientv3/concurrency"
	"go.etcd.io/etcd/clientv3/leasing"
	"go.etcd.io/etcd/clientv3/namespace"
	"go.etcd.io/etcd/clientv3/naming/endpoints"
	"go.etcd.io/etcd/clientv3/naming/resolver"
	"go.etcd.io/etcd/clientv3/ordering"
	"google.golang.org/grpc"
	"google.golang.org/grpc/health"
	healthpb "google.golang.org/grpc/health/grpc_health_v1"
)

const (
	featureLimit = 120 * time.Second
	workers      = 4
	rounds       = 10

	// A client that renews every third of it may stand still for two thirds.
	leaseSeconds = 6
)

type feature struct {
	name string
	try  func(context.Context, *clientv3.Client) error
}

var features = []feature{
	{"keys", keys},
	{"txn", txn},
	{"watch", watch},
	{"lease", lease},
	{"lock", mutex},
	{"election", election},
	{"stm", stm},
	{"leasing", leasingCache},
	{"naming", naming},
	{"namespace", namespaced},
	{"ordering", ordered},
	{"maintenance", maintenance},
}

func main() {
	client, err := clientv3.New(clientv3.Config{Endpoints: []string{os.Getenv("ENDPOINT")}, DialTimeout: 60 * time.Second})
	if err != nil {
		fmt.Println("FAIL connect:", err)
		os.Exit(1)
	}
	defer client.Close()
	failed := false
	for _, each := range features {
		ctx, cancel := context.WithTimeout(context.Background(), featureLimit)
		if err := each.try(ctx, client); err != nil {
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

// expect is nil, or tells what was expected and what was seen.
func expect(what string, want, got interface{}) error {
	if fmt.Sprint(want) == fmt.Sprint(got) {
		return nil
	}
	return fmt.Errorf("%s: expected %v, got %v", what, want, got)
}

// first returns the first error that is one.
func first(errs ...error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}

func keys(ctx context.Context, c *clientv3.Client) error {
	for i := 0; i < 5; i++ {
		if _, err := c.Put(ctx, fmt.Sprintf("keys/%d", i), fmt.Sprint(i)); err != nil {
			return err
		}
	}
	page, err := c.Get(ctx, "keys/", clientv3.WithPrefix(), clientv3.WithLimit(2),
		clientv3.WithSort(clientv3.SortByKey, clientv3.SortDescend))
	if err != nil {
		return err
	}
	old, err := c.Put(ctx, "keys/0", "new", clientv3.WithPrevKV())
	if err != nil {
		return err
	}
	past, err := c.Get(ctx, "keys/0", clientv3.WithRev(old.Header.Revision-1))
	if err != nil {
		return err
	}
	deleted, err := c.Delete(ctx, "keys/", clientv3.WithPrefix())
	if err != nil {
		return err
	}
	return first(
		expect("count", 5, page.Count), expect("page", 2, len(page.Kvs)), expect("more", true, page.More),
		expect("last key", "keys/4", string(page.Kvs[0].Key)), expect("value before", "0", string(old.PrevKv.Value)),
		expect("past value", "0", string(past.Kvs[0].Value)), expect("deleted", 5, deleted.Deleted))
}

func txn(ctx context.Context, c *clientv3.Client) error {
	create := c.Txn(ctx).If(clientv3.Compare(clientv3.CreateRevision("txn"), "=", 0)).
		Then(clientv3.OpPut("txn", "1")).Else(clientv3.OpGet("txn"))
	one, err := create.Commit()
	if err != nil {
		return err
	}
	two, err := c.Txn(ctx).If(clientv3.Compare(clientv3.CreateRevision("txn"), "=", 0)).
		Then(clientv3.OpPut("txn", "2")).
		Else(clientv3.OpGet("txn"), clientv3.OpTxn(nil, []clientv3.Op{clientv3.OpPut("nested", "n")}, nil)).Commit()
	if err != nil {
		return err
	}
	return first(expect("first", true, one.Succeeded), expect("second", false, two.Succeeded),
		expect("value", "1", string(two.Responses[0].GetResponseRange().Kvs[0].Value)))
}

func watch(ctx context.Context, c *clientv3.Client) error {
	start, err := c.Put(ctx, "watch/before", "v")
	if err != nil {
		return err
	}
	events := c.Watch(ctx, "watch/", clientv3.WithPrefix(), clientv3.WithRev(start.Header.Revision), clientv3.WithPrevKV())
	if _, err := c.Delete(ctx, "watch/before"); err != nil {
		return err
	}
	var seen []string
	for len(seen) < 2 {
		answer, open := <-events
		if !open {
			return errors.New("the watch ended")
		}
		for _, event := range answer.Events {
			seen = append(seen, event.Type.String())
		}
	}
	return expect("events", "[PUT DELETE]", seen)
}

func lease(ctx context.Context, c *clientv3.Client) error {
	granted, err := c.Grant(ctx, leaseSeconds)
	if err != nil {
		return err
	}
	if _, err := c.Put(ctx, "lease/key", "v", clientv3.WithLease(granted.ID)); err != nil {
		return err
	}
	renewing, stop := context.WithCancel(ctx)
	answers, err := c.KeepAlive(renewing, granted.ID)
	if err != nil {
		stop()
		return err
	}
	// Longer than the TTL: the key is there because the lease is renewed.
	for begun := time.Now(); time.Since(begun) < (leaseSeconds+1)*time.Second; {
		<-answers
	}
	stop()
	ttl, err := c.TimeToLive(ctx, granted.ID, clientv3.WithAttachedKeys())
	if err != nil {
		return err
	}
	there, err := c.Get(ctx, "lease/key")
	if err != nil {
		return err
	}
	gone := c.Watch(ctx, "lease/key", clientv3.WithRev(there.Header.Revision))
	for answer := range gone {
		for _, event := range answer.Events {
			if event.Type == clientv3.EventTypeDelete {
				return first(expect("keys", 1, len(ttl.Keys)), expect("granted", leaseSeconds, ttl.GrantedTTL),
					expect("while renewed", 1, there.Count))
			}
		}
	}
	return errors.New("the key outlived its lease")
}

func mutex(ctx context.Context, c *clientv3.Client) error {
	var wait sync.WaitGroup
	held, total := 0, 0
	problems := make(chan error, workers)
	for i := 0; i < workers; i++ {
		wait.Add(1)
		go func() {
			defer wait.Done()
			session, err := concurrency.NewSession(c, concurrency.WithTTL(60))
			if err != nil {
				problems <- err
				return
			}
			defer session.Close()
			lock := concurrency.NewMutex(session, "/mutex")
			for j := 0; j < rounds; j++ {
				if err := lock.Lock(ctx); err != nil {
					problems <- err
					return
				}
				held++
				if held != 1 {
					problems <- errors.New("two hold the lock")
				}
				total++
				held--
				if err := lock.Unlock(ctx); err != nil {
					problems <- err
					return
				}
			}
		}()
	}
	wait.Wait()
	select {
	case err := <-problems:
		return err
	default:
		return expect("rounds", workers*rounds, total)
	}
}

func election(ctx context.Context, c *clientv3.Client) error {
	one, err := concurrency.NewSession(c, concurrency.WithTTL(60))
	if err != nil {
		return err
	}
	defer one.Close()
	two, err := concurrency.NewSession(c, concurrency.WithTTL(60))
	if err != nil {
		return err
	}
	defer two.Close()
	leader := concurrency.NewElection(one, "/election")
	if err := leader.Campaign(ctx, "one"); err != nil {
		return err
	}
	observed := concurrency.NewElection(two, "/election").Observe(ctx)
	if answer := <-observed; string(answer.Kvs[0].Value) != "one" {
		return fmt.Errorf("leader is %q", answer.Kvs[0].Value)
	}
	won := make(chan error, 1)
	go func() { won <- concurrency.NewElection(two, "/election").Campaign(ctx, "two") }()
	if err := leader.Resign(ctx); err != nil {
		return err
	}
	if err := <-won; err != nil {
		return err
	}
	for answer := range observed {
		if string(answer.Kvs[0].Value) == "two" {
			return nil
		}
	}
	return errors.New("the successor was not observed")
}

func stm(ctx context.Context, c *clientv3.Client) error {
	for _, account := range []string{"stm/a", "stm/b"} {
		if _, err := c.Put(ctx, account, "100"); err != nil {
			return err
		}
	}
	var wait sync.WaitGroup
	problems := make(chan error, workers)
	for i := 0; i < workers; i++ {
		wait.Add(1)
		go func() {
			defer wait.Done()
			for j := 0; j < rounds; j++ {
				_, err := concurrency.NewSTM(c, func(s concurrency.STM) error {
					var a, b int
					fmt.Sscan(s.Get("stm/a"), &a)
					fmt.Sscan(s.Get("stm/b"), &b)
					s.Put("stm/a", fmt.Sprint(a-1))
					s.Put("stm/b", fmt.Sprint(b+1))
					return nil
				})
				if err != nil {
					problems <- err
					return
				}
			}
		}()
	}
	wait.Wait()
	select {
	case err := <-problems:
		return err
	default:
	}
	both, err := c.Get(ctx, "stm/", clientv3.WithPrefix())
	if err != nil {
		return err
	}
	return first(expect("a", 100-workers*rounds, string(both.Kvs[0].Value)),
		expect("b", 100+workers*rounds, string(both.Kvs[1].Value)))
}

// leasingCache is the program of the package's documentation, with two clients.
func leasingCache(ctx context.Context, c *clientv3.Client) error {
	lkv, closeOne, err := leasing.NewKV(c, "leasing-prefix/")
	if err != nil {
		return err
	}
	defer closeOne()
	if _, err := c.Put(ctx, "abc", "123"); err != nil {
		return err
	}
	if _, err := lkv.Get(ctx, "abc"); err != nil {
		return err
	}
	owned, err := c.Get(ctx, "leasing-prefix/abc")
	if err != nil {
		return err
	}
	local, err := lkv.Get(ctx, "abc")
	if err != nil {
		return err
	}
	other, closeTwo, err := leasing.NewKV(c, "leasing-prefix/")
	if err != nil {
		return err
	}
	defer closeTwo()
	if _, err := other.Put(ctx, "abc", "456"); err != nil {
		return err
	}
	after, err := lkv.Get(ctx, "abc")
	if err != nil {
		return err
	}
	return first(expect("owned", 1, owned.Count), expect("cached", "123", string(local.Kvs[0].Value)),
		expect("after the other's put", "456", string(after.Kvs[0].Value)))
}

// naming dials a service by its name in etcd, while its endpoints change.
func naming(ctx context.Context, c *clientv3.Client) error {
	manager, err := endpoints.NewManager(c, "my-service")
	if err != nil {
		return err
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	server := grpc.NewServer()
	healthpb.RegisterHealthServer(server, health.NewServer())
	go server.Serve(listener)
	defer server.Stop()
	granted, err := c.Grant(ctx, 60)
	if err != nil {
		return err
	}
	err = manager.AddEndpoint(ctx, "my-service/one", endpoints.Endpoint{Addr: listener.Addr().String()},
		clientv3.WithLease(granted.ID))
	if err != nil {
		return err
	}
	builder, err := resolver.NewBuilder(c)
	if err != nil {
		return err
	}
	conn, err := grpc.DialContext(ctx, "etcd:///my-service", grpc.WithInsecure(), grpc.WithBlock(),
		grpc.WithResolvers(builder))
	if err != nil {
		return err
	}
	defer conn.Close()
	if _, err := healthpb.NewHealthClient(conn).Check(ctx, &healthpb.HealthCheckRequest{}); err != nil {
		return err
	}
	if _, err := c.Revoke(ctx, granted.ID); err != nil {
		return err
	}
	left, err := manager.List(ctx)
	if err != nil {
		return err
	}
	return expect("endpoints after the lease", 0, len(left))
}

func namespaced(ctx context.Context, c *clientv3.Client) error {
	inner := namespace.NewKV(c.KV, "space/")
	if _, err := inner.Put(ctx, "k", "v"); err != nil {
		return err
	}
	events := namespace.NewWatcher(c.Watcher, "space/").Watch(ctx, "k")
	outside, err := c.Get(ctx, "space/k")
	if err != nil {
		return err
	}
	all, err := inner.Get(ctx, "\x00", clientv3.WithFromKey())
	if err != nil {
		return err
	}
	for begun := time.Now(); time.Since(begun) < featureLimit; {
		if _, err := inner.Put(ctx, "k", "w"); err != nil {
			return err
		}
		select {
		case answer := <-events:
			return first(expect("outside", 1, outside.Count), expect("inside", "k", string(all.Kvs[0].Key)),
				expect("event", "k", string(answer.Events[0].Kv.Key)))
		case <-time.After(200 * time.Millisecond):
		}
	}
	return errors.New("no event")
}

func ordered(ctx context.Context, c *clientv3.Client) error {
	kv := ordering.NewKV(c.KV, func(clientv3.Op, clientv3.OpResponse, int64) error { return errors.New("went back") })
	for i := 0; i < rounds; i++ {
		if _, err := c.Put(ctx, "ordered", fmt.Sprint(i)); err != nil {
			return err
		}
		if _, err := kv.Get(ctx, "ordered", clientv3.WithSerializable()); err != nil {
			return err
		}
	}
	return nil
}

func maintenance(ctx context.Context, c *clientv3.Client) error {
	endpoint := c.Endpoints()[0]
	status, err := c.Status(ctx, endpoint)
	if err != nil {
		return err
	}
	members, err := c.MemberList(ctx)
	if err != nil {
		return err
	}
	if _, err := c.HashKV(ctx, endpoint, 0); err != nil {
		return err
	}
	if _, err := c.Compact(ctx, status.Header.Revision, clientv3.WithCompactPhysical()); err != nil {
		return err
	}
	if _, err := c.Defragment(ctx, endpoint); err != nil {
		return err
	}
	alarms, err := c.AlarmList(ctx)
	if err != nil {
		return err
	}
	return first(expect("leader", status.Header.MemberId, status.Leader), expect("members", 1, len(members.Members)),
		expect("alarms", 0, len(alarms.Alarms)))
}
