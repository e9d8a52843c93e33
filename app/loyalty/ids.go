package loyalty

import (
	"crypto/rand"
	"encoding/binary"
	"fmt"
	"strconv"
	"sync"

	"github.com/google/uuid"
)

// ShopID names one installation of the app on a host: the tenant. It is a type
// of its own so that no query can be handed another id in its place.
type ShopID int64

// ID names a row inside a shop. It is time-ordered, made in Go, and a string
// in JSON because it exceeds 2^53.
type ID int64

func (s ShopID) String() string { return strconv.FormatInt(int64(s), 10) }
func (i ID) String() string     { return strconv.FormatInt(int64(i), 10) }

// Millis is about when the id was made (Unix ms): never before, and later only
// if more than 4,096 were made in one millisecond.
func (i ID) Millis() int64 { return int64(i)>>22 + idEpoch }

// IDAt is the lowest id of an instant (Unix ms): ids made since are not below it.
func IDAt(ms int64) ID { return ID(max(0, ms-idEpoch) << 22) }

// MarshalText renders the id as decimal digits; JSON therefore shows a string.
func (s ShopID) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// MarshalText renders the id as decimal digits; JSON therefore shows a string.
func (i ID) MarshalText() ([]byte, error) { return []byte(i.String()), nil }

// UnmarshalText accepts decimal digits only; anything else is ErrInvalid.
func (s *ShopID) UnmarshalText(b []byte) error {
	n, err := parseID(b)
	*s = ShopID(n)
	return err
}

// UnmarshalText accepts decimal digits only; anything else is ErrInvalid.
func (i *ID) UnmarshalText(b []byte) error {
	n, err := parseID(b)
	*i = ID(n)
	return err
}

// ParseID reads an id as it appears in a URL; anything but digits is ErrInvalid.
func ParseID(s string) (ID, error) {
	n, err := parseID([]byte(s))
	return ID(n), err
}

func parseID(b []byte) (int64, error) {
	for _, c := range b {
		if c < '0' || c > '9' {
			return 0, Invalid("id", "is not a number")
		}
	}
	n, err := strconv.ParseInt(string(b), 10, 64)
	if err != nil {
		return 0, Invalid("id", "is not a number")
	}
	return n, nil
}

// idEpoch is 2026-01-01T00:00:00Z in milliseconds: 41 bits reach to 2095.
const idEpoch = 1767225600000

// IDs makes time-ordered ids: 41 bits of milliseconds, 10 bits of a random node
// number, 12 bits of sequence. Two processes share a node number with odds of
// 1:1024; the primary keys then refuse one of two equal ids and the write is
// retried with a new one.
type IDs struct {
	clock Clock
	node  int64
	mu    sync.Mutex
	last  int64
	seq   int64
}

// NewIDs starts a generator on the clock.
func NewIDs(clock Clock) *IDs {
	var b [2]byte
	if _, err := rand.Read(b[:]); err != nil {
		panic(fmt.Sprintf("no randomness for ids: %v", err))
	}
	return &IDs{clock: clock, node: int64(binary.BigEndian.Uint16(b[:]) & 0x3ff)}
}

// Next returns an id greater than all before it from this generator, also when
// the clock stands still or jumps back.
func (g *IDs) Next() ID {
	g.mu.Lock()
	defer g.mu.Unlock()
	now := g.clock.Now().UnixMilli() - idEpoch
	if now > g.last {
		g.last, g.seq = now, 0
	} else if g.seq++; g.seq > 0xfff {
		g.last++
		g.seq = 0
	}
	return ID(g.last<<22 | g.node<<12 | g.seq)
}

// NewPublicID returns a UUIDv7 for places where an id leaves the app.
func NewPublicID() string { return uuid.Must(uuid.NewV7()).String() }
