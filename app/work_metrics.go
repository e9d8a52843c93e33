package main

import (
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"zugabe/app/loyalty"
	"zugabe/app/program"
	"zugabe/app/store"
)

// bookingMetrics counts what the workers make of deliveries.
type bookingMetrics struct {
	deliveries *prometheus.CounterVec
	batch      prometheus.Histogram
}

func newBookingMetrics(r prometheus.Registerer) *bookingMetrics {
	m := &bookingMetrics{
		deliveries: prometheus.NewCounterVec(prometheus.CounterOpts{Name: "zugabe_booked_deliveries_total",
			Help: "Deliveries worked on, by what became of them."}, []string{"result"}),
		batch: prometheus.NewHistogram(prometheus.HistogramOpts{Name: "zugabe_booking_batch_seconds",
			Help: "How long a batch of one shop's deliveries took.", Buckets: []float64{.01, .03, .1, .3, 1, 3, 10}}),
	}
	r.MustRegister(m.deliveries, m.batch)
	return m
}

// booked is intake.Config's.
func (m *bookingMetrics) booked(_ loyalty.ShopID, _ int, result program.BookResult, took time.Duration) {
	for name, n := range map[string]int{"done": result.Done, "ignored": result.Ignored, "retry": result.Retry, "poison": result.Poisoned} {
		m.deliveries.WithLabelValues(name).Add(float64(n))
	}
	m.batch.Observe(took.Seconds())
}

// jobMetrics counts the calls that are owed to hosts. Labels are kinds of job.
type jobMetrics struct {
	results *prometheus.CounterVec
	took    *prometheus.HistogramVec
}

func newJobMetrics(r prometheus.Registerer) *jobMetrics {
	m := &jobMetrics{
		results: prometheus.NewCounterVec(prometheus.CounterOpts{Name: "zugabe_jobs_total",
			Help: "Attempts at calls to hosts, by kind and by what they led to: done, again, dead."}, []string{"kind", "result"}),
		took: prometheus.NewHistogramVec(prometheus.HistogramOpts{Name: "zugabe_job_seconds",
			Help: "How long an attempt at a call to a host took.", Buckets: []float64{.03, .1, .3, 1, 3, 10, 30}}, []string{"kind"}),
	}
	r.MustRegister(m.results, m.took)
	return m
}

func (m *jobMetrics) watch() program.JobWatch {
	return program.JobWatch{
		Became: func(kind store.JobKind, result program.JobResult, jobs int) {
			m.results.WithLabelValues(kindLabel(kind), string(result)).Add(float64(jobs))
		},
		Took: func(kind store.JobKind, took time.Duration) {
			m.took.WithLabelValues(kindLabel(kind)).Observe(took.Seconds())
		},
	}
}

// kindLabel keeps what a row says from becoming a new series.
func kindLabel(kind store.JobKind) string {
	switch kind {
	case store.JobCreateCode, store.JobDisableCode, store.JobCheckCode, store.JobPublish, store.JobSubscriptions, store.JobReconcile, store.JobPublishSettings:
		return string(kind)
	}
	return "other"
}

// taskMetrics counts what happens by the clock. Labels are the tasks of schedule.
type taskMetrics struct {
	clock   loyalty.Clock
	runs    *prometheus.CounterVec
	took    *prometheus.HistogramVec
	success *prometheus.GaugeVec
}

func newTaskMetrics(r prometheus.Registerer, clock loyalty.Clock) *taskMetrics {
	m := &taskMetrics{clock: clock,
		runs: prometheus.NewCounterVec(prometheus.CounterOpts{Name: "zugabe_schedule_runs_total",
			Help: "Runs of scheduled tasks in this process, by result: ok, failed."}, []string{"task", "result"}),
		took: prometheus.NewHistogramVec(prometheus.HistogramOpts{Name: "zugabe_schedule_run_seconds",
			Help: "How long a run of a scheduled task took, over all shops.", Buckets: []float64{.01, .1, 1, 10, 60, 600, 3600}}, []string{"task"}),
		success: prometheus.NewGaugeVec(prometheus.GaugeOpts{Name: "zugabe_schedule_last_success_seconds",
			Help: "When a task last ran without an error in this process, in seconds since 1970."}, []string{"task"}),
	}
	r.MustRegister(m.runs, m.took, m.success)
	return m
}

// ran is schedule.Config's.
func (m *taskMetrics) ran(task string, took time.Duration, err error) {
	m.took.WithLabelValues(task).Observe(took.Seconds())
	if err != nil {
		m.runs.WithLabelValues(task, "failed").Inc()
		return
	}
	m.runs.WithLabelValues(task, "ok").Inc()
	m.success.WithLabelValues(task).Set(float64(loyalty.NowMs(m.clock)) / 1000)
}
