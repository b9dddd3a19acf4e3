package metrics

import (
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"motcua/daemon/outbox"
	"motcua/daemon/uplink"
	"motcua/drivers"
	"motcua/protocol/local"
	"motcua/protocol/request"
)

// Sources are the parts that are asked when somebody looks. All are needed but
// those that say otherwise.
type Sources struct {
	Queue  func() (outbox.Stats, error) // its error says that the queue is broken
	Alarms func() []outbox.Alarm
	Link   func() (uplink.Status, uplink.Counts)
	Clock  func() request.Clock
	// Uncertainty is how far the kiosk's idea of the centre's time may be off; false
	// when it has none. It may be nil.
	Uncertainty func() (time.Duration, bool)
	Nonces      func() int              // the centre's nonces that are left; may be nil
	Audit       func() uint64           // records in the audit log; may be nil
	Devices     func() []drivers.Health // beside the card reader; may be nil
	// Case tells whether the case is open; watched is false when nobody knows. It
	// may be nil.
	Case func() (open, watched bool)
	// Documents are what the centre has signed for everybody; it may be nil.
	Documents func() []local.DocumentState
	Now       func() time.Time
}

// Watch lets the figures be asked for. It is called once.
func (k *Kiosk) Watch(s Sources) { k.registry.MustRegister(&asked{s}) }

// figure describes a figure that is asked for.
func figure(name, help string, labels ...string) *prometheus.Desc {
	return prometheus.NewDesc(name, help, labels, nil)
}

var (
	queueRequests = figure("motcua_queue_requests", "Requests in the queue by state: queued, sent and poison are open, the others kept until they are forgotten.", "state")
	queueOverdue  = figure("motcua_queue_overdue", "Open requests whose own time has passed.")
	queueOldest   = figure("motcua_queue_oldest_seconds", "Age of the oldest open request; 0 when none is open.")
	queueBytes    = figure("motcua_queue_bytes", "Bytes of open envelopes.")
	queueLimit    = figure("motcua_queue_limit", "Most open requests that the queue takes.")
	queueSeq      = figure("motcua_queue_seq", "Number of the newest request.")
	queueBroken   = figure("motcua_queue_broken", "1 when the queue has stopped because its disk or file cannot be trusted.")
	queueMissed   = figure("motcua_queue_missed_deadlines", "Open requests that miss a deadline, by which.", "alarm")

	linkOnline   = figure("motcua_link_online", "1 while the centre's broker is connected.")
	linkConnects = figure("motcua_link_connects_total", "Connections that stood; every one but the first is a reconnect.")
	linkSent     = figure("motcua_link_sent_total", "Requests handed to the broker, repeated ones among them.")
	linkResent   = figure("motcua_link_resent_total", "Requests handed to the broker again because no receipt had come.")
	linkRepeated = figure("motcua_link_repeated_receipts_total", "Receipts for requests that were settled before.")
	linkUnknown  = figure("motcua_link_unknown_receipts_total", "Receipts for requests that are not in the queue.")
	linkBad      = figure("motcua_link_bad_messages_total", "Messages whose signature or content is false, by kind. None had an effect.", "kind")
	linkDropped  = figure("motcua_link_dropped_total", "Messages that came faster than they could be read.")
	linkResults  = figure("motcua_link_results_total", "Results that came.")
	linkHellos   = figure("motcua_link_hellos_total", "Hellos said to the centre.")
	linkWelcomes = figure("motcua_link_welcomes_total", "Hellos that the centre answered.")

	clockTrust       = figure("motcua_clock_trust", "1 for the state of the kiosk's clock: synced, held or unset.", "trust")
	clockOffset      = figure("motcua_clock_offset_seconds", "The centre's time minus the kiosk's, as far as it is known.")
	clockUncertainty = figure("motcua_clock_uncertainty_seconds", "How far that may be wrong.")
	nonces           = figure("motcua_nonces", "Nonces of the centre that are left for visits.")
	auditRecords     = figure("motcua_audit_records", "Records in the audit log.")

	deviceState    = figure("motcua_device_state", "1 for the state of a device: absent, probing, ready, degraded or gone.", "device", "state")
	caseOpen       = figure("motcua_case_open", "1 while the case is open, or not known to be closed.")
	documentNumber = figure("motcua_document_number", "Number of the centre's document that counts, by document; revocation is the list of revoked certificates.", "document")
	documentAge    = figure("motcua_document_age_seconds", "Time since that was signed, by what the kiosk knows of the centre's time.", "document")
	documentDue    = figure("motcua_document_due_seconds", "Time until another one is due; negative when it is late.", "document")
)

// asked is the figures that the parts know.
type asked struct{ Sources }

// Describe tells nothing: which figures come depends on what there is, and the
// names are held to a list by a test.
func (*asked) Describe(chan<- *prometheus.Desc) {}

// Collect asks.
func (a *asked) Collect(ch chan<- prometheus.Metric) {
	a.queue(told(ch))
	a.link(told(ch))
	a.clock(told(ch))
	if a.Nonces != nil {
		told(ch).gauge(nonces, float64(a.Nonces()))
	}
	if a.Audit != nil {
		told(ch).gauge(auditRecords, float64(a.Audit()))
	}
	a.devices(told(ch))
	if a.Documents != nil {
		a.documents(told(ch))
	}
}

// told is where figures go.
type told chan<- prometheus.Metric

func (t told) gauge(d *prometheus.Desc, v float64, labels ...string) {
	t <- prometheus.MustNewConstMetric(d, prometheus.GaugeValue, v, labels...)
}

func (t told) count(d *prometheus.Desc, v uint64, labels ...string) {
	t <- prometheus.MustNewConstMetric(d, prometheus.CounterValue, float64(v), labels...)
}

func (a *asked) queue(t told) {
	s, err := a.Queue()
	for state, n := range map[outbox.State]int{
		outbox.Queued: s.Queued, outbox.Sent: s.Sent, outbox.Poison: s.Poison,
		outbox.Receipted: s.Receipted, outbox.Refused: s.Refused, outbox.Expired: s.Expired,
	} {
		t.gauge(queueRequests, float64(n), string(state))
	}
	oldest := 0.0
	if !s.Oldest.IsZero() {
		oldest = max(a.Now().Sub(s.Oldest).Seconds(), 0)
	}
	t.gauge(queueOldest, oldest)
	t.gauge(queueOverdue, float64(s.Overdue))
	t.gauge(queueBytes, float64(s.Bytes))
	t.gauge(queueLimit, float64(s.Limit))
	t.gauge(queueSeq, float64(s.Seq))
	t.gauge(queueBroken, truth(err != nil))
	missed := map[outbox.AlarmKind]int{outbox.AlarmUnsent: 0, outbox.AlarmUnanswered: 0, outbox.AlarmOverdue: 0, outbox.AlarmPoison: 0}
	for _, m := range a.Alarms() {
		missed[m.Kind] = m.Count
	}
	for kind, n := range missed {
		t.gauge(queueMissed, float64(n), string(kind))
	}
}

func (a *asked) link(t told) {
	status, n := a.Link()
	t.gauge(linkOnline, truth(status.Online))
	t.count(linkConnects, n.Connects)
	t.count(linkSent, n.Sent)
	t.count(linkResent, n.Resent)
	t.count(linkRepeated, n.Repeated)
	t.count(linkUnknown, n.Unknown)
	t.count(linkBad, n.BadReceipts, "receipt")
	t.count(linkBad, n.BadResults, "result")
	t.count(linkBad, n.BadWelcomes, "welcome")
	t.count(linkBad, n.BadDocuments, "document")
	t.count(linkDropped, n.Dropped)
	t.count(linkResults, n.Results)
	t.count(linkHellos, n.Hellos)
	t.count(linkWelcomes, n.Welcomes)
}

func (a *asked) documents(t told) {
	for _, d := range a.Documents() {
		t.gauge(documentNumber, float64(d.Number), d.Document)
		t.gauge(documentAge, float64(d.AgeS), d.Document)
		t.gauge(documentDue, float64((d.Next-d.At)/1000-d.AgeS), d.Document)
	}
}

func (a *asked) clock(t told) {
	c := a.Clock()
	for _, trust := range []request.ClockTrust{request.ClockSynced, request.ClockHeld, request.ClockUnset} {
		t.gauge(clockTrust, truth(c.Trust == trust), string(trust))
	}
	t.gauge(clockOffset, float64(c.OffsetMS)/1000)
	if a.Uncertainty == nil {
		return
	}
	if u, ok := a.Uncertainty(); ok {
		t.gauge(clockUncertainty, u.Seconds())
	}
}

func (a *asked) devices(t told) {
	if a.Devices != nil {
		for _, h := range a.Devices() {
			for _, state := range drivers.States() {
				t.gauge(deviceState, truth(h.State == state), string(h.Class), string(state))
			}
		}
	}
	if a.Case == nil {
		return
	}
	if open, watched := a.Case(); watched {
		t.gauge(caseOpen, truth(open))
	}
}

func truth(v bool) float64 {
	if v {
		return 1
	}
	return 0
}
