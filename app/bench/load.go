package bench

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"net"
	"sync"
	"sync/atomic"
	"time"
)

// call is one connection's next request: the bytes to send, ready to go. They
// may be overwritten after the answer has come.
type call func() []byte

// load keeps connections busy for a while, each with its own maker of requests:
// a closed loop, so under overload the waits are kinder than real ones. Any
// answer but 200 ends it with an error.
func load(ctx context.Context, addr string, connections int, long time.Duration, maker func(connection int) call) (figure, error) {
	ctx, cancel := context.WithTimeout(ctx, long+30*time.Second)
	defer cancel()
	conns := make([]net.Conn, connections)
	for i := range conns {
		c, err := net.Dial("tcp", addr)
		if err != nil {
			return figure{}, err
		}
		defer c.Close()
		conns[i] = c
	}
	results := make([]figure, connections)
	errs := make([]error, connections)
	var stop atomic.Bool
	timer := time.AfterFunc(long, func() { stop.Store(true) })
	defer timer.Stop()
	start := wall.Now()
	var all sync.WaitGroup
	for i := range conns {
		next := maker(i)
		all.Go(func() { results[i], errs[i] = drive(ctx, conns[i], next, &stop) })
	}
	all.Wait()
	total := figure{took: since(start)}
	for _, r := range results {
		total.n += r.n
		total.waits = append(total.waits, r.waits...)
	}
	return total, errors.Join(errs...)
}

func drive(ctx context.Context, c net.Conn, next call, stop *atomic.Bool) (figure, error) {
	var f figure
	var answer message
	reader := bufio.NewReaderSize(c, 16<<10)
	for !stop.Load() && ctx.Err() == nil {
		request := next()
		start := wall.Now()
		if _, err := c.Write(request); err != nil {
			return f, err
		}
		if err := readMessage(reader, &answer); err != nil {
			return f, err
		}
		if !answer.ok() {
			return f, fmt.Errorf("answer %s: %.200s", answer.first, answer.body)
		}
		f.n++
		f.waits = append(f.waits, since(start))
	}
	return f, ctx.Err()
}

// crew runs fn in n goroutines at once and adds up what they did.
func crew(n int, fn func(worker int) (figure, error)) (figure, error) {
	results, errs := make([]figure, n), make([]error, n)
	start := wall.Now()
	var all sync.WaitGroup
	for i := range n {
		all.Go(func() { results[i], errs[i] = fn(i) })
	}
	all.Wait()
	total := figure{took: since(start)}
	for _, r := range results {
		total.n += r.n
		total.waits = append(total.waits, r.waits...)
	}
	return total, errors.Join(errs...)
}
