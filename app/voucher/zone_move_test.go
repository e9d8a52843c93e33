package voucher

import (
	"testing"
	"time"

	"zugabe/app/loyalty"
)

// F8: a voucher keeps the days that the merchant wrote down. When the shop moves to
// another zone its last day ends at that zone's midnight: no instant was stored.
//
// covers: F8, F12
func TestAShopThatMovesToAnotherZoneKeepsTheDaysOfItsVouchers(t *testing.T) {
	until := Validity{From: loyalty.LocalDate{Year: 2026, Month: 12, Day: 1}, Until: loyalty.LocalDate{Year: 2026, Month: 12, Day: 31}}
	for name, want := range map[string]struct{ opens, ends time.Time }{
		"Europe/Berlin":    {time.Date(2026, 11, 30, 23, 0, 0, 0, time.UTC), time.Date(2026, 12, 31, 23, 0, 0, 0, time.UTC)},
		"America/New_York": {time.Date(2026, 12, 1, 5, 0, 0, 0, time.UTC), time.Date(2027, 1, 1, 5, 0, 0, 0, time.UTC)},
		"Pacific/Auckland": {time.Date(2026, 11, 30, 11, 0, 0, 0, time.UTC), time.Date(2026, 12, 31, 11, 0, 0, 0, time.UTC)},
	} {
		zone, err := loyalty.Zone(name) // from the tables in the binary: no machine has to have them
		if err != nil {
			t.Fatal(err)
		}
		for at, open := range map[time.Time]bool{want.opens.Add(-time.Millisecond): false, want.opens: true, want.ends.Add(-time.Millisecond): true, want.ends: false} {
			if got := until.OpenAt(Moment{At: at.UnixMilli(), Zone: zone}); got != open {
				t.Errorf("%s at %s: open is %v", name, at, got)
			}
		}
	}
}
