package waveshare

import (
	"context"

	"motcua/drivers/emu/finger"
)

// withFinger does a command that takes a picture. What is too poor has failed, and
// so has what is another finger: the module does not tell which.
func (c call) withFinger(ctx context.Context) [][]byte {
	c.mu.Lock()
	if c.command == 0x44 {
		c.ram.received = c.data[3:]
	}
	refused := c.refuse()
	c.mu.Unlock()
	if refused != success {
		return c.code(refused)
	}
	touch, touched := c.await(ctx)
	c.mu.Lock()
	defer c.mu.Unlock()
	if !touched || c.ram == nil {
		return c.code(timeIsUp)
	}
	c.ram.picture = &touch
	if c.command == 0x24 {
		return answerData(c.command, pack(touch.Picture(side, side)))
	}
	if !touch.Usable() {
		return c.code(failed)
	}
	c.ram.features = touch.Minutiae()
	switch c.command {
	case 0x23:
		return answerData(c.command, append([]byte{0, 0, 0}, finger.Encode(c.ram.features, templateSize)...))
	case 0x44:
		kept, err := finger.Decode(c.ram.received)
		if err != nil || finger.Score(kept, c.ram.features) < finger.Alike {
			return c.code(failed)
		}
		return c.code(success)
	case 0x0B:
		if !c.alike(c.library[c.user()]) {
			return c.code(failed)
		}
		return c.code(success)
	case 0x0C:
		for user, kept := range c.library {
			if c.alike(kept) {
				return [][]byte{answer(c.command, byte(user>>8), byte(user), 1)}
			}
		}
		return c.code(noUser)
	}
	return c.enrol()
}

// refuse tells why an enrolment cannot begin.
func (c call) refuse() byte {
	switch {
	case c.command == 0x01 && len(c.library) >= users:
		return full
	case c.command == 0x01 && c.library[c.user()] != nil:
		return userTaken
	case c.command != 0x01 && c.command <= 0x06 && len(c.ram.prints) != int(min(c.command, 3))-1:
		return failed
	}
	return success
}

func (c call) alike(kept []byte) bool {
	m, err := finger.Decode(kept)
	return err == nil && finger.Score(m, c.ram.features) >= finger.Alike
}

// enrol takes the first, second or third picture of a user. A failed one ends it.
func (c call) enrol() [][]byte {
	if c.command == 0x01 {
		c.ram.prints = nil
		for _, kept := range c.library {
			if c.ram.unique && c.alike(kept) {
				return c.code(fingerKept)
			}
		}
	}
	prints := append(c.ram.prints, c.ram.features)
	c.ram.prints = nil
	merged, ok := finger.Merge(prints)
	if !ok {
		return c.code(failed)
	}
	if c.command == 0x01 || c.command == 0x02 {
		c.ram.prints = prints
		return c.code(success)
	}
	template := finger.Encode(merged, templateSize)
	c.library[max(c.user(), 1)] = template
	if c.command == 0x03 {
		return c.code(success)
	}
	return answerData(c.command, append([]byte{0, 0, 0}, template...))
}

// pack makes two pixels a byte, the first one high.
func pack(grey []byte) []byte {
	packed := make([]byte, len(grey)/2)
	for i := range packed {
		packed[i] = grey[2*i]&0xF0 | grey[2*i+1]>>4
	}
	return packed
}
