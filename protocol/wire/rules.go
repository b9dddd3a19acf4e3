package wire

import (
	"slices"
	"strings"
	"time"
)

// Quality of service, by what is sent. Delivery is never the broker's promise
// but the receipt's, so nothing uses more than flow control needs.
const (
	QoSRequest byte = 1 // publish; PUBACK only slows resending down
	QoSStatus  byte = 1
	QoSEvent   byte = 1
	QoSReceipt byte = 0 // subscribe; a lost receipt is asked for by a Hello, or by sending again
	QoSResult  byte = 0
	QoSCommand byte = 0

	QoSDocument byte = 0 // subscribe; a lost document comes again with the next subscription
)

// Limits in bytes of what a topic carries.
const (
	MaxRequest  = 96 << 10
	MaxReceipt  = 16 << 10
	MaxResult   = 32 << 10
	MaxDocument = 529 << 10
	MaxPayload  = MaxDocument + 1<<10 // for a broker's limit: the largest of all, and what a broker keeps with it
)

// Times of the protocol.
const (
	KeepAlive   = 30 * time.Second // a connection without traffic is asked whether it still stands
	ResendFirst = 15 * time.Second // no receipt: send again, doubling, with full jitter
	ResendMost  = 10 * time.Minute
)

// Limit is the largest payload that a topic carries.
func (t Topic) Limit() int {
	switch t.Kind {
	case UpRequest:
		return MaxRequest
	case DownReceipt:
		return MaxReceipt
	case DownResult:
		return MaxResult
	}
	return MaxReceipt
}

// Access is what one client may do. The patterns are MQTT topic filters.
type Access struct {
	Publish   []string
	Subscribe []string
}

// Access is what a device may do: publish on each kind below up/, subscribe to
// each kind below dn/, both of its own branch, and read the signed documents that
// concern it.
func (b Branch) Access() Access {
	return Access{
		Publish:   []string{b.Up(UpRequest), b.Up(UpEvent), b.Up(UpAudit), b.Up(UpStatus)},
		Subscribe: append([]string{b.Down(DownReceipt), b.Down(DownResult), b.Down(DownCommand)}, b.documents()...),
	}
}

// documents are the filters of the retained signed documents whose scope holds
// the device.
func (b Branch) documents() []string {
	return []string{
		Root + "/all/doc/+",
		Root + "/" + b.Province + "/doc/+",
		Root + "/" + b.Province + "/" + b.Facility + "/doc/+",
	}
}

// MayPublish reports whether a device may publish on topic.
func (a Access) MayPublish(topic string) bool { return matchesAny(a.Publish, topic) }

// MaySubscribe reports whether a device may subscribe to filter. A filter with
// wildcards is allowed only if it is literally one of the rules.
func (a Access) MaySubscribe(filter string) bool {
	if slices.Contains(a.Subscribe, filter) {
		return true
	}
	return !strings.ContainsAny(filter, "+#") && matchesAny(a.Subscribe, filter)
}

// matchesAny matches a topic against filters whose only wildcard is a + that
// stands for the whole last level.
func matchesAny(filters []string, topic string) bool {
	for _, f := range filters {
		if f == topic {
			return true
		}
		head, wild := strings.CutSuffix(f, "/+")
		rest, under := strings.CutPrefix(topic, head+"/")
		if wild && under && rest != "" && !strings.ContainsAny(rest, "/+#") {
			return true
		}
	}
	return false
}
