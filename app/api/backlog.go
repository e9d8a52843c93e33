package api

import (
	"context"
	"log/slog"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"zugabe/app/loyalty"
	"zugabe/app/store"
)

// backlogEvery is how old the numbers of what waits may be: counting reads every
// open row, and several may scrape.
const backlogEvery = 15 * time.Second

// backlog tells Prometheus what waits in all shops together.
type backlog struct {
	store      *store.Store
	log        *slog.Logger
	clock      loyalty.Clock
	deliveries *prometheus.Desc
	jobs       *prometheus.Desc

	mu      sync.Mutex
	last    store.Backlog
	countAt int64 // Unix ms from which to count again
}

func newBacklog(s *store.Store, log *slog.Logger) *backlog {
	return &backlog{
		store: s, log: log, clock: loyalty.SystemClock(),
		deliveries: prometheus.NewDesc("zugabe_deliveries_open", "Deliveries that are not done, by state.", []string{"state"}, nil),
		jobs:       prometheus.NewDesc("zugabe_jobs_open", "Calls we owe hosts, by state.", []string{"state"}, nil),
	}
}

// Describe is prometheus.Collector's.
func (b *backlog) Describe(out chan<- *prometheus.Desc) { out <- b.deliveries; out <- b.jobs }

// Collect is prometheus.Collector's. Without a database there are no numbers
// rather than old ones.
func (b *backlog) Collect(out chan<- prometheus.Metric) {
	now, err := b.count()
	if err != nil {
		b.log.Warn("what waits could not be counted", "err", err)
		return
	}
	for state, n := range now.Deliveries {
		out <- prometheus.MustNewConstMetric(b.deliveries, prometheus.GaugeValue, float64(n), deliveryStateName(state))
	}
	for state, n := range now.Jobs {
		out <- prometheus.MustNewConstMetric(b.jobs, prometheus.GaugeValue, float64(n), jobStateName(state))
	}
}

func (b *backlog) count() (store.Backlog, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	now := loyalty.NowMs(b.clock)
	if now < b.countAt {
		return b.last, nil
	}
	ctx, cancel := context.WithTimeout(context.Background(), 3*time.Second)
	defer cancel()
	err := b.store.Read(ctx, func(tx *store.Tx) (err error) {
		b.last, err = tx.CountBacklog()
		return err
	})
	if err == nil {
		b.countAt = now + backlogEvery.Milliseconds()
	}
	return b.last, err
}
