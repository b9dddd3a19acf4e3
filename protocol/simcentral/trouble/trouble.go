package trouble

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"time"
)

// Kind is a way of not answering.
type Kind string

// Kinds of trouble.
const (
	Hang      Kind = "hang"      // no answer until the client goes away
	Status500 Kind = "status"    // HTTP status 500
	HTML      Kind = "html"      // an error page with status 200
	Garbage   Kind = "garbage"   // no JSON
	Oversized Kind = "oversized" // an answer of eight megabytes
	Drop      Kind = "drop"      // the connection ends in the middle
	Expired   Kind = "expired"   // the token is not valid any more; the system itself plays it
)

// Check refuses what is no trouble.
func Check(all []Kind) error {
	known := []Kind{Hang, Status500, HTML, Garbage, Oversized, Drop, Expired}
	for _, k := range all {
		if !slices.Contains(known, k) {
			return fmt.Errorf("no such trouble %q; there are %q", k, known)
		}
	}
	return nil
}

// Befall plays a trouble, and tells whether it was the answer.
func Befall(w http.ResponseWriter, r *http.Request, k Kind) bool {
	switch k {
	case Hang:
		<-r.Context().Done()
	case Status500:
		w.WriteHeader(http.StatusInternalServerError)
	case HTML:
		w.Header().Set("Content-Type", "text/html")
		_, _ = io.WriteString(w, "<html><body>Hệ thống đang bảo trì</body></html>")
	case Garbage:
		_, _ = io.WriteString(w, "{\"maKetQua\":\"000\", \x00\xff")
	case Oversized:
		_, _ = io.WriteString(w, `{"maKetQua":"000","ghiChu":"`+strings.Repeat("x", 8<<20)+`"}`)
	case Drop:
		_, _ = io.WriteString(w, `{"maKetQua":"0`)
		_ = http.NewResponseController(w).Flush()
		panic(http.ErrAbortHandler)
	default:
		return false
	}
	return true
}

// Wait is a slow system's pause before it answers.
func Wait(ctx context.Context, d Duration) error {
	if d <= 0 {
		return nil
	}
	t := time.NewTimer(time.Duration(d))
	defer t.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-t.C:
		return nil
	}
}

// Duration is written as in "1m30s".
type Duration time.Duration

// UnmarshalText implements encoding.TextUnmarshaler.
func (d *Duration) UnmarshalText(b []byte) error {
	parsed, err := time.ParseDuration(string(b))
	*d = Duration(parsed)
	return err
}
