package raster

import (
	"math"

	"motcua/kiosk/scene"
)

// outline turns a line of a width into the area it covers, with round ends and
// corners. Every piece turns the same way, so that pieces that overlap add up to
// one area.
func outline(path scene.Path, width float64) scene.Path {
	var out scene.Path
	h := width / 2
	for _, line := range flatten(path) {
		for i, a := range line {
			out = append(out, scene.Circle(a.X, a.Y, h)...)
			if i+1 < len(line) {
				out = append(out, bar(a, line[i+1], h)...)
			}
		}
	}
	return out
}

// bar is the area of a straight line without its ends.
func bar(a, b scene.Point, h float64) scene.Path {
	dx, dy := b.X-a.X, b.Y-a.Y
	d := math.Hypot(dx, dy)
	if d == 0 {
		return nil
	}
	nx, ny := -dy/d*h, dx/d*h
	return scene.Poly(a.X-nx, a.Y-ny, b.X-nx, b.Y-ny, b.X+nx, b.Y+ny, a.X+nx, a.Y+ny).End()
}

// flatten turns a path into lines through points, near enough to its curves.
func flatten(path scene.Path) [][]scene.Point {
	var out [][]scene.Point
	var now []scene.Point
	done := func() {
		if len(now) > 1 {
			out = append(out, now)
		}
		now = nil
	}
	for _, s := range path {
		switch s.Verb {
		case scene.MoveTo:
			done()
			now = []scene.Point{s.P[0]}
		case scene.LineTo:
			now = append(now, s.P[0])
		case scene.CurveTo:
			now = append(now, curve(now[len(now)-1], s.P)...)
		case scene.Close:
			if len(now) > 0 {
				now = append(now, now[0])
			}
			done()
		}
	}
	done()
	return out
}

// curve gives points along a cubic curve, about three pixels apart.
func curve(a scene.Point, p [3]scene.Point) []scene.Point {
	length := math.Hypot(p[0].X-a.X, p[0].Y-a.Y) + math.Hypot(p[1].X-p[0].X, p[1].Y-p[0].Y) + math.Hypot(p[2].X-p[1].X, p[2].Y-p[1].Y)
	n := max(4, min(64, int(length/3)))
	out := make([]scene.Point, n)
	for i := range n {
		t := float64(i+1) / float64(n)
		u := 1 - t
		k0, k1, k2, k3 := u*u*u, 3*u*u*t, 3*u*t*t, t*t*t
		out[i] = scene.Point{
			X: k0*a.X + k1*p[0].X + k2*p[1].X + k3*p[2].X,
			Y: k0*a.Y + k1*p[0].Y + k2*p[1].Y + k3*p[2].Y,
		}
	}
	return out
}
