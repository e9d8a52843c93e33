package api

import (
	"context"
	"fmt"
	"sync"
	"time"
)

const (
	gatherMost  = 64              // questions of one round: one short statement, one small pipeline
	gatherLimit = 5 * time.Second // for a round; the request that asks has a limit of its own
)

// gather turns questions that are asked at the same time into one call: while as
// many rounds as may run are under way, the next one collects. Nobody waits for
// company, and each is answered by a round that began after the question was
// asked, so an answer is never older than it would be alone.
type gather[K, V any] struct {
	// ask answers all keys of a round, in their order. It must not keep keys.
	ask     func(ctx context.Context, keys []K) ([]V, error)
	lanes   int // rounds at the same time
	mu      sync.Mutex
	running int
	waiting []*gatherRound[K, V] // not begun, the oldest first; all but the last are full
}

type gatherRound[K, V any] struct {
	keys    []K
	answers []V
	err     error
	done    chan struct{}
}

// get answers one question. When ctx ends first the caller leaves; the round and
// its other askers are not disturbed.
func (g *gather[K, V]) get(ctx context.Context, key K) (answer V, err error) {
	round, place := g.join(key)
	select {
	case <-round.done:
	case <-ctx.Done():
		return answer, ctx.Err()
	}
	if round.err != nil {
		return answer, round.err
	}
	return round.answers[place], nil
}

func (g *gather[K, V]) join(key K) (*gatherRound[K, V], int) {
	g.mu.Lock()
	defer g.mu.Unlock()
	last := len(g.waiting) - 1
	if last < 0 || len(g.waiting[last].keys) == gatherMost {
		g.waiting = append(g.waiting, &gatherRound[K, V]{done: make(chan struct{})})
		last++
	}
	round := g.waiting[last]
	round.keys = append(round.keys, key)
	if g.running < g.lanes {
		g.running++
		go g.work()
	}
	return round, len(round.keys) - 1
}

// work runs rounds until none is waiting.
func (g *gather[K, V]) work() {
	for {
		g.mu.Lock()
		if len(g.waiting) == 0 {
			g.running--
			g.mu.Unlock()
			return
		}
		round := g.waiting[0]
		g.waiting = g.waiting[1:]
		g.mu.Unlock()
		g.run(round)
	}
}

func (g *gather[K, V]) run(round *gatherRound[K, V]) {
	defer close(round.done)
	// No request's own recovery watches over this goroutine.
	defer func() {
		if trouble := recover(); trouble != nil {
			round.err = fmt.Errorf("reading for several requests: panic: %v", trouble)
		}
	}()
	ctx, cancel := context.WithTimeout(context.Background(), gatherLimit)
	defer cancel()
	round.answers, round.err = g.ask(ctx, round.keys)
	if round.err == nil && len(round.answers) != len(round.keys) {
		round.err = fmt.Errorf("reading for several requests: %d answers to %d questions", len(round.answers), len(round.keys))
	}
}
