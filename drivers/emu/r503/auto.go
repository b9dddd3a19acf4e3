package r503

import (
	"context"
	"time"
)

// fingerTime is how long an automatic command waits for a finger (manual, page 28).
const fingerTime = 10 * time.Second

// automatic is a command that answers several times.
type automatic struct {
	steps []step
	// tell is for a command that answers at each step, not at the end only.
	tell bool
}

// step is one of them: what it does, and the content of its answer behind the code.
type step struct {
	finger bool // a finger must lie there first
	lift   bool // and have left before
	do     func() (code byte, content []byte)
}

func (c call) autoEnroll() reply {
	place, cover, twice := int(c.args[0]), c.args[1] == 1, c.args[2] == 1
	switch {
	case place >= c.options.Capacity:
		return reply{code: outside, content: []byte{0, 0}}
	case len(c.flash.library[place]) > 0 && !cover:
		return reply{code: known, content: []byte{0, 0}}
	case len(c.flash.library) >= c.options.Capacity:
		return reply{code: full, content: []byte{0, 0}}
	}
	a := &automatic{tell: c.args[3] == 1}
	add := func(number byte, s step, r func() reply) {
		s.do = func() (byte, []byte) { return r().code, []byte{number, 0} }
		a.steps = append(a.steps, s)
	}
	number := byte(0)
	for n := range 6 {
		number++
		add(printed(number), step{finger: true, lift: n > 0 && c.args[4] == 1}, c.getImageEx)
		number++
		buffer := call{c.session, []byte{byte(n + 1)}}
		add(printed(number), step{}, buffer.genChar)
	}
	add(0x0D, step{}, func() reply {
		if _, _, code := c.find(0, c.options.Capacity); code == done && !twice {
			return reply{code: known}
		}
		return reply{}
	})
	add(0x0E, step{}, c.regModel)
	a.steps = append(a.steps, step{do: func() (byte, []byte) {
		c.flash.library[place] = c.ram.template
		return done, []byte{0x0F, byte(place)}
	}})
	return reply{auto: a}
}

// printed is the number of a step as the manual prints it: 10 follows 09.
func printed(n byte) byte {
	if n > 9 {
		return n + 6
	}
	return n
}

func (c call) autoIdentify() reply {
	from, n := int(c.args[1]), int(c.args[2])
	if len(c.flash.library) == 0 {
		return reply{code: emptyLibrary, content: []byte{0, 0, 0, 0, 0}}
	}
	a := &automatic{tell: c.args[3] == 1}
	a.steps = []step{
		{finger: true, do: func() (byte, []byte) { return c.getImageEx().code, []byte{1, 0, 0, 0, 0} }},
		{do: func() (byte, []byte) {
			return call{c.session, []byte{1}}.genChar().code, []byte{2, 0, 0, 0, 0}
		}},
		{do: func() (byte, []byte) {
			place, score, code := c.find(from, n)
			return code, []byte{3, byte(place >> 8), byte(place), byte(score >> 8), byte(score)}
		}},
	}
	return reply{auto: a}
}

// automatic runs the steps of a command, until one fails, no finger comes in time
// or the host cancels it.
func (s *session) automatic(ctx context.Context, address uint32, a *automatic, fault Fault) {
	var answers [][]byte
	for i, step := range a.steps {
		if step.lift && !s.await(ctx, false) || step.finger && !s.await(ctx, true) {
			s.write(say(address, pidAck, []byte{timeIsUp, 0, 0}))
			return
		}
		s.mu.Lock()
		code, content := step.do()
		s.mu.Unlock()
		last := code != done || i == len(a.steps)-1
		if a.tell || last {
			answers = append(answers, say(address, pidAck, append([]byte{code}, content...)))
		}
		if fault.Kind == 0 || last {
			for _, frame := range fault.reorder(answers) {
				s.write(frame)
			}
			answers = nil
		}
		if last {
			return
		}
	}
}

// reorder spoils the answers to an automatic command, which it needs to have all
// of.
func (f Fault) reorder(answers [][]byte) [][]byte {
	if len(answers) < 3 {
		return answers
	}
	switch f.Kind {
	case FaultOrder:
		answers[1], answers[2] = answers[2], answers[1]
	case FaultTwice:
		answers = append(answers[:2:2], answers[1:]...)
	}
	return answers
}

// await waits for a finger to lie there, or for none; a Cancel from the host ends
// it, and so does time.
func (s *session) await(ctx context.Context, on bool) bool {
	timeout := time.NewTimer(fingerTime)
	defer timeout.Stop()
	for {
		_, touched, changed := s.Glass.Touch()
		if touched == on {
			return true
		}
		select {
		case <-changed:
		case <-timeout.C:
			return false
		case <-ctx.Done():
			return false
		case p, ok := <-s.heard:
			if !ok || p.pid == pidCommand && p.intact && p.body[0] == 0x30 {
				return false
			}
		}
	}
}
