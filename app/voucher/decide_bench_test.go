package voucher

import "testing"

// BenchmarkDecide is one decision over ten lines with dates, hours, an audience and limits.
func BenchmarkDecide(b *testing.B) {
	v := with(func(v *Template) {
		v.Kind, v.Minor, v.Percent, v.Order.MinMinor = Percent, 0, 20, 1000
		v.Valid.From, v.Valid.Until = day(b, "2026-01-01"), day(b, "2027-12-31")
		v.Valid.Windows = []Window{{FromMin: 60, ToMin: 1380}}
		v.Who.Tags, v.Limits = []string{"vip"}, Limits{PerCode: 100, PerPerson: 1, BudgetMinor: 1_000_000}
	})
	c := cartOf(1000, 2000, 3000, 4000, 5000, 6000, 7000, 8000, 9000, 10000)
	m := at(b, "Europe/Berlin", "2026-11-22T12:00:00Z")
	b.ReportAllocs()
	for b.Loop() {
		if d := Decide(v, Standing{}, c, regular, m); !d.OK {
			b.Fatal(d.Why)
		}
	}
}
