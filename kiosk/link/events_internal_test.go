package link

import (
	"errors"
	"strings"
	"testing"
)

func TestEventsAreCutAtEmptyLines(t *testing.T) {
	var got []string
	err := events(strings.NewReader(": hello\n\nid: 1\ndata: a\n\ndata: b\ndata: c\r\n\r\nretry: 5\n\n\ndata: unfinished\n"), func(b []byte) error {
		if b == nil {
			got = append(got, "beat")
			return nil
		}
		got = append(got, string(b))
		return nil
	})
	if want := "beat|a|b\nc"; strings.Join(got, "|") != want {
		t.Errorf("got %q, want %q", strings.Join(got, "|"), want)
	}
	if err == nil {
		t.Error("a stream that ended was no error")
	}
}

func TestEventsAreBounded(t *testing.T) {
	for _, s := range []string{
		"data: " + strings.Repeat("x", maxSnapshot+1) + "\n\n",
		strings.Repeat("data: "+strings.Repeat("x", 1000)+"\n", maxSnapshot/1000+10),
	} {
		if err := events(strings.NewReader(s), func([]byte) error { return nil }); !errors.Is(err, errTooLong) {
			t.Errorf("got %v", err)
		}
	}
}

func FuzzEvents(f *testing.F) {
	f.Add("data: {\"version\":1}\n\n")
	f.Add(":\n\n:\n\ndata\n\ndata:\n\n")
	f.Add("data: a\rdata: b\n\n")
	f.Fuzz(func(t *testing.T, s string) {
		if events(strings.NewReader(s), func([]byte) error { return nil }) == nil {
			t.Error("the stream ended without an error")
		}
	})
}
