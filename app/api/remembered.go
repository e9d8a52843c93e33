package api

import (
	"sync"

	"zugabe/app/loyalty"
)

// remembered keeps answers that cost much and change seldom, for a few seconds of
// real time: what a token proved, whose account a customer has. When it is full it
// forgets everything, which costs one slow moment and bounds the memory.
type remembered[T any] struct {
	mu   sync.RWMutex
	kept map[string]keptUntil[T]
}

type keptUntil[T any] struct {
	value T
	until int64 // Unix ms of the machine's clock
}

func (r *remembered[T]) get(key string) (T, bool) {
	now := loyalty.NowMs(loyalty.SystemClock())
	r.mu.RLock()
	defer r.mu.RUnlock()
	hit, ok := r.kept[key]
	return hit.value, ok && now < hit.until
}

func (r *remembered[T]) put(key string, value T, forMs int64) {
	now := loyalty.NowMs(loyalty.SystemClock())
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.kept == nil || len(r.kept) >= maxBalances {
		r.kept = map[string]keptUntil[T]{}
	}
	r.kept[key] = keptUntil[T]{value: value, until: now + forMs}
}

func (r *remembered[T]) forget(key string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	delete(r.kept, key)
}
