package link_test

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"testing"
	"testing/synctest"

	"motcua/kiosk/link"
	"motcua/protocol/local"
)

// comparing is an event at which an officer compares somebody.
func comparing(visit string) string {
	b, _ := json.Marshal(local.Snapshot{Version: local.Version, Visit: &local.Visit{ID: visit, Compare: &local.Compare{}}})
	return fmt.Sprintf("data: %s\n\n", b)
}

// A snapshot at which somebody is compared comes with the picture, which is asked for once
// while it is shown. What is no picture, or does not come, is none.
func TestPicturesComeWithTheirSnapshot(t *testing.T) {
	for _, c := range []struct {
		story  string
		answer http.HandlerFunc
		shown  bool
	}{
		{"a picture", func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte{0, 1, 0, 1, 7, 8, 9}) }, true},
		{"none", http.NotFound, false},
		{"something else", func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "<html>") }, false},
		{"far too much", func(w http.ResponseWriter, _ *http.Request) {
			for range 10 {
				_, _ = w.Write(make([]byte, local.MaxPicture))
			}
		}, false},
		{"nothing, for long", func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() }, false},
	} {
		t.Run(c.story, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				asked := map[string]int{}
				p := serve(t, func(w io.Writer, flush func(), gone <-chan struct{}) {
					fmt.Fprint(w, event(1), comparing("v-1"), comparing("v-1"), comparing("v-2"), event(2))
					flush()
					<-gone
				}, nil, func(w http.ResponseWriter, r *http.Request) {
					asked[r.URL.Query().Get("visit")]++
					c.answer(w, r)
				})
				ctx, cancel := context.WithCancel(t.Context())
				seen := 0
				link.NewDial(p.dial, quiet()).Run(ctx, func(s local.Snapshot) {
					if s.Visit != nil {
						if p := s.Visit.Compare.Picture; (p != nil) != c.shown || p != nil && string(p.RGB) != "\x07\x08\x09" {
							t.Errorf("snapshot %d: shown %v", seen, p != nil)
						}
					}
					if seen++; seen == 5 {
						cancel()
					}
				}, func() {})
				if c.shown && (asked["v-1"] != 1 || asked["v-2"] != 1) {
					t.Errorf("asked %v", asked)
				}
			})
		})
	}
}
