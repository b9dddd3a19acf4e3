// Fleetplot draws what a fleet of kiosks costs the centre, from the figures that
// "make fleet-cost" has measured, as an SVG picture, and prints them as a table
// for docs/gatewayd.md.
package main

import (
	"cmp"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"math"
	"os"
	"slices"
	"strings"
)

// cost is one measurement; see BenchmarkBudget of gatewayd.
type cost struct {
	Kiosks     int     `json:"kiosks"`
	ConnectS   float64 `json:"connect_s"`
	IdleKiB    float64 `json:"idle_kib"`
	BusyKiB    float64 `json:"busy_kib"`
	IdleCPU    float64 `json:"idle_cpu_us"`
	BusyCPU    float64 `json:"busy_cpu_us"`
	Requests   float64 `json:"requests_per_s"`
	PerRequest float64 `json:"cpu_ms_per_request"`
}

func main() {
	in := flag.String("in", "build/fleet.json", "the figures")
	out := flag.String("o", "docs/images/fleet-cost.svg", "the picture")
	flag.Parse()
	if err := run(*in, *out, os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "fleetplot:", err)
		os.Exit(1)
	}
}

func run(in, out string, table io.Writer) error {
	data, err := os.ReadFile(in)
	if err != nil {
		return err
	}
	var all []cost
	if err := json.Unmarshal(data, &all); err != nil {
		return fmt.Errorf("%s: %w", in, err)
	}
	if len(all) < 2 {
		return fmt.Errorf("%s: a line needs two measurements, there are %d", in, len(all))
	}
	slices.SortFunc(all, func(a, b cost) int { return cmp.Compare(a.Kiosks, b.Kiosks) })
	fmt.Fprintln(table, "| kiosks | memory each, idle | memory each, busy | CPU each, idle | CPU each, busy | requests | CPU per request | all connected within |")
	fmt.Fprintln(table, "|---|---|---|---|---|---|---|---|")
	for _, c := range all {
		fmt.Fprintf(table, "| %d | %.0f KiB | %.0f KiB | %.0f µs/s | %.0f µs/s | %.0f/s | %.2f ms | %.1f s |\n",
			c.Kiosks, c.IdleKiB, c.BusyKiB, c.IdleCPU, c.BusyCPU, c.Requests, c.PerRequest, c.ConnectS)
	}
	return os.WriteFile(out, []byte(picture(all)), 0o644)
}

// Size of a panel in pixels, and of what is around it.
const (
	wide, high = 300, 190
	left, top  = 62, 40
	gap        = 100
	full       = left + wide + gap + wide + 50
	tall       = top + high + 72
)

// line is one row of points of a panel.
type line struct {
	name, colour string
	of           func(cost) float64
}

func picture(all []cost) string {
	var b strings.Builder
	fmt.Fprintf(&b, `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" width="%d" height="%d" font-family="sans-serif" font-size="12" fill="#222">`+"\n", full, tall, full, tall)
	fmt.Fprintf(&b, `<rect width="%d" height="%d" fill="#fff"/>`+"\n", full, tall)
	panel(&b, all, left, "memory per kiosk, KiB", []line{
		{"idle", "#1f6f8b", func(c cost) float64 { return c.IdleKiB }},
		{"busy", "#c0562f", func(c cost) float64 { return c.BusyKiB }},
	})
	panel(&b, all, left+wide+gap, "gatewayd, all kiosks, % of one core", []line{
		{"idle", "#1f6f8b", func(c cost) float64 { return c.IdleCPU * float64(c.Kiosks) / 1e4 }},
		{"busy", "#c0562f", func(c cost) float64 { return c.BusyCPU * float64(c.Kiosks) / 1e4 }},
	})
	fmt.Fprintf(&b, `<text x="%d" y="%d" fill="#666">busy: each kiosk sends a request every 10 s</text>`+"\n", left, tall-8)
	b.WriteString("</svg>\n")
	return b.String()
}

// panel draws lines over the number of kiosks, which is on a logarithmic scale.
func panel(b *strings.Builder, all []cost, x0 float64, title string, lines []line) {
	most := 0.0
	for _, c := range all {
		for _, l := range lines {
			most = max(most, l.of(c))
		}
	}
	step := round(most / 4)
	most = step * math.Ceil(most/step)
	low, up := math.Log(float64(all[0].Kiosks)), math.Log(float64(all[len(all)-1].Kiosks))
	x := func(c cost) float64 { return x0 + wide*(math.Log(float64(c.Kiosks))-low)/(up-low) }
	y := func(v float64) float64 { return top + high*(1-v/most) }
	fmt.Fprintf(b, `<text x="%.0f" y="%d" font-weight="bold">%s</text>`+"\n", x0, top-18, title)
	for v := 0.0; v <= most*1.0001; v += step {
		fmt.Fprintf(b, `<line x1="%.1f" y1="%.1f" x2="%.1f" y2="%.1f" stroke="#ddd"/><text x="%.1f" y="%.1f" text-anchor="end">%g</text>`+"\n",
			x0, y(v), x0+wide, y(v), x0-8, y(v)+4, v)
	}
	for _, c := range all {
		fmt.Fprintf(b, `<text x="%.1f" y="%d" text-anchor="middle">%d</text>`+"\n", x(c), top+high+18, c.Kiosks)
	}
	fmt.Fprintf(b, `<text x="%.1f" y="%d" text-anchor="middle">kiosks</text>`+"\n", x0+wide/2, top+high+38)
	for _, l := range lines {
		var points []string
		for _, c := range all {
			points = append(points, fmt.Sprintf("%.1f,%.1f", x(c), y(l.of(c))))
			fmt.Fprintf(b, `<circle cx="%.1f" cy="%.1f" r="3.5" fill="%s"/>`, x(c), y(l.of(c)), l.colour)
		}
		last := all[len(all)-1]
		fmt.Fprintf(b, `<polyline points="%s" fill="none" stroke="%s" stroke-width="2"/><text x="%.1f" y="%.1f" fill="%s">%s</text>`+"\n",
			strings.Join(points, " "), l.colour, x(last)+8, y(l.of(last))+4, l.colour, l.name)
	}
}

// round is the next of 1, 2, 5, 10, 20 … that is not smaller.
func round(v float64) float64 {
	ten := math.Pow(10, math.Floor(math.Log10(max(v, 1e-6))))
	for _, m := range []float64{1, 2, 5} {
		if m*ten >= v {
			return m * ten
		}
	}
	return 10 * ten
}
