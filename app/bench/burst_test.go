package bench

import (
	"context"
	"testing"
	"time"
)

func TestAWaitOfABurstCountsFromWhenTheDeliveryWasDue(t *testing.T) {
	addr, stop, err := serve(func(*message) error {
		timer := time.NewTimer(20 * time.Millisecond)
		defer timer.Stop()
		<-timer.C
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	defer stop()
	l := &lab{}
	f, err := l.flood(context.Background(), addr, 600*time.Millisecond)
	if err != nil || f.n != 600 || len(f.waits) != 600 {
		t.Fatalf("%d sent, %d waits, %v", f.n, len(f.waits), err)
	}
	if f.percentile(0) < 20*time.Millisecond {
		t.Errorf("somebody waited only %s", f.percentile(0))
	}
	if f.took < 590*time.Millisecond {
		t.Errorf("600 deliveries at 1,000/s took %s", f.took)
	}
}

// One connection cannot keep up with its times: that must be seen.
func TestABurstThatCannotBeTakenIsNotShownAsFast(t *testing.T) {
	addr, stop, err := serve(func(*message) error {
		timer := time.NewTimer(600 * time.Millisecond) // longer than a connection's turn comes round
		defer timer.Stop()
		<-timer.C
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	defer stop()
	l := &lab{}
	f, err := l.flood(context.Background(), addr, time.Second)
	if err != nil {
		t.Fatal(err)
	}
	if got := f.percentile(0.99); got < 1200*time.Millisecond {
		t.Errorf("p99 is %s although every connection was behind", got)
	}
}
