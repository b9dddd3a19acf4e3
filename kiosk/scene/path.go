package scene

import "math"

// Verb is a step of a path.
type Verb byte

// Steps of a path. A curve is a cubic one.
const (
	MoveTo Verb = iota
	LineTo
	CurveTo
	Close
)

// Seg is one step with its points; the last one is where it ends.
type Seg struct {
	Verb Verb
	P    [3]Point
}

// Point is a place in pixels.
type Point struct{ X, Y float64 }

// Path is an outline of straight lines and curves.
type Path []Seg

// Move starts a new outline.
func (p Path) Move(x, y float64) Path { return append(p, Seg{Verb: MoveTo, P: [3]Point{{x, y}}}) }

// Line goes straight.
func (p Path) Line(x, y float64) Path { return append(p, Seg{Verb: LineTo, P: [3]Point{{x, y}}}) }

// Curve goes along a cubic curve.
func (p Path) Curve(ax, ay, bx, by, x, y float64) Path {
	return append(p, Seg{Verb: CurveTo, P: [3]Point{{ax, ay}, {bx, by}, {x, y}}})
}

// End closes the outline.
func (p Path) End() Path { return append(p, Seg{Verb: Close}) }

// Poly is an outline through points, given as x and y in turn.
func Poly(xy ...float64) Path {
	p := Path{}.Move(xy[0], xy[1])
	for i := 2; i+1 < len(xy); i += 2 {
		p = p.Line(xy[i], xy[i+1])
	}
	return p
}

// Box is a rectangle.
func Box(r Rect) Path {
	return Poly(r.X, r.Y, r.Right(), r.Y, r.Right(), r.Bottom(), r.X, r.Bottom()).End()
}

// Arc adds a part of a circle around x, y from angle a to b, in degrees
// clockwise from three o'clock. It starts a new outline, or goes on from the last.
func (p Path) Arc(x, y, r, a, b float64) Path {
	n := max(1, math.Ceil(math.Abs(b-a)/90))
	step := (b - a) / n * math.Pi / 180
	k := 4.0 / 3 * math.Tan(step/4) * r
	t := a * math.Pi / 180
	sin, cos := math.Sincos(t)
	if len(p) == 0 || p[len(p)-1].Verb == Close {
		p = p.Move(x+r*cos, y+r*sin)
	} else {
		p = p.Line(x+r*cos, y+r*sin)
	}
	for range int(n) {
		s0, c0 := math.Sincos(t)
		t += step
		s1, c1 := math.Sincos(t)
		p = p.Curve(x+r*c0-k*s0, y+r*s0+k*c0, x+r*c1+k*s1, y+r*s1-k*c1, x+r*c1, y+r*s1)
	}
	return p
}

// Circle is a whole circle.
func Circle(x, y, r float64) Path { return Path{}.Arc(x, y, r, 0, 360).End() }

// Round is a rectangle with round corners.
func Round(r Rect, radius float64) Path {
	q := min(radius, r.W/2, r.H/2)
	if q <= 0 {
		return Box(r)
	}
	return Path{}.
		Arc(r.X+q, r.Y+q, q, 180, 270).
		Arc(r.Right()-q, r.Y+q, q, 270, 360).
		Arc(r.Right()-q, r.Bottom()-q, q, 0, 90).
		Arc(r.X+q, r.Bottom()-q, q, 90, 180).End()
}

// Door is the shape of the house: a doorway with a round top.
func Door(r Rect) Path {
	q := min(r.W/2, r.H)
	return Path{}.Arc(r.X+q, r.Y+q, q, 180, 360).Line(r.Right(), r.Bottom()).Line(r.X, r.Bottom()).End()
}

// Frame places drawings that were made in their own units.
type Frame struct {
	X, Y  float64 // where 0,0 goes
	Scale float64
	Turn  float64 // degrees clockwise around 0,0
}

// Put moves a path into the frame.
func (f Frame) Put(p Path) Path {
	sin, cos := math.Sincos(f.Turn * math.Pi / 180)
	out := make(Path, len(p))
	for i, s := range p {
		for j, q := range s.P {
			s.P[j] = Point{f.X + f.Scale*(q.X*cos-q.Y*sin), f.Y + f.Scale*(q.X*sin+q.Y*cos)}
		}
		out[i] = s
	}
	return out
}

// Fit is the frame that shows a drawing of w by h units as large as possible in
// the middle of r.
func Fit(r Rect, w, h float64) Frame {
	k := min(r.W/w, r.H/h)
	return Frame{X: r.X + (r.W-w*k)/2, Y: r.Y + (r.H-h*k)/2, Scale: k}
}
