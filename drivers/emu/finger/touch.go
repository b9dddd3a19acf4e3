package finger

import (
	"math"
	"math/rand/v2"
)

// Finger is an invented finger. Two equal numbers are the same finger.
type Finger uint64

// Quality is how a finger lies on the glass.
type Quality int

// Qualities. All but Good are too poor to be used.
const (
	Good Quality = iota
	Dry          // broken ridges
	Wet          // ridges run into each other
	Smeared
	Partial // a corner of the finger only
)

// Touch is one finger laid down once. Laid down again it is another touch.
type Touch struct {
	Finger  Finger
	Quality Quality
	Nth     uint64 // tells touches of one finger apart
}

// Usable tells whether features can be taken from the touch.
func (t Touch) Usable() bool { return t.Quality == Good }

// Minutia is an end or a fork of a ridge: place in the picture in 192nds of its
// width and height, and direction in 256ths of a turn.
type Minutia struct{ X, Y, Angle uint8 }

const (
	side      = 192
	minutiae  = 36 // of a whole finger
	margin    = 16 // kept free at the edges, so that a touch can be moved
	seen      = 0.85
	maxShift  = 10
	maxJitter = 2
)

// random is a source that belongs to the finger and, if n is given, to one touch
// of it.
func (f Finger) random(n ...uint64) *rand.Rand {
	salt := uint64(0x5eed)
	for _, v := range n {
		salt = salt*0x9e3779b97f4a7c15 + v + 1
	}
	return rand.New(rand.NewPCG(uint64(f), salt))
}

// whole is every minutia of the finger.
func (f Finger) whole() []Minutia {
	r := f.random()
	all := make([]Minutia, minutiae)
	for i := range all {
		all[i] = Minutia{X: within(r), Y: within(r), Angle: uint8(r.IntN(256))}
	}
	return all
}

func within(r *rand.Rand) uint8 { return uint8(margin + r.IntN(side-2*margin)) }

// Minutiae is what a module finds in the touch: most of the finger's minutiae, all
// moved together and each a little by itself.
func (t Touch) Minutiae() []Minutia {
	r := t.Finger.random(t.Nth)
	dx, dy := shift(r, maxShift), shift(r, maxShift)
	var found []Minutia
	for _, m := range t.Finger.whole() {
		jx, jy, ja := shift(r, maxJitter), shift(r, maxJitter), shift(r, maxJitter)
		if r.Float64() > seen {
			continue
		}
		found = append(found, Minutia{X: moved(m.X, dx+jx), Y: moved(m.Y, dy+jy), Angle: uint8(int(m.Angle) + ja)})
	}
	return found
}

func shift(r *rand.Rand, most int) int { return r.IntN(2*most+1) - most }

func moved(v uint8, by int) uint8 { return uint8(min(max(int(v)+by, 0), side-1)) }

// Picture draws the touch: ridges are dark (0), valleys light (255), row by row.
// The ridges are ellipses around a core, closer the further out.
func (t Touch) Picture(width, height int) []byte {
	r := t.Finger.random()
	coreX, coreY := side/2-20+r.IntN(40), side/2-20+r.IntN(40)
	a, b, c := 60+r.IntN(20), 60+r.IntN(20), r.IntN(40)-20
	noise := t.Finger.random(t.Nth, 1)
	grey := make([]byte, width*height)
	for y := range height {
		v := y*side/height - coreY
		for x := range width {
			u := x*side/width - coreX
			ridge := wave[uint8((a*u*u+b*v*v+c*u*v)>>8)]
			grey[y*width+x] = t.shade(ridge, u > -20 || v > -20, uint8(noise.Uint32()))
		}
	}
	return grey
}

// wave is a whole wave in 256 steps, from -110 to 110.
var wave = func() (w [256]int) {
	for i := range w {
		w[i] = int(110 * math.Sin(2*math.Pi*float64(i)/256))
	}
	return w
}()

// shade is the grey of one pixel: ridge is -110 in the middle of a ridge and 110 in
// the middle of a valley, outside tells what a partial touch does not show.
func (t Touch) shade(ridge int, outside bool, noise uint8) byte {
	const light = 110
	switch {
	case t.Quality == Dry && noise < 128:
		ridge = light
	case t.Quality == Wet:
		ridge = ridge/3 - 70
	case t.Quality == Smeared:
		ridge /= 5
	case t.Quality == Partial && outside:
		ridge = light
	}
	return uint8(min(max(128+ridge+int(noise)/16-8, 0), 255))
}
