package program_test

import (
	"testing"

	"zugabe/app/program"
)

func TestOnlyWhatIsSlowToSumIsRememberedAndNeverForLong(t *testing.T) {
	for took, want := range map[int64]int64{0: 0, 49: 0, 50: 5_000, 220: 22_000, 5_000: 300_000} {
		if got := program.KeptFor(took); got != want {
			t.Errorf("what took %d ms is kept for %d, want %d", took, got, want)
		}
	}
}
