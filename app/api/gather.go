package api

import (
	"context"
	"fmt"
	"runtime"
	"sync"
)

// gatherMost is how many questions make one round: one short statement, one small pipeline.
const gatherMost = 64

// gather turns questions that are asked at the same time into one call: while as
// many rounds as may run are under way, the next one collects. Nobody waits for
// company, and each is answered by a round that began after the question was
// asked, so an answer is never older than it would be alone.
type gather[K, V any] struct {
	// ask answers all keys of a round, in their order. It must come to an end by
	// itself: its context has none, because watching one costs more than the read.
	ask     func(ctx context.Context, keys []K) ([]V, error)
	lanes   int // rounds at the same time
	mu      sync.Mutex
	running int
	waiting []*gatherRound[K, V] // not begun, the oldest first; all but the last are full
}

type gatherRound[K, V any] struct {
	keys    []K
	left    int // askers who did not wait for the answer
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
		g.mu.Lock()
		round.left++
		g.mu.Unlock()
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

// work runs rounds until none is waiting. Before each it lets those go first that
// are about to ask.
func (g *gather[K, V]) work() {
	for {
		runtime.Gosched()
		g.mu.Lock()
		if len(g.waiting) == 0 {
			g.running--
			g.mu.Unlock()
			return
		}
		round := g.waiting[0]
		g.waiting = g.waiting[1:]
		deserted := round.left == len(round.keys) // while the database did not answer
		g.mu.Unlock()
		if !deserted {
			g.run(round)
		}
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
	round.answers, round.err = g.ask(context.Background(), round.keys)
	if round.err == nil && len(round.answers) != len(round.keys) {
		round.err = fmt.Errorf("reading for several requests: %d answers to %d questions", len(round.answers), len(round.keys))
	}
}
