package metrics

import (
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"

	"motcua/protocol/fault"
	"motcua/protocol/request"
)

// Kiosk is a kiosk's figures. Its methods may be called from any goroutine and
// return at once.
type Kiosk struct {
	registry *prometheus.Registry

	commit   prometheus.Histogram
	receipt  prometheus.Histogram
	read     prometheus.Histogram
	receipts *prometheus.CounterVec
	refusals *prometheus.CounterVec
	reads    *prometheus.CounterVec
	verdicts *prometheus.CounterVec
	forms    *prometheus.CounterVec
	problems *prometheus.CounterVec
	visits   *prometheus.CounterVec
	devices  *prometheus.CounterVec
}

// Buckets, in seconds.
var (
	// commitBuckets reach from a fast disk to one that is about to fail.
	commitBuckets = []float64{.0005, .001, .002, .005, .01, .02, .05, .1, .25, 1, 5}
	// receiptBuckets reach from a centre next door to a month without a connection.
	receiptBuckets = []float64{.1, .25, .5, 1, 2.5, 5, 10, 30, 60, 600, 3600, 86400, 30 * 86400}
	// readBuckets are about a card on a reader.
	readBuckets = []float64{.25, .5, 1, 1.5, 2, 3, 4, 6, 8, 12, 20}
)

// New makes the figures of a kiosk that runs this version.
func New(version string) *Kiosk {
	k := &Kiosk{
		registry: prometheus.NewRegistry(),
		commit:   histogram("motcua_queue_commit_seconds", "Time in which the queue made requests and receipts durable, fsync included.", commitBuckets),
		receipt:  histogram("motcua_receipt_seconds", "Time from the making of a request to its verified receipt.", receiptBuckets),
		read:     histogram("motcua_read_seconds", "Time that reading a card took, whatever came of it.", readBuckets),
		receipts: counter("motcua_receipts_total", "Receipts that settled a request, by what the centre did.", "status"),
		refusals: counter("motcua_refusals_total", "Requests that the centre refused or let expire, by fault code.", "fault"),
		reads:    counter("motcua_reads_total", "Readings of cards, by what came of them.", "outcome"),
		verdicts: counter("motcua_verdicts_total", "Cards that were verified, by verdict and level of evidence.", "verdict", "level"),
		forms:    counter("motcua_form_fields_total", "Values of forms that were sent, by service and by whether somebody had to type or choose them.", "service", "from"),
		problems: counter("motcua_visit_problems_total", "Problems that a visit met, by fault code.", "fault"),
		visits:   counter("motcua_visits_total", "Visits that ended, by how far their request had come: none, saved, received or ticket.", "with"),
		devices:  counter("motcua_device_faults_total", "Troubles of devices, by fault code, each counted when it began.", "fault"),
	}
	build := prometheus.NewGauge(prometheus.GaugeOpts{
		Name: "motcua_build_info", Help: "Always 1; the version of the program.", ConstLabels: prometheus.Labels{"version": version},
	})
	build.Set(1)
	k.registry.MustRegister(k.commit, k.receipt, k.read, k.receipts, k.refusals, k.reads, k.verdicts, k.forms, k.problems, k.visits, k.devices, build,
		collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	for _, s := range []request.Status{
		request.StatusAccepted, request.StatusDuplicate, request.StatusHeld, request.StatusRefused, request.StatusExpired,
	} {
		k.receipts.WithLabelValues(string(s)) // a rate needs its zero
	}
	return k
}

func histogram(name, help string, buckets []float64) prometheus.Histogram {
	return prometheus.NewHistogram(prometheus.HistogramOpts{Name: name, Help: help, Buckets: buckets})
}

func counter(name, help string, labels ...string) *prometheus.CounterVec {
	return prometheus.NewCounterVec(prometheus.CounterOpts{Name: name, Help: help}, labels)
}

// Commit counts a transaction of the queue.
func (k *Kiosk) Commit(took time.Duration) { k.commit.Observe(took.Seconds()) }

// Receipt counts a receipt that settled a request, at the kiosk's time now.
func (k *Kiosk) Receipt(r request.Receipt, now time.Time) {
	k.receipts.WithLabelValues(statusLabel(r.Status)).Inc()
	if r.Status == request.StatusRefused || r.Status == request.StatusExpired {
		k.refusals.WithLabelValues(faultLabel(r.Code)).Inc()
	}
	k.receipt.Observe(max(now.Sub(r.ID.Time()), 0).Seconds()) // a clock may have been turned
}

// Read counts a reading of a card; outcome is a word of the visit's own list.
func (k *Kiosk) Read(outcome string, took time.Duration) {
	k.reads.WithLabelValues(outcome).Inc()
	k.read.Observe(took.Seconds())
}

// Verified counts a card whose person is known.
func (k *Kiosk) Verified(verdict, level string) { k.verdicts.WithLabelValues(verdict, level).Inc() }

// Form counts the values of a form that was sent: those that nobody had to type or choose,
// of all.
func (k *Kiosk) Form(service string, reused, all int) {
	k.forms.WithLabelValues(service, "prefilled").Add(float64(reused))
	k.forms.WithLabelValues(service, "typed").Add(float64(all - reused))
}

// Problem counts something that went wrong in a visit.
func (k *Kiosk) Problem(c fault.Code) { k.problems.WithLabelValues(faultLabel(c)).Inc() }

// DeviceFault counts a trouble of a device that has begun.
func (k *Kiosk) DeviceFault(c fault.Code) { k.devices.WithLabelValues(faultLabel(c)).Inc() }

// Ended counts a visit; with is a word of the visit's own list.
func (k *Kiosk) Ended(with string) { k.visits.WithLabelValues(with).Inc() }

// other stands for words that the centre sends and this program does not know,
// so that it cannot make labels without end.
const other = "other"

func statusLabel(s request.Status) string {
	switch s {
	case request.StatusAccepted, request.StatusDuplicate, request.StatusHeld, request.StatusRefused, request.StatusExpired:
		return string(s)
	}
	return other
}

func faultLabel(c fault.Code) string {
	if !fault.Known(c) {
		return other
	}
	return string(c)
}
