package dispatch_test

import (
	"testing"
	"time"

	"zugabe/app/dispatch"
	"zugabe/app/program"
	"zugabe/app/store"
	"zugabe/app/store/storetest"
)

func TestWhatBecomesOfAJobIsToldOnce(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		p, host, _ := newWorld(t, s, 2)
		close(host.free)
		became, took := map[string]int{}, map[store.JobKind]int{}
		p.Jobs = program.JobWatch{
			Became: func(kind store.JobKind, result program.JobResult, jobs int) {
				became[string(kind)+" "+string(result)] += jobs
			},
			Took: func(kind store.JobKind, _ time.Duration) { took[kind]++ },
		}
		if _, err := dispatch.Drain(t.Context(), p); err != nil {
			t.Fatal(err)
		}
		if calls := int(host.calls.Load()); calls != 2 || took[store.JobSubscriptions] != calls || became["check_subscriptions done"] != calls {
			t.Errorf("%d calls, timed %v, became %v", calls, took, became)
		}
	})
}
