package webhooks

import (
	"testing"

	"zugabe/app/store"
)

// A23: the scan of unparsed bytes takes anything.
func FuzzLaneOfAnyBody(f *testing.F) {
	for _, seed := range []string{`{"id":1}`, `{"id":`, `{"id":"gid:\/\/shopify\/Order\/1"}`, `"order_id":`, `{"arg":26}`, "", "\x00"} {
		f.Add("orders/paid", []byte(seed))
		f.Add("refunds/create", []byte(seed))
		f.Add("action.x", []byte(seed))
	}
	f.Fuzz(func(t *testing.T, topic string, body []byte) {
		if lane := laneOf(topic, body); lane < 0 || lane >= store.Lanes {
			t.Errorf("lane %d", lane)
		}
	})
}

func FuzzTheLengthsOfAnyHeaderBlock(f *testing.F) {
	f.Add([]byte("Content-Length: 1\r\nTransfer-Encoding: chunked\r\n"))
	f.Add([]byte(":\n:\r\n"))
	f.Fuzz(func(_ *testing.T, raw []byte) { bothLengths(raw) })
}
