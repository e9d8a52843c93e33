package store

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"strings"
	"testing"

	"github.com/klauspost/compress/s2"
	"github.com/klauspost/compress/zstd"
)

func TestBodiesOfTheFirstFormAreStillRead(t *testing.T) {
	enc, err := zstd.NewWriter(nil, zstd.WithEncoderLevel(zstd.SpeedFastest), zstd.WithWindowSize(256<<10))
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"", "{}", `{"id":1}`, strings.Repeat(`{"line_items":[]}`, 9_000)} {
		got, err := unpackBody(enc.EncodeAll([]byte(want), nil))
		if err != nil || string(got) != want {
			t.Errorf("%d bytes came back as %d, %v", len(want), len(got), err)
		}
	}
}

// Rows in databases of others can only be read with exactly these words.
func TestTheWordsOfBodiesNeverChange(t *testing.T) {
	sum := sha256.Sum256(bodyWords)
	if got := hex.EncodeToString(sum[:]); got != "2ed91174e607e96ff15d3b5c81e44000aedeffd81a55d68fd0f0f973e87c032f" {
		t.Errorf("the words have the sum %s: give a new list a first byte of its own and keep this one", got)
	}
	old, err := hex.DecodeString(storedByTheFirst)
	if err != nil {
		t.Fatal(err)
	}
	if got, err := unpackBody(old); err != nil || string(got) != storedBody {
		t.Errorf("%q, %v", got, err)
	}
}

const (
	storedBody       = `{"id":7,"line_items":[{"id":0,"name":"Tea","product_id":12,"quantity":2,"total":"10.00"}],"currency_symbol":"\u20ac"}`
	storedByTheFirst = "014650088d75090000377a5d06085465613a60060431322e500600324dab0c223a223155a846a7011c5c7532306163227d"
)

func TestEveryBodyComesBackAsItWas(t *testing.T) {
	bodies := [][]byte{nil, {0}, []byte("{}"), bodyWords, bytes.Repeat([]byte("ä"), 3<<20), []byte(strings.Repeat("x", 17))}
	for n := range 40 {
		bodies = append(bodies, bodyWords[n*200:n*200+n*7])
	}
	for _, want := range bodies {
		got, err := unpackBody(packBody(want))
		if err != nil || !bytes.Equal(got, want) {
			t.Errorf("%d bytes came back as %d, %v", len(want), len(got), err)
		}
	}
}

func TestABodyThatWasDamagedIsNoticed(t *testing.T) {
	body := []byte(`{"id":82,"total":"12.34","note":"nothing the words have: quux 0123456789"}`)
	packed := packBody(body)
	for i := range packed {
		for bit := range 8 {
			packed[i] ^= 1 << bit
			if got, err := unpackBody(packed); err == nil {
				t.Errorf("byte %d, bit %d: read as %q", i, bit, got)
			}
			packed[i] ^= 1 << bit
		}
	}
	for n := range packed {
		if _, err := unpackBody(packed[:n]); err == nil {
			t.Errorf("the first %d of %d bytes are read as a body", n, len(packed))
		}
	}
}

func TestABodyThatWouldFillTheMemoryIsRefused(t *testing.T) {
	bomb := append([]byte{packedWords, 0, 0, 0, 0}, s2.Encode(nil, make([]byte, maxUnpacked+1))...)
	if _, err := unpackBody(bomb); err == nil || !strings.Contains(err.Error(), "more than any body has") {
		t.Errorf("err %v", err)
	}
}
