// Program main is one side of a contest: it and a Java program have the same mutex, election and service at the same time.
//
// It prints a line for each feature: "ok <feature>", or "FAIL <feature>: why", and ends with 1 if one failed.
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strconv"
	"time"

	"go.etcd.io/etcd/clientv3"
	"go.etcd.io/etcd/clientv3/concurrency"
	"go.etcd.io/etcd/clientv3/naming/endpoints"
)

const (
	limit  = 240 * time.Second
	rounds = 50
)

func main() {
	ctx, cancel := context.WithTimeout(context.Background(), limit)
	defer cancel()
	client, err := clientv3.New(clientv3.Config{Endpoints: []string{os.Getenv("ENDPOINT")}, DialTimeout: 60 * time.Second})
	if err != nil {
		fmt.Println("FAIL connect:", err)
		os.Exit(1)
	}
	defer client.Close()
	// A virtual machine starts slowly: without this it would come when all is over.
	if err := until(ctx, func() (bool, error) {
		started, err := client.Get(ctx, "contest/java")
		return err == nil && started.Count == 1, err
	}); err != nil {
		fmt.Println("FAIL start:", err)
		os.Exit(1)
	}
	failed := false
	for _, each := range []struct {
		name string
		try  func(context.Context, *clientv3.Client, *concurrency.Session) error
	}{{"mutex", mutex}, {"election", election}, {"stm", stm}, {"naming", naming}} {
		session, err := concurrency.NewSession(client, concurrency.WithTTL(60))
		if err == nil {
			err = each.try(ctx, client, session)
			session.Close()
		}
		if err != nil {
			failed = true
			fmt.Printf("FAIL go-%s: %v\n", each.name, err)
		} else {
			fmt.Printf("ok go-%s\n", each.name)
		}
	}
	if failed {
		os.Exit(1)
	}
}

// mutex counts without any other protection than the lock.
func mutex(ctx context.Context, c *clientv3.Client, session *concurrency.Session) error {
	for i := 0; i < rounds; i++ {
		lock := concurrency.NewMutex(session, "contest/mutex")
		if err := lock.Lock(ctx); err != nil {
			return err
		}
		count, err := c.Get(ctx, "contest/count")
		if err != nil {
			return err
		}
		value := 0
		if len(count.Kvs) > 0 {
			value, _ = strconv.Atoi(string(count.Kvs[0].Value))
		}
		put, err := c.Txn(ctx).If(lock.IsOwner()).Then(clientv3.OpPut("contest/count", strconv.Itoa(value+1))).Commit()
		if err != nil {
			return err
		}
		if !put.Succeeded {
			return errors.New("not the owner")
		}
		if err := lock.Unlock(ctx); err != nil {
			return err
		}
	}
	return nil
}

// election leads until the other side stands, and then sees it lead.
func election(ctx context.Context, c *clientv3.Client, session *concurrency.Session) error {
	mine := concurrency.NewElection(session, "contest/election")
	if err := mine.Campaign(ctx, "go"); err != nil {
		return err
	}
	if err := until(ctx, func() (bool, error) {
		candidates, err := c.Get(ctx, "contest/election/", clientv3.WithPrefix())
		return err == nil && len(candidates.Kvs) == 2, err
	}); err != nil {
		return err
	}
	if err := mine.Resign(ctx); err != nil {
		return err
	}
	return until(ctx, func() (bool, error) {
		leader, err := mine.Leader(ctx)
		if err == concurrency.ErrElectionNoLeader {
			return false, nil
		}
		return err == nil && string(leader.Kvs[0].Value) == "java", err
	})
}

func stm(ctx context.Context, c *clientv3.Client, _ *concurrency.Session) error {
	for i := 0; i < rounds; i++ {
		if _, err := concurrency.NewSTM(c, func(s concurrency.STM) error {
			value, _ := strconv.Atoi(s.Get("contest/stm"))
			s.Put("contest/stm", strconv.Itoa(value+1))
			return nil
		}); err != nil {
			return err
		}
	}
	return nil
}

// naming adds an endpoint, and waits for the other side's.
func naming(ctx context.Context, c *clientv3.Client, session *concurrency.Session) error {
	manager, err := endpoints.NewManager(c, "contest/service")
	if err != nil {
		return err
	}
	err = manager.AddEndpoint(ctx, "contest/service/go", endpoints.Endpoint{Addr: "127.0.0.1:1", Metadata: "go"})
	if err != nil {
		return err
	}
	err = until(ctx, func() (bool, error) {
		all, err := manager.List(ctx)
		if err != nil {
			return false, err
		}
		java, there := all["contest/service/java"]
		if there && fmt.Sprint(java.Addr, java.Metadata) != "127.0.0.1:2java" {
			return false, fmt.Errorf("java's endpoint is %v", java)
		}
		return there, nil
	})
	if err != nil {
		return err
	}
	return manager.DeleteEndpoint(ctx, "contest/service/go")
}

func until(ctx context.Context, condition func() (bool, error)) error {
	for {
		done, err := condition()
		if done || err != nil {
			return err
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(20 * time.Millisecond):
		}
	}
}
