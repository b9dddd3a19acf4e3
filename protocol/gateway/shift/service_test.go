package shift_test

import (
	"log/slog"
	"strings"
	"testing"
	"time"

	"motcua/protocol/catalogue"
	"motcua/protocol/gateway"
	"motcua/protocol/gateway/shift"
	"motcua/protocol/request"
)

// shelf is a state in memory.
type shelf map[string][]byte

func (s shelf) Get(key string) ([]byte, bool, error) { b, ok := s[key]; return b, ok, nil }
func (s shelf) Set(key string, b []byte) error       { s[key] = b; return nil }

var morning = time.Date(2026, 3, 2, 1, 0, 0, 0, time.UTC) // 08:00 in Viet Nam

// told is a request that tells of a session.
func told(act string, change func(*gateway.Request, map[string]request.Value)) gateway.Request {
	svc, _ := catalogue.Lookup(catalogue.DutySession)
	values := map[string]request.Value{
		"act": request.TextValue(act), "officer": request.TextValue("op-1"), "devices": request.TextValue("k01"), "shift": request.TextValue("d-1"),
		"roster": request.NumberValue(7),
	}
	if act == "open" {
		values["until"] = request.TextValue("02/03/2026 20:00")
	}
	r := gateway.Request{
		Outer: request.Outer{Device: "k01", Facility: "h001", CreatedAt: morning.UnixMilli(), Clock: request.Clock{Trust: request.ClockSynced, OffsetMS: 1000}},
		Inner: request.Inner{Lang: "vi", Officer: &request.Officer{Session: "d-1", Ref: "op-1", Role: "officer"}},
		Now:   morning,
	}
	if change != nil {
		change(&r, values)
	}
	r.Form = request.GenericForm{Entry: svc.Entry(), Values: values}
	return r
}

func TestAShift(t *testing.T) {
	st, s := shelf{}, &shift.Service{Log: slog.New(slog.DiscardHandler)}
	for i, c := range []struct {
		act   string
		again bool
	}{{"open", false}, {"open", true}, {"close", false}, {"close", true}} {
		out, err := s.Handle(t.Context(), st, told(c.act, nil))
		if err != nil || out.Status != "" || out.Answer.Filed.No != "d-1" || out.Answer.Filed.Again != c.again {
			t.Errorf("%d: %+v, %v", i, out, err)
		}
	}
	kept := string(st["duty/k01/d-1"])
	for _, want := range []string{`"officer":"op-1"`, `"roster":7`, `"opened":1772413201000`, `"until":1772456401000`, `"closed":1772413201000`} {
		if !strings.Contains(kept, want) {
			t.Errorf("%s is not kept: %s", want, kept)
		}
	}
}

// TestNotTheirOwn: nobody tells of a session that is not the request's own.
func TestNotTheirOwn(t *testing.T) {
	field := func(name, value string) func(*gateway.Request, map[string]request.Value) {
		return func(_ *gateway.Request, v map[string]request.Value) { v[name] = request.TextValue(value) }
	}
	for name, c := range map[string]struct {
		change func(*gateway.Request, map[string]request.Value)
		reason string
	}{
		"in no session":      {func(r *gateway.Request, _ map[string]request.Value) { r.Inner.Officer = nil }, shift.NoOfficer},
		"of another officer": {field("officer", "op-2"), shift.Differs},
		"of another session": {field("shift", "d-2"), shift.Differs},
		"of another kiosk":   {field("devices", "k02"), shift.Differs},
		"for a day":          {field("until", "03/03/2026 20:00"), shift.TooLong},
	} {
		st := shelf{}
		out, err := (&shift.Service{Log: slog.New(slog.DiscardHandler)}).Handle(t.Context(), st, told("open", c.change))
		if err != nil || out.Status != request.StatusRefused || out.Reason != c.reason || len(st) != 0 {
			t.Errorf("%s: %+v, %v, %d kept", name, out, err, len(st))
		}
	}
}
