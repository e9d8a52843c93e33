package loyalty

// Points is a whole number of points. There are no fractions of a point.
type Points int64

// The caps keep every sum below 2^53, so that JSON and JavaScript hold it too.
const (
	MaxEntryPoints   Points = 1_000_000_000     // of one entry
	MaxBalancePoints Points = 1_000_000_000_000 // of one account
)

// Add returns a+b, or CodeOverflow if the sum leaves ±MaxBalancePoints.
func (p Points) Add(q Points) (Points, error) {
	s := p + q
	if p > MaxBalancePoints || p < -MaxBalancePoints || q > MaxBalancePoints || q < -MaxBalancePoints ||
		s > MaxBalancePoints || s < -MaxBalancePoints {
		return 0, Refuse(CodeOverflow, "points exceed what an account can hold")
	}
	return s, nil
}

// CheckEntry refuses a number of points too large for one entry.
func (p Points) CheckEntry() error {
	if p > MaxEntryPoints || p < -MaxEntryPoints {
		return Refuse(CodeOverflow, "more points than one entry can hold")
	}
	return nil
}

// Abs is the size of p without its sign.
func (p Points) Abs() Points {
	if p < 0 {
		return -p
	}
	return p
}
