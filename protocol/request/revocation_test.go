package request_test

import (
	"encoding/binary"
	"errors"
	"testing"

	"motcua/protocol/request"
)

// certificateName is the n-th of many names, in no order.
func certificateName(n uint64) (name request.CertificateName) {
	binary.BigEndian.PutUint64(name[:], n*0x9e3779b97f4a7c15)
	binary.BigEndian.PutUint64(name[8:], n)
	return name
}

// TestRevocationHolds: whatever the order of adding, a list has what was added,
// each once, and nothing else.
func TestRevocationHolds(t *testing.T) {
	list := sampleRevocation()
	list.Revoked = nil
	for n := range uint64(300) {
		before := list
		list = list.With(certificateName(n)).With(certificateName(n / 2))
		if list.Len() != int(n)+1 || before.Has(certificateName(n)) || before.Len() != int(n) {
			t.Fatalf("%d names after adding number %d; the list before has %d", list.Len(), n, before.Len())
		}
		if err := list.Validate(); err != nil {
			t.Fatal(err)
		}
	}
	for n := range uint64(600) {
		if got := list.Has(certificateName(n)); got != (n < 300) {
			t.Errorf("name %d: %v", n, got)
		}
	}
	for n := range uint64(300) {
		before := list
		list = list.Without(certificateName(n)).Without(certificateName(900))
		if list.Has(certificateName(n)) || list.Len() != int(299-n) || !before.Has(certificateName(n)) {
			t.Fatalf("%d names after taking number %d off", list.Len(), n)
		}
		if err := list.Validate(); err != nil {
			t.Fatal(err)
		}
	}
}

// TestRevocationBounds: the longest list decodes, a longer one does not, and each
// field has its bounds.
func TestRevocationBounds(t *testing.T) {
	full := sampleRevocation()
	full.Revoked = make([]byte, 0, request.MaxRevoked*16)
	for n := range uint64(request.MaxRevoked) {
		full.Revoked = append(binary.BigEndian.AppendUint64(full.Revoked, 0), binary.BigEndian.AppendUint64(nil, n)...)
	}
	b, err := request.Encode(full)
	if err != nil {
		t.Fatal(err)
	}
	if got, err := request.DecodeRevocation(b); err != nil || got.Len() != request.MaxRevoked {
		t.Errorf("the longest list, %d bytes: %d names, %v", len(b), got.Len(), err)
	}
	for field, change := range map[string]func(*request.Revocation){
		"v":       func(r *request.Revocation) { r.V = 2 },
		"type":    func(r *request.Revocation) { r.Type = request.TypeExport },
		"number":  func(r *request.Revocation) { r.Number = 0 },
		"at":      func(r *request.Revocation) { r.At = 0 },
		"next":    func(r *request.Revocation) { r.Next = r.At },
		"revoked": func(r *request.Revocation) { *r = full.With(request.CertificateName{1}) },
	} {
		r := sampleRevocation()
		change(&r)
		wantInvalid(t, field, r)
	}
	for _, revoked := range []string{"half a name", "0123456789abcdef0123456789abcdef", "fedcba98765432100123456789abcdef"} {
		r := sampleRevocation()
		r.Revoked = []byte(revoked)
		wantInvalid(t, "revoked", r)
	}
	r := sampleRevocation()
	r.Next = r.At + 401*24*3600*1000
	wantInvalid(t, "next", r)
}

func wantInvalid(t *testing.T, field string, r request.Revocation) {
	t.Helper()
	if invalid, ok := errors.AsType[*request.ErrInvalid](r.Validate()); !ok || invalid.Field != field {
		t.Errorf("%s: got %v", field, r.Validate())
	}
}

// TestLongestExport: what may be carried by hand may be read, too.
func TestLongestExport(t *testing.T) {
	e := sampleExport()
	e.Items = nil
	for seq := range uint64(request.MaxExported) {
		e.Items = append(e.Items, request.Exported{Seq: seq + 1, Digest: filled[request.Digest](byte(seq))})
	}
	e.Last = request.MaxExported
	b, err := request.Encode(e)
	if err != nil {
		t.Fatal(err)
	}
	if got, err := request.DecodeExport(b); err != nil || len(got.Items) != request.MaxExported {
		t.Errorf("%d of %d bytes allowed: %d items, %v", len(b), request.MaxExport, len(got.Items), err)
	}
}
