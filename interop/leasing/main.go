// Program main counts up a key through Go's clientv3/leasing, as io.leasehold.examples.client.LeasingCounter does, so that
// both can do it at the same time.
//
//	main count <prefix> <key> <times>    counts, reading in between; a read that is behind what was seen is an error
//	main own <prefix> <key>              reads the key until it is owned, says so, and keeps it until its input ends
//	main put <prefix> <key> <value>      puts the key by the protocol
//	main get <prefix> <key>              reads the key by the protocol
package main

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"strconv"
	"time"

	"go.etcd.io/etcd/clientv3"
	"go.etcd.io/etcd/clientv3/concurrency"
	"go.etcd.io/etcd/clientv3/leasing"
)

const (
	limit          = 240 * time.Second
	readsInBetween = 20

	// What it owns when it ends stays owned for so long: Go's client does not give it back.
	ttlSeconds = 5
)

func main() {
	if err := run(os.Args[1], os.Args[2], os.Args[3], os.Args[4:]); err != nil {
		fmt.Println("FAIL", err)
		os.Exit(1)
	}
}

func run(what, prefix, key string, arguments []string) error {
	ctx, cancel := context.WithTimeout(context.Background(), limit)
	defer cancel()
	client, err := clientv3.New(clientv3.Config{Endpoints: []string{os.Getenv("ENDPOINT")}, DialTimeout: 60 * time.Second})
	if err != nil {
		return err
	}
	defer client.Close()
	kv, stop, err := leasing.NewKV(client, prefix, concurrency.WithTTL(ttlSeconds))
	if err != nil {
		return err
	}
	defer stop()
	switch what {
	case "count":
		times, err := strconv.Atoi(arguments[0])
		if err != nil {
			return err
		}
		return count(ctx, kv, key, times)
	case "own":
		return own(ctx, client, kv, prefix, key)
	case "put":
		_, err := kv.Put(ctx, key, arguments[0])
		return err
	case "get":
		value, err := read(ctx, kv, key)
		fmt.Println(value)
		return err
	}
	return fmt.Errorf("expected count, own, put or get, got %q", what)
}

func read(ctx context.Context, kv clientv3.KV, key string) (string, error) {
	found, err := kv.Get(ctx, key)
	if err != nil {
		return "", err
	}
	if len(found.Kvs) == 0 {
		return "", fmt.Errorf("no key %q", key)
	}
	return string(found.Kvs[0].Value), nil
}

func count(ctx context.Context, kv clientv3.KV, key string, times int) error {
	seen := 0
	for counted := 0; counted < times; {
		for i := 0; i < readsInBetween; i++ {
			text, err := read(ctx, kv, key)
			if err != nil {
				return err
			}
			number, err := strconv.Atoi(text)
			if err != nil {
				return err
			}
			if number < seen {
				return fmt.Errorf("stale: read %d after %d", number, seen)
			}
			seen = number
		}
		done, err := kv.Txn(ctx).
			If(clientv3.Compare(clientv3.Value(key), "=", strconv.Itoa(seen))).
			Then(clientv3.OpPut(key, strconv.Itoa(seen+1))).
			Commit()
		if err != nil {
			return err
		}
		if done.Succeeded {
			seen++
			counted++
		}
	}
	fmt.Println("counted", times)
	return nil
}

func own(ctx context.Context, client *clientv3.Client, kv clientv3.KV, prefix, key string) error {
	for {
		if _, err := kv.Get(ctx, key); err != nil {
			return err
		}
		owned, err := client.Get(ctx, prefix+key)
		if err != nil {
			return err
		}
		if owned.Count == 1 {
			break
		}
		time.Sleep(100 * time.Millisecond)
	}
	fmt.Println("owned")
	bufio.NewReader(os.Stdin).ReadString('\n')
	return nil
}
