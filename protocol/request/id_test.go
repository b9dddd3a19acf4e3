package request_test

import (
	"bytes"
	"testing"
	"time"

	"github.com/google/uuid"

	"motcua/protocol/request"
)

// TestNewID: an ID is what another implementation takes for a UUIDv7 of that time.
func TestNewID(t *testing.T) {
	now := time.UnixMilli(at)
	id, err := request.NewID(now, bytes.NewReader(bytes.Repeat([]byte{0xff}, 10)))
	if err != nil {
		t.Fatal(err)
	}
	other, err := uuid.Parse(id.String())
	if err != nil || other.Version() != 7 || other.Variant() != uuid.RFC4122 {
		t.Errorf("%s: %v, version %d", id, err, other.Version())
	}
	if sec, nsec := other.Time().UnixTime(); time.Unix(sec, nsec).UnixMilli() != at {
		t.Errorf("%s is of another time", id)
	}
	if back, err := request.ParseID(id.String()); err != nil || back != id {
		t.Errorf("read back as %s, %v", back, err)
	}
	if _, err := request.NewID(now, bytes.NewReader(nil)); err == nil {
		t.Error("an id without randomness")
	}
}

func TestParseIDRefuses(t *testing.T) {
	for _, text := range []string{"", "01965f3a7c007abc8def0123456789ab", "01965f3a-7c00-7abc-8def-0123456789ag", "01965f3a-7c00-7abc-8def-0123456789abc"} {
		if _, err := request.ParseID(text); err == nil {
			t.Errorf("%q is read as an id", text)
		}
	}
}
