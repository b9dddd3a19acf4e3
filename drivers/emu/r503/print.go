package r503

import (
	"encoding/binary"

	"motcua/drivers/emu/finger"
)

// getImage takes a picture, however poor.
func (c call) getImage() reply {
	touch, touched, _ := c.Glass.Touch()
	if !touched {
		return reply{code: noFinger}
	}
	c.ram.picture = &touch
	return reply{}
}

// getImageEx says when it is poor.
func (c call) getImageEx() reply {
	r := c.getImage()
	if r.code == done && !c.ram.picture.Usable() {
		r.code = fewFeatures
	}
	return r
}

func (c call) genChar() reply {
	n := int(c.args[0])
	switch {
	case n < 1 || n >= len(c.ram.features):
		return reply{code: badValue}
	case c.ram.picture == nil:
		return reply{code: noPicture}
	case c.ram.picture.Quality == finger.Wet || c.ram.picture.Quality == finger.Smeared:
		return reply{code: messy}
	case !c.ram.picture.Usable():
		return reply{code: fewFeatures}
	}
	c.ram.features[n] = finger.Encode(c.ram.picture.Minutiae(), c.options.Features)
	c.ram.latest = n
	return reply{}
}

// regModel merges the features of all buffers.
func (c call) regModel() reply {
	var prints [][]finger.Minutia
	for _, f := range c.ram.features {
		if m, err := finger.Decode(f); err == nil {
			prints = append(prints, m)
		}
	}
	m, ok := finger.Merge(prints)
	if !ok || len(prints) < 2 {
		return reply{code: notMerged}
	}
	for i := range c.ram.features {
		if c.options.Old && i > 0 { // "stored back in both CharBuffer1 and CharBuffer2"
			c.ram.features[i] = finger.Encode(m, c.options.Template)
		}
	}
	if !c.options.Old {
		c.ram.template = finger.Encode(m, c.options.Template)
	}
	return reply{}
}

func (c call) upChar() reply {
	n := int(c.args[0])
	if n < 1 || n >= len(c.ram.features) {
		return reply{code: badValue}
	}
	if b := *c.ram.templateBuffer(n); len(b) > 0 {
		return reply{data: b, stream: true}
	}
	return reply{code: notSent}
}

func (c call) downChar() reply {
	n := int(c.args[0])
	if n < 1 || n >= len(c.ram.features) {
		return reply{code: badValue}
	}
	c.data = &download{buffer: n}
	return reply{}
}

func (c call) upImage() reply {
	if c.ram.picture == nil {
		return reply{code: noPicture}
	}
	grey := c.ram.picture.Picture(c.options.Width, c.options.Height)
	packed := make([]byte, len(grey)/2)
	for i := range packed {
		packed[i] = grey[2*i]&0xF0 | grey[2*i+1]>>4
	}
	return reply{data: packed, stream: true}
}

// match compares the last features with the template; an old module its buffers 1
// and 2.
func (c call) match() reply {
	live, kept := c.ram.features[c.ram.latest], c.ram.template
	if c.options.Old {
		live, kept = c.ram.features[1], c.ram.features[2]
	}
	if len(live) == 0 || len(kept) == 0 {
		return reply{code: emptyPlace, content: []byte{0, 0}}
	}
	a, errA := finger.Decode(live)
	b, errB := finger.Decode(kept)
	if errA != nil || errB != nil {
		return reply{code: badTemplate, content: []byte{0, 0}}
	}
	score := finger.Score(a, b)
	if score < finger.Alike {
		return reply{code: noMatch, content: []byte{0, 0}}
	}
	return reply{content: binary.BigEndian.AppendUint16(nil, uint16(score))}
}
