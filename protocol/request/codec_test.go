package request_test

import (
	"encoding/hex"
	"errors"
	"flag"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"motcua/protocol/detcbor"
	"motcua/protocol/request"
)

var update = flag.Bool("update", false, "write the golden files anew")

// golden compares got with testdata/name, in hexadecimal, 32 bytes a line.
func golden(t *testing.T, name string, got []byte) {
	t.Helper()
	var lines strings.Builder
	for chunk := got; len(chunk) > 0; {
		n := min(32, len(chunk))
		lines.WriteString(hex.EncodeToString(chunk[:n]) + "\n")
		chunk = chunk[n:]
	}
	file := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(file, []byte(lines.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if lines.String() != string(want) {
		t.Errorf("%s: the canonical bytes have changed:\n%s", name, cmp.Diff(string(want), lines.String()))
	}
}

// roundTrip encodes v, compares with the golden, and decodes back.
func roundTrip[T any](t *testing.T, name string, v T, decode func([]byte) (T, error)) {
	t.Helper()
	t.Run(name, func(t *testing.T) {
		b, err := request.Encode(v)
		if err != nil {
			t.Fatal(err)
		}
		golden(t, name+".hex", b)
		back, err := decode(b)
		if err != nil {
			t.Fatal(err)
		}
		if direct, ok := detcbor.Read[T](b); ok && !reflect.DeepEqual(direct, back) {
			t.Errorf("read directly it is %v", direct)
		}
		again, err := request.Encode(back)
		if err != nil {
			t.Fatal(err)
		}
		if !cmp.Equal(b, again) {
			t.Error("decoding and encoding again gives other bytes")
		}
		for n := range len(b) {
			if _, err := decode(b[:n]); err == nil {
				t.Fatalf("the first %d of %d bytes decode", n, len(b))
			}
		}
	})
}

func TestCanonicalBytes(t *testing.T) {
	roundTrip(t, "outer", sampleOuter(), request.DecodeOuter)
	roundTrip(t, "inner", sampleInner(t), request.DecodeInner)
	roundTrip(t, "inner-attended", sampleAttended(t), request.DecodeInner)
	roundTrip(t, "opening", sampleOpening(), request.DecodeOpening)
	roundTrip(t, "check-in", sampleCheckIn(), request.DecodeCheckIn)
	roundTrip(t, "card-validity", request.CardValidity{LookupBy: request.LookupNumber}, request.DecodeCardValidity)
	roundTrip(t, "generic-form", sampleForm(), request.DecodeGenericForm)
	roundTrip(t, "generic-form-empty", request.GenericForm{Entry: filled[request.Digest](0x20)}, request.DecodeGenericForm)
	roundTrip(t, "answer-filed", sampleFiled(), request.DecodeAnswer)
	roundTrip(t, "answer-paid", samplePaid(), request.DecodeAnswer)
	roundTrip(t, "answer-appointment", sampleAppointment(), request.DecodeAnswer)
	roundTrip(t, "answer-bill", sampleBill(), request.DecodeAnswer)
	roundTrip(t, "answer-signing", sampleSigning(), request.DecodeAnswer)
	roundTrip(t, "answer-linked", sampleLinked(), request.DecodeAnswer)
	roundTrip(t, "answer-draft", sampleDraft(), request.DecodeAnswer)
	roundTrip(t, "answer-session", sampleSession(), request.DecodeAnswer)
	roundTrip(t, "answer-certificate", sampleCertificate(), request.DecodeAnswer)
	roundTrip(t, "receipt", sampleReceipt(), request.DecodeReceipt)
	roundTrip(t, "result", sampleResult(), request.DecodeResult)
	roundTrip(t, "answer", sampleAnswer(), request.DecodeAnswer)
	roundTrip(t, "revocation", sampleRevocation(), request.DecodeRevocation)
}

// TestReadDirectly: what every request consists of is read without being written
// again.
func TestReadDirectly(t *testing.T) {
	directly[request.Outer](t, sampleOuter())
	directly[request.Inner](t, sampleInner(t))
	directly[request.Opening](t, sampleOpening())
	directly[request.CheckIn](t, sampleCheckIn())
	directly[request.Receipt](t, sampleReceipt())
}

func directly[T any](t *testing.T, v T) {
	t.Helper()
	b, err := request.Encode(v)
	if err != nil {
		t.Fatal(err)
	}
	if _, ok := detcbor.Read[T](b); !ok {
		t.Errorf("%T is not", v)
	}
}

// TestStrictDecoding: everything but the canonical bytes is refused. The bytes
// are those of {"lookup_by": "number"}.
func TestStrictDecoding(t *testing.T) {
	for _, c := range []struct{ name, hex, want string }{
		{"canonical", "a1 696c6f6f6b75705f6279 666e756d626572", ""},
		{"unknown key", "a2 6178 01 696c6f6f6b75705f6279 666e756d626572", "unknown key"},
		{"doubled key", "a2 696c6f6f6b75705f6279 666e756d626572 696c6f6f6b75705f6279 666e756d626572", "a key occurs twice"},
		{"wrong order", "a2 696c6f6f6b75705f6279 6463617264 67636172645f6e6f 6131", "not in canonical form"},
		{"long length", "a1 78096c6f6f6b75705f6279 666e756d626572", "not in canonical form"},
		{"indefinite length", "bf 696c6f6f6b75705f6279 666e756d626572 ff", "indefinite"},
		{"tag", "d9d9f7 a1 696c6f6f6b75705f6279 666e756d626572", "tag"},
		{"empty optional", "a2 67636172645f6e6f 60 696c6f6f6b75705f6279 666e756d626572", "not in canonical form"},
		{"key in other case", "a1 694c6f6f6b75705f6279 666e756d626572", "unknown key"},
		{"bytes for text", "a1 696c6f6f6b75705f6279 466e756d626572", "cannot unmarshal"},
		{"not UTF-8", "a1 696c6f6f6b75705f6279 66ff756d626572", "UTF-8"},
		{"null", "a1 696c6f6f6b75705f6279 f6", "not in canonical form"},
		{"something after", "a1 696c6f6f6b75705f6279 666e756d626572 00", "extraneous"},
		{"nothing", "", "EOF"},
		{"deep", strings.Repeat("81", 64) + "00", "exceeded max nested level"},
		{"huge claim", "bb 000000007fffffff", "exceeded"},
	} {
		t.Run(c.name, func(t *testing.T) {
			b, err := hex.DecodeString(strings.ReplaceAll(c.hex, " ", ""))
			if err != nil {
				t.Fatal(err)
			}
			_, err = request.DecodeCardValidity(b)
			switch {
			case c.want == "" && err != nil:
				t.Errorf("refused: %v", err)
			case c.want != "" && (err == nil || !strings.Contains(err.Error(), c.want)):
				t.Errorf("got %v, want an error with %q", err, c.want)
			}
		})
	}
}

// TestFixedLengths: byte strings of a fixed length have that length.
func TestFixedLengths(t *testing.T) {
	b, err := request.Encode(sampleReceipt())
	if err != nil {
		t.Fatal(err)
	}
	short := strings.Replace(string(b), "bid"+"P", "bid"+"O", 1)
	if short == string(b) {
		t.Fatal("the sample has no id to shorten")
	}
	if _, err := request.DecodeReceipt([]byte(short)); err == nil {
		t.Error("an id of 15 bytes decodes")
	}
}

// TestBounds: each message refuses values outside its bounds and names the field.
func TestBounds(t *testing.T) {
	outer := func(change func(*request.Outer)) error { o := sampleOuter(); change(&o); return o.Validate() }
	inner := func(change func(*request.Inner)) error { i := sampleInner(t); change(&i); return i.Validate() }
	receipt := func(change func(*request.Receipt)) error { r := sampleReceipt(); change(&r); return r.Validate() }
	for _, c := range []struct {
		field string
		err   error
	}{
		{"v", outer(func(o *request.Outer) { o.V = 2 })},
		{"id", outer(func(o *request.Outer) { o.ID = request.ID{} })},
		{"type", outer(func(o *request.Outer) { o.Type = "command" })},
		{"service", outer(func(o *request.Outer) { o.Service = "H 1" })},
		{"seq", outer(func(o *request.Outer) { o.Seq = 0 })},
		{"prev", outer(func(o *request.Outer) { o.Seq = 1 })},
		{"device", outer(func(o *request.Outer) { o.Device = "a/b" })},
		{"device", outer(func(o *request.Outer) { o.Device = strings.Repeat("a", 33) })},
		{"facility", outer(func(o *request.Outer) { o.Facility = "*" })},
		{"province", outer(func(o *request.Outer) { o.Province = "" })},
		{"created_at", outer(func(o *request.Outer) { o.CreatedAt = -1 })},
		{"expires_at", outer(func(o *request.Outer) { o.ExpiresAt = o.CreatedAt })},
		{"clock.trust", outer(func(o *request.Outer) { o.Clock.Trust = "perhaps" })},
		{"clock.offset_ms", outer(func(o *request.Outer) { o.Clock.OffsetMS = -1 << 62 })},
		{"priority", outer(func(o *request.Outer) { o.Priority = 4 })},
		{"protection", outer(func(o *request.Outer) { o.Protection = "" })},
		{"visit", inner(func(i *request.Inner) { i.Visit = "" })},
		{"lang", inner(func(i *request.Inner) { i.Lang = "xx" })},
		{"subject.number", inner(func(i *request.Inner) { i.Subject.Number = "09909000012" })},
		{"subject.name", inner(func(i *request.Inner) { i.Subject.Name = "" })},
		{"subject.name", inner(func(i *request.Inner) { i.Subject.Name = "A\x00B" })},
		{"subject.birth", inner(func(i *request.Inner) { i.Subject.Birth = "1990-02-01" })},
		{"subject.sex", inner(func(i *request.Inner) { i.Subject.Sex = "X" })},
		{"officer.method", inner(func(i *request.Inner) { i.Officer.Method = "card" })},
		{"officer.reader", inner(func(i *request.Inner) { i.Officer.Reader = "" })},
		{"officer.reader", inner(func(i *request.Inner) { i.Officer.Method = request.MethodPIN })},
		{"officer.ref", inner(func(i *request.Inner) { i.Officer.Ref = "" })},
		{"consent.purpose", inner(func(i *request.Inner) { i.Consent[0].Purpose = "" })},
		{"evidence.level", inner(func(i *request.Inner) { i.Evidence.Level = "E9" })},
		{"evidence.sod", inner(func(i *request.Inner) { i.Evidence.SOD = make([]byte, 20000) })},
		{"evidence.groups", inner(func(i *request.Inner) { i.Evidence.Groups[0].Group = 0 })},
		{"evidence.facts.proof", inner(func(i *request.Inner) { i.Evidence.Facts.Chip = false })},
		{"evidence.aa.signature", inner(func(i *request.Inner) { i.Evidence.AA.Signature = nil })},
		{"form", inner(func(i *request.Inner) { i.Form = nil })},
		{"reply_key", inner(func(i *request.Inner) { i.ReplyKey = nil })},
		{"status", receipt(func(r *request.Receipt) { r.Status = "fine" })},
		{"retry_after", receipt(func(r *request.Receipt) { r.RetryAfter = 1 << 30 })},
		{"answer", request.Answer{}.Validate()},
		{"form.card_no", request.CardValidity{LookupBy: request.LookupCard}.Validate()},
		{"form.specialty", request.CheckIn{}.Validate()},
		{"opening.nonce", request.Opening{Visit: "v", Device: "d", Facility: "f", At: at}.Validate()},
	} {
		t.Run(c.field, func(t *testing.T) {
			invalid, ok := errors.AsType[*request.ErrInvalid](c.err)
			if !ok || invalid.Field != c.field {
				t.Errorf("got %v, want a complaint about %s", c.err, c.field)
			}
		})
	}
}

// TestVersionIsTold: a newer message is told apart from a broken one.
func TestVersionIsTold(t *testing.T) {
	b, err := request.Encode(map[string]any{"v": 2, "something": "new"})
	if err != nil {
		t.Fatal(err)
	}
	if v, err := request.PeekVersion(b); err != nil || v != 2 {
		t.Errorf("got %d, %v", v, err)
	}
}
