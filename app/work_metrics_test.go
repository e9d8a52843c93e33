package main

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"zugabe/app/loyalty"
	"zugabe/app/program"
	"zugabe/app/store"
)

// series lists "name{labels} value" of counters and gauges, and the number of
// observations of histograms.
func series(t *testing.T, r prometheus.Gatherer) map[string]float64 {
	t.Helper()
	families, err := r.Gather()
	if err != nil {
		t.Fatal(err)
	}
	found := map[string]float64{}
	for _, f := range families {
		for _, m := range f.GetMetric() {
			var labels []string
			for _, l := range m.GetLabel() {
				labels = append(labels, l.GetName()+"="+l.GetValue())
			}
			value := m.GetCounter().GetValue() + m.GetGauge().GetValue() + float64(m.GetHistogram().GetSampleCount())
			found[f.GetName()+"{"+strings.Join(labels, ",")+"}"] = value
		}
	}
	return found
}

func TestAKindThatNobodyKnowsMakesNoNewSeries(t *testing.T) {
	r := prometheus.NewRegistry()
	watch := newJobMetrics(r).watch()
	for _, kind := range []store.JobKind{store.JobCreateCode, "from a row", "from another row"} {
		watch.Became(kind, program.JobResultDone, 2)
		watch.Took(kind, time.Second)
	}
	got := series(t, r)
	want := map[string]float64{
		"zugabe_jobs_total{kind=create_code,result=done}": 2, "zugabe_jobs_total{kind=other,result=done}": 4,
		"zugabe_job_seconds{kind=create_code}": 1, "zugabe_job_seconds{kind=other}": 2,
	}
	same(t, got, want)
}

func TestTasksAreCountedWithTheirLastSuccess(t *testing.T) {
	r := prometheus.NewRegistry()
	clock := loyalty.NewManualClock(time.Unix(1_800_000_000, 0))
	tasks := newTaskMetrics(r, clock)
	tasks.ran("expire", time.Second, nil)
	clock.Advance(time.Minute)
	tasks.ran("expire", time.Second, errors.New("the database is away"))
	same(t, series(t, r), map[string]float64{
		"zugabe_schedule_runs_total{result=ok,task=expire}": 1, "zugabe_schedule_runs_total{result=failed,task=expire}": 1,
		"zugabe_schedule_run_seconds{task=expire}": 2, "zugabe_schedule_last_success_seconds{task=expire}": 1_800_000_000,
	})
}

func same(t *testing.T, got, want map[string]float64) {
	t.Helper()
	for name := range got {
		if _, expected := want[name]; !expected {
			t.Errorf("a series that nobody asked for: %s", name)
		}
	}
	for name, value := range want {
		if got[name] != value {
			t.Errorf("%s is %v, want %v", name, got[name], value)
		}
	}
}
