package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/common/expfmt"

	"motcua/protocol/catalogue"
	"motcua/protocol/fault"
	"motcua/protocol/gateway"
	"motcua/protocol/request"
)

// figures is what the centre tells about itself. No label grows with the fleet,
// and none says anything about a person: services are the catalogue's, the other
// labels are closed lists of this program.
type figures struct {
	registry *prometheus.Registry
	requests *prometheus.CounterVec
	reasons  *prometheus.CounterVec
	repeated prometheus.Counter
	dropped  *prometheus.CounterVec
	failed   prometheus.Counter
	hellos   prometheus.Counter
	settled  *prometheus.CounterVec
	alarms   *prometheus.CounterVec
	process  prometheus.Histogram
	commit   prometheus.Histogram
}

func newFigures() *figures {
	// from one commit of a fast disk to what makes kiosks send again
	latency := []float64{.001, .002, .005, .01, .02, .05, .1, .25, .5, 1, 2.5, 5, 15}
	f := &figures{
		registry: prometheus.NewRegistry(),
		requests: counter("motcua_gateway_requests_total", "Requests that were stored and got a receipt, by service and status.", "service", "status"),
		reasons:  counter("motcua_gateway_reasons_total", "Requests that were stored and not accepted, by why.", "reason"),
		repeated: prometheus.NewCounter(prometheus.CounterOpts{Name: "motcua_gateway_repeated_total", Help: "Envelopes that came again and got their first answer again."}),
		dropped:  counter("motcua_gateway_dropped_total", "Messages that got no receipt, by fault code.", "fault"),
		failed:   prometheus.NewCounter(prometheus.CounterOpts{Name: "motcua_gateway_failed_total", Help: "Messages that met trouble of the centre's own; their kiosks send again."}),
		hellos:   prometheus.NewCounter(prometheus.CounterOpts{Name: "motcua_gateway_hellos_total", Help: "Hellos that were welcomed."}),
		settled:  counter("motcua_gateway_settled_total", "Requests that got their result after their receipt, by service and status.", "service", "status"),
		alarms:   counter("motcua_gateway_alarms_total", "Security alarms, repeated ones among them, by kind.", "kind"),
		process:  histogram("motcua_gateway_process_seconds", "Time from a request's arrival to its answer.", latency),
		commit:   histogram("motcua_gateway_commit_seconds", "Time of the inbox's transactions, waiting for their turn and the sync of the disk included.", latency),
	}
	f.registry.MustRegister(f.requests, f.reasons, f.repeated, f.dropped, f.failed, f.hellos, f.settled, f.alarms, f.process, f.commit,
		collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}), collectors.NewGoCollector())
	f.settled.WithLabelValues(catalogue.CheckIn, string(request.StatusAccepted)) // a rate needs its zero
	return f
}

func counter(name, help string, labels ...string) *prometheus.CounterVec {
	return prometheus.NewCounterVec(prometheus.CounterOpts{Name: name, Help: help}, labels)
}

func histogram(name, help string, buckets []float64) prometheus.Histogram {
	return prometheus.NewHistogram(prometheus.HistogramOpts{Name: name, Help: help, Buckets: buckets})
}

// asks adds a figure that is asked for when somebody looks.
func (f *figures) asks(name, help string, ask func() int) {
	f.registry.MustRegister(prometheus.NewGaugeFunc(prometheus.GaugeOpts{Name: name, Help: help}, func() float64 { return float64(ask()) }))
}

// asksOf is asks of one of several figures that differ by a label.
func (f *figures) asksOf(name, help, label, value string, ask func() int) {
	labels := prometheus.Labels{label: value}
	f.registry.MustRegister(prometheus.NewGaugeFunc(prometheus.GaugeOpts{Name: name, Help: help, ConstLabels: labels}, func() float64 { return float64(ask()) }))
}

// request counts a request that has a receipt.
func (f *figures) request(r gateway.Reply, took time.Duration) {
	f.process.Observe(took.Seconds())
	if r.Again {
		f.repeated.Inc()
		return
	}
	f.requests.WithLabelValues(service(r.Service), string(r.Status)).Inc()
	if r.Reason != "" {
		f.reasons.WithLabelValues(r.Reason).Inc()
	}
}

// settle counts a request that was put off and is done.
func (f *figures) settle(r gateway.Reply) {
	f.settled.WithLabelValues(service(r.Service), string(r.Status)).Inc()
}

// service keeps words that a device chooses out of the labels.
func service(id string) string {
	if kind, ok := catalogue.Lookup(id); ok {
		return kind.ID
	}
	return "other"
}

// countHeld bounds what a look at the figures may cost the inbox.
const countHeld = 1000

// waitForPeople counts the requests that wait for a person, up to countHeld; -1 when the
// inbox does not say.
func waitForPeople(inbox gateway.Inbox) func() int {
	return func() int {
		ctx, cancel := context.WithTimeout(context.Background(), scrapeWithin/2)
		defer cancel()
		list, err := inbox.Held(ctx, countHeld)
		if err != nil {
			return -1
		}
		return len(list)
	}
}

// drop counts a message without a receipt that is its sender's fault.
func (f *figures) drop(c fault.Code) { f.dropped.WithLabelValues(string(c)).Inc() }

func (f *figures) alarm(kind gateway.AlarmKind) { f.alarms.WithLabelValues(string(kind)).Inc() }

// timed is an inbox whose transactions are measured.
type timed struct {
	gateway.Inbox
	took prometheus.Observer
}

// Update implements gateway.Inbox.
func (t timed) Update(ctx context.Context, fn func(gateway.Tx) error, ahead ...gateway.Look) error {
	begun := time.Now()
	defer func() { t.took.Observe(time.Since(begun).Seconds()) }()
	return t.Inbox.Update(ctx, fn, ahead...)
}

// ServeHTTP writes all figures in Prometheus' text format.
func (f *figures) ServeHTTP(w http.ResponseWriter, _ *http.Request) {
	families, err := f.registry.Gather()
	var page bytes.Buffer
	for _, family := range families {
		if err == nil {
			_, err = expfmt.MetricFamilyToText(&page, family)
		}
	}
	if err != nil {
		http.Error(w, "collecting the figures failed", http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", string(expfmt.NewFormat(expfmt.TypeTextPlain)))
	_, _ = w.Write(page.Bytes()) // a client that has gone needs no answer
}

// scrapeWithin bounds what a client of the figures may take.
const scrapeWithin = 10 * time.Second

// serve answers at /metrics on an address until stop is called; "" serves nobody.
func (f *figures) serve(listen string, log *slog.Logger) (stop func() error, err error) {
	if listen == "" {
		return func() error { return nil }, nil
	}
	l, err := net.Listen("tcp", listen)
	if err != nil {
		return nil, fmt.Errorf("metrics.listen: %w", err)
	}
	mux := http.NewServeMux()
	mux.Handle("GET /metrics", f)
	srv := &http.Server{
		Handler: mux, ReadTimeout: scrapeWithin, WriteTimeout: scrapeWithin, MaxHeaderBytes: 8 << 10,
		ErrorLog: slog.NewLogLogger(log.Handler(), slog.LevelDebug),
	}
	ended := make(chan error, 1)
	go func() { ended <- srv.Serve(l) }()
	log.Info("figures", "address", l.Addr().String())
	return func() error {
		err := srv.Close()
		if end := <-ended; !errors.Is(end, http.ErrServerClosed) {
			err = errors.Join(err, end)
		}
		return err
	}, nil
}
