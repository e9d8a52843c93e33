package platformtest

import (
	"errors"
	"testing"

	"zugabe/app/platform"
)

// Fuzz feeds any bytes under any topic: a driver answers with well-formed
// changes or with ErrMalformed, and never panics (A23).
func Fuzz(f *testing.F, s Suite) {
	for _, r := range s.Recorded {
		f.Add(r.Delivery.Topic, r.Delivery.Body)
	}
	for i, body := range strange {
		f.Add(s.Recorded[i%len(s.Recorded)].Delivery.Topic, []byte(body))
	}
	f.Fuzz(func(t *testing.T, topic string, body []byte) {
		d := platform.Delivery{ID: 1, Topic: topic, Body: body, ReceivedAt: 1_763_719_200_000}
		changes, err := s.Driver.Normalise(d, s.Currency)
		if err != nil && !errors.Is(err, platform.ErrMalformed) {
			t.Errorf("%v is none of the port's errors", err)
		}
		for _, c := range changes {
			if fault := Fault(c); err == nil && fault != "" {
				t.Error(fault)
			}
		}
	})
}
