package webhooks

import (
	"strconv"

	"github.com/prometheus/client_golang/prometheus"
)

type metrics struct {
	requests *prometheus.CounterVec
	secrets  *prometheus.CounterVec
	repeats  prometheus.Counter
	failed   prometheus.Counter
	batch    prometheus.Histogram
}

func newMetrics(r prometheus.Registerer) *metrics {
	m := &metrics{
		requests: prometheus.NewCounterVec(prometheus.CounterOpts{Name: "zugabe_webhook_requests_total",
			Help: "Webhook calls by host and how they ended."}, []string{"host", "result"}),
		secrets: prometheus.NewCounterVec(prometheus.CounterOpts{Name: "zugabe_webhook_secret_used_total",
			Help: "Proven calls by which of the current secrets fitted; 0 is the newest."}, []string{"purpose", "position"}),
		repeats: prometheus.NewCounter(prometheus.CounterOpts{Name: "zugabe_webhook_repeats_total",
			Help: "Deliveries dropped because they were stored before."}),
		failed: prometheus.NewCounter(prometheus.CounterOpts{Name: "zugabe_webhook_store_failures_total",
			Help: "Deliveries that could not be stored and were answered 503."}),
		batch: prometheus.NewHistogram(prometheus.HistogramOpts{Name: "zugabe_webhook_commit_rows",
			Help: "Deliveries per commit.", Buckets: []float64{1, 2, 5, 10, 20, 50, 100, 200}}),
	}
	if r != nil {
		r.MustRegister(m.requests, m.secrets, m.repeats, m.failed, m.batch)
	}
	return m
}

func (m *metrics) secretUsed(purpose string, position int) {
	m.secrets.WithLabelValues(purpose, strconv.Itoa(position)).Inc()
}
