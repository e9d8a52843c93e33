package platformtest

import (
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
		s.check(t, topic, d)
	})
}
