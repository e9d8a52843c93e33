package webhooks

import (
	"bytes"
	"hash/fnv"
	"strings"

	"zugabe/app/store"
)

// laneOf puts all deliveries about one resource into one lane, so that two
// workers rarely meet at the same order. The front door does not parse bodies;
// it looks for the first id in the raw bytes and takes the whole body where
// there is none. A wrong guess costs a retry and never a result, because the
// order of deliveries does not matter (A6).
func laneOf(topic string, body []byte) int64 {
	name := []byte(`"id":`)
	switch {
	case strings.HasPrefix(topic, "refunds/"):
		name = []byte(`"order_id":`)
	case strings.HasPrefix(topic, "action."):
		name = []byte(`"arg":`)
	}
	h := fnv.New32a()
	h.Write(firstValue(body, name))
	return int64(h.Sum32() % store.Lanes)
}

const (
	scanBytes = 64 << 10
	maxValue  = 100
)

// firstValue returns the bytes of the first value behind name, without quotes
// and without a host's id prefix, or the whole body.
func firstValue(body, name []byte) []byte {
	head := body[:min(len(body), scanBytes)]
	at := bytes.Index(head, name)
	if at < 0 {
		return body
	}
	rest := bytes.TrimLeft(head[at+len(name):], " \t\r\n\"")
	end := bytes.IndexAny(rest[:min(len(rest), maxValue)], ",}\"] \t\r\n")
	if end <= 0 {
		return body
	}
	value := rest[:end]
	return value[bytes.LastIndexByte(value, '/')+1:]
}
