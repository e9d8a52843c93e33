package program

import (
	"sync"

	"zugabe/app/loyalty"
	"zugabe/app/store"
)

// expiringMemo remembers what runs out soon where that is slow to sum: in shops in
// which a great many lots are due within the month. An index that holds all that is
// summed would make every booking and redemption of every shop write more.
type expiringMemo struct {
	mu sync.Mutex
	of map[loyalty.ShopID]rememberedExpiring
}

type rememberedExpiring struct {
	before int64 // Unix ms
	until  int64 // Unix ms of real time
	is     store.Expiring
}

const (
	slowSum     = 50      // ms; what is faster is never remembered
	longestKept = 300_000 // ms
)

// keptFor is how long a sum is remembered that took so long (both ms): summing
// takes a hundredth of the time at most.
func keptFor(took int64) int64 {
	if took < slowSum {
		return 0
	}
	return min(100*took, longestKept)
}

// before is what runs out before an instant (Unix ms).
func (m *expiringMemo) before(tx *store.Tx, shop loyalty.ShopID, at int64) (store.Expiring, error) {
	start := loyalty.NowMs(loyalty.SystemClock())
	m.mu.Lock()
	known := m.of[shop]
	m.mu.Unlock()
	if known.before == at && start < known.until {
		return known.is, nil
	}
	is, err := tx.ExpiringBefore(shop, at)
	end := loyalty.NowMs(loyalty.SystemClock())
	if kept := keptFor(end - start); err == nil && kept > 0 {
		m.mu.Lock()
		defer m.mu.Unlock()
		if m.of == nil {
			m.of = map[loyalty.ShopID]rememberedExpiring{}
		}
		m.of[shop] = rememberedExpiring{before: at, until: end + kept, is: is}
	}
	return is, err
}
