package bench

import (
	"context"
	"fmt"

	"zugabe/app/store"
)

// settleMost bounds how many waiting deliveries are booked after a path that
// leaves some: enough to see that what was stored can be booked.
const settleMost = 12_800

// account books what a path left waiting, up to a limit, and lets ledger verify
// look at everything that the app wrote. A path that wrote nothing has no row.
func (l *lab) account(ctx context.Context) ([]Row, error) {
	booked, err := l.bookSome(ctx, settleMost)
	if err != nil {
		return nil, err
	}
	start := wall.Now()
	report, err := l.program.Verify(ctx, l.verified...)
	if err != nil {
		return nil, err
	}
	var looked int64
	for _, c := range report.Checks {
		looked += c.Checked
	}
	if looked == 0 {
		return nil, nil
	}
	what := fmt.Sprintf("ledger verify, broken of %d rows", looked)
	if booked > 0 {
		what = fmt.Sprintf("ledger verify after booking %d, broken of %d rows", booked, looked)
	}
	if v := report.Violations(); len(v) > 0 {
		err = fmt.Errorf("the ledger does not verify: %s", v[0])
	}
	return []Row{{What: what, App: fmt.Sprint(report.Broken()), Yard: fmt.Sprintf("took %.0f s", since(start).Seconds()), Value: float64(report.Broken()), Exact: true}}, err
}

// bookSome books waiting deliveries lane by lane until there are none or enough.
func (l *lab) bookSome(ctx context.Context, most int64) (booked int64, err error) {
	for lane := int64(0); lane < store.Lanes && booked < most; lane++ {
		n, err := l.bookLane(ctx, lane)
		booked += n
		if err != nil {
			return booked, err
		}
	}
	return booked, nil
}
