package main

import (
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"zugabe/app/loyalty"
	"zugabe/app/program"
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
