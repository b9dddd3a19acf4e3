package hospital_test

import (
	"net/http"
	"net/http/httptest"
	"sync/atomic"
	"testing"
	"time"

	"motcua/protocol/catalogue"
	"motcua/protocol/envelope"
	"motcua/protocol/gateway"
	"motcua/protocol/gateway/gatewaytest"
	"motcua/protocol/request"
)

// form is a filled-in form of a service.
func form(service string, values map[string]string) request.GenericForm {
	kind, _ := catalogue.Lookup(service)
	f := request.GenericForm{Entry: kind.Entry(), Values: map[string]request.Value{}}
	for id, text := range values {
		f.Values[id] = request.TextValue(text)
	}
	return f
}

// send hands a request over, which is accepted, or a duplicate.
func (c *centre) send(t *testing.T, d *gatewaytest.Device, service string, person request.Subject, values map[string]string, change ...func(*request.Outer, *request.Inner)) gatewaytest.Message {
	t.Helper()
	d.Pass(c.now.Sub(now()) - c.passed)
	c.passed = c.now.Sub(now())
	m := d.Seal(t, service, person, form(service, values), change...)
	reply, err := c.Process(t.Context(), d.Branch, m.Bytes)
	if err != nil {
		t.Fatal(err)
	}
	c.status = reply.Status
	if reply.Status != request.StatusAccepted && reply.Status != request.StatusDuplicate {
		t.Fatalf("%s is %s because of %q", service, reply.Status, reply.Reason)
	}
	if reply.Result != nil {
		t.Fatal("answered in the inbox's transaction")
	}
	return m
}

// answers does what is due, after a pause, and opens what came of a message; false:
// nothing yet.
func (c *centre) answers(t *testing.T, pause time.Duration, m gatewaytest.Message) (request.Result, request.Answer, bool) {
	t.Helper()
	c.now = c.now.Add(pause)
	replies, err := c.Work(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, reply := range replies {
		if reply.ID == m.Outer.ID && reply.Result != nil {
			r, a := c.open(t, reply, m)
			return r, a, true
		}
	}
	return request.Result{}, request.Answer{}, false
}

func (c *centre) open(t *testing.T, reply gateway.Reply, m gatewaytest.Message) (request.Result, request.Answer) {
	t.Helper()
	r, err := envelope.VerifyResult(reply.Result, c.fleet.Roots, c.now)
	if err != nil {
		t.Fatal(err)
	}
	if len(r.Sealed) == 0 {
		return r, request.Answer{}
	}
	a, err := envelope.OpenResult(r, m.Reply)
	if err != nil {
		t.Fatal(err)
	}
	return r, a
}

// claimed is a request of who has shown no more than a code; anonymous of who is not
// named, too.
func claimed(_ *request.Outer, i *request.Inner) {
	i.Evidence = request.Evidence{
		Level: request.E1, Facts: request.Facts{Claim: true, Verdict: request.VerdictNone, Proof: request.ProofNone},
		Opening: i.Evidence.Opening, CapturedAt: i.Evidence.CapturedAt,
	}
}

func anonymous(o *request.Outer, i *request.Inner) {
	claimed(o, i)
	i.Subject = nil
}

// answering has the hospital answer everything in one way; asked counts.
func (c *centre) answering(answer func(w http.ResponseWriter, r *http.Request)) (asked *atomic.Int32) {
	asked = new(atomic.Int32)
	c.server.Config.Handler = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		asked.Add(1)
		answer(w, r)
	})
	return asked
}

// losing has answers get lost, as many as n, after the hospital has done what was asked.
func (c *centre) losing(n int32) {
	var lost atomic.Int32
	c.answering(func(w http.ResponseWriter, r *http.Request) {
		if lost.Add(1) <= n {
			c.system.ServeHTTP(httptest.NewRecorder(), r)
			panic(http.ErrAbortHandler)
		}
		c.system.ServeHTTP(w, r)
	})
}
