package bench

import (
	"fmt"
	"io"
	"os"
	"runtime"
	"strings"
	"text/tabwriter"
	"time"
)

// Row is one line of the table.
type Row struct {
	Path   string
	What   string // what is compared with what
	Engine string
	App    string // the figure of the app
	Yard   string // the figure that it is measured by
	Value  float64
	Target float64
	AtMost bool // Value must not exceed Target; else it must reach it
	Exact  bool // Value must be Target
	Unit   string
}

// Met says whether the target is reached.
func (r Row) Met() bool {
	switch {
	case r.Exact:
		return r.Value == r.Target
	case r.AtMost:
		return r.Value <= r.Target
	}
	return r.Value >= r.Target
}

func (r Row) verdict() string {
	switch {
	case r.told():
		return ""
	case r.Met():
		return "ok"
	}
	return "SHORT"
}

// told says that the row has no target: it explains another one.
func (r Row) told() bool { return r.Target == 0 && !r.Exact && !r.AtMost }

func (r Row) target() string {
	sign := "≥"
	switch {
	case r.told():
		return "–"
	case r.Exact:
		sign = "="
	case r.AtMost:
		sign = "≤"
	}
	return fmt.Sprintf("%s %s%s", sign, short(r.Target), r.Unit)
}

// versus is a row for the ratio of two sides of a contest.
func (c *contest) versus(what string, a, b int, target float64) Row {
	return Row{What: what, Value: c.ratio(a, b), Target: target, Unit: " ×", App: perSecond(c.rate(a)), Yard: perSecond(c.rate(b))}
}

// limit is a row for a duration that must not be exceeded.
func limit(what string, d, most time.Duration) Row {
	return Row{What: what, Value: milliseconds(d), Target: milliseconds(most), AtMost: true, Unit: " ms", App: short(milliseconds(d)) + " ms", Yard: "–"}
}

func milliseconds(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }

func perSecond(rate float64) string { return fmt.Sprintf("%.0f/s", rate) }

// short shows what matters: two decimals below 10, else one or none.
func short(v float64) string {
	switch {
	case v == float64(int64(v)):
		return fmt.Sprintf("%.0f", v)
	case v < 10:
		return fmt.Sprintf("%.2f", v)
	default:
		return fmt.Sprintf("%.1f", v)
	}
}

func printTable(out io.Writer, rows []Row) error {
	w := tabwriter.NewWriter(out, 0, 4, 2, ' ', 0)
	fmt.Fprintln(w, "path\tengine\tcompared with\tapp\tyardstick\tratio\ttarget\t")
	for _, r := range rows {
		fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\t%s%s\t%s\t%s\n", r.Path, r.Engine, r.What, r.App, r.Yard, short(r.Value), r.Unit, r.target(), r.verdict())
	}
	return w.Flush()
}

// machine describes where the figures come from.
func machine() string {
	model := "unknown processor"
	if raw, err := os.ReadFile("/proc/cpuinfo"); err == nil {
		for line := range strings.Lines(string(raw)) {
			if name, value, ok := strings.Cut(line, ":"); ok && strings.TrimSpace(name) == "model name" {
				model = strings.TrimSpace(value)
				break
			}
		}
	}
	return fmt.Sprintf("%d × %s, %s/%s, %s", runtime.NumCPU(), model, runtime.GOOS, runtime.GOARCH, runtime.Version())
}
