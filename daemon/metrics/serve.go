package metrics

import (
	"bytes"
	"net/http"

	"github.com/prometheus/common/expfmt"
)

// ServeHTTP writes all figures in Prometheus' text format.
func (k *Kiosk) ServeHTTP(w http.ResponseWriter, _ *http.Request) {
	families, err := k.registry.Gather()
	var page bytes.Buffer
	for _, f := range families {
		if err == nil {
			_, err = expfmt.MetricFamilyToText(&page, f)
		}
	}
	if err != nil {
		http.Error(w, "collecting the figures failed", http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", string(expfmt.NewFormat(expfmt.TypeTextPlain)))
	w.Header().Set("Cache-Control", "no-store")
	_, _ = w.Write(page.Bytes()) // a client that has gone needs no answer
}
