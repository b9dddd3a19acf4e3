package r503

import (
	"encoding/binary"

	"motcua/drivers/emu/finger"
)

func (c call) store() reply {
	n, place := int(c.args[0]), c.u16(1)
	switch {
	case n < 1 || n >= len(c.ram.features):
		return reply{code: badValue}
	case place >= c.options.Capacity:
		return reply{code: outside}
	case len(*c.ram.templateBuffer(n)) == 0:
		return reply{code: emptyPlace}
	}
	c.flash.library[place] = *c.ram.templateBuffer(n)
	return reply{}
}

func (c call) loadChar() reply {
	n, place := int(c.args[0]), c.u16(1)
	switch {
	case n < 1 || n >= len(c.ram.features):
		return reply{code: badValue}
	case place >= c.options.Capacity:
		return reply{code: outside}
	case len(c.flash.library[place]) == 0:
		return reply{code: badTemplate}
	}
	*c.ram.templateBuffer(n) = c.flash.library[place]
	return reply{}
}

func (c call) deletChar() reply {
	from, n := c.u16(0), c.u16(2)
	if from+n > c.options.Capacity {
		return reply{code: outside}
	}
	for place := range n {
		delete(c.flash.library, from+place)
	}
	return reply{}
}

func (c call) empty() reply {
	clear(c.flash.library)
	return reply{}
}

func (c call) templeteNum() reply {
	return reply{content: binary.BigEndian.AppendUint16(nil, uint16(len(c.flash.library)))}
}

// readIndexTable has one bit for each place, the lowest first.
func (c call) readIndexTable() reply {
	table := make([]byte, 32)
	if c.args[0] > 3 {
		return reply{code: badPage}
	}
	for place := range c.flash.library {
		if at := place - 256*int(c.args[0]); at >= 0 && at < 256 {
			table[at/8] |= 1 << (at % 8)
		}
	}
	return reply{content: table}
}

// search looks for the last features in the library.
func (c call) search() reply {
	place, score, code := c.find(c.u16(1), c.u16(3))
	return reply{code: code, content: []byte{byte(place >> 8), byte(place), byte(score >> 8), byte(score)}}
}

func (c call) find(from, n int) (place, score int, code byte) {
	live, err := finger.Decode(c.ram.features[c.ram.latest])
	if err != nil {
		return 0, 0, emptyPlace
	}
	for place := from; place < from+n; place++ {
		kept, err := finger.Decode(c.flash.library[place])
		if err != nil {
			continue
		}
		if score := finger.Score(live, kept); score >= finger.Alike {
			return place, score, done
		}
	}
	return 0, 0, notFound
}
