package bench

import (
	"context"
	"fmt"
	"slices"
	"time"

	"zugabe/app/loyalty"
)

// wall is the clock of the measurements; it carries Go's monotonic reading.
var wall = loyalty.SystemClock()

func since(start time.Time) time.Duration { return wall.Now().Sub(start) }

// figure is what one side did in one round.
type figure struct {
	n     int64 // pieces of work
	took  time.Duration
	waits []time.Duration // of single calls, if they were timed
}

// rate is pieces of work per second.
func (f figure) rate() float64 {
	if f.took <= 0 {
		return 0
	}
	return float64(f.n) / f.took.Seconds()
}

// percentile of the single calls, 0 if none were timed. It sorts them.
func (f figure) percentile(p float64) time.Duration {
	if len(f.waits) == 0 {
		return 0
	}
	slices.Sort(f.waits)
	return f.waits[min(len(f.waits)-1, int(p*float64(len(f.waits))))]
}

// side is one of those that are compared. round counts from 0.
type side struct {
	name string
	run  func(ctx context.Context, round int) (figure, error)
}

// contest holds the figures by side, then by round; side 0 is the app.
type contest struct {
	sides   []side
	figures [][]figure
}

// compare runs all sides in turn, rounds times; each round begins with another
// one, so that none always profits from what the one before it left behind.
func compare(ctx context.Context, rounds int, sides ...side) (*contest, error) {
	c := &contest{sides: sides, figures: make([][]figure, len(sides))}
	for round := range rounds {
		for i := range sides {
			k := (i + round) % len(sides)
			f, err := sides[k].run(ctx, round)
			if err != nil {
				return nil, fmt.Errorf("%s: %w", sides[k].name, err)
			}
			c.figures[k] = append(c.figures[k], f)
			if ctx.Err() != nil {
				return nil, ctx.Err()
			}
		}
	}
	return c, nil
}

// ratio is the median over the rounds of side a's rate by side b's in the same round.
func (c *contest) ratio(a, b int) float64 {
	var list []float64
	for r := range c.figures[a] {
		if y := c.figures[b][r].rate(); y > 0 {
			list = append(list, c.figures[a][r].rate()/y)
		}
	}
	return median(list)
}

// rate is the median rate of a side.
func (c *contest) rate(a int) float64 {
	list := make([]float64, len(c.figures[a]))
	for r, f := range c.figures[a] {
		list[r] = f.rate()
	}
	return median(list)
}

// wait is the median over the rounds of a side's percentile.
func (c *contest) wait(a int, p float64) time.Duration {
	list := make([]time.Duration, len(c.figures[a]))
	for r := range c.figures[a] {
		list[r] = c.figures[a][r].percentile(p)
	}
	return median(list)
}

func median[T int64 | float64 | time.Duration](list []T) T {
	if len(list) == 0 {
		return 0
	}
	sorted := slices.Clone(list)
	slices.Sort(sorted)
	return sorted[len(sorted)/2]
}
