package gt521

import "motcua/drivers/emu/finger"

func (s *session) getEnrollCount(uint32) reply { return reply{parameter: uint32(len(s.library))} }

// checked tells why there is nothing at a place, or 0.
func (s *session) checked(place uint32) uint32 {
	switch {
	case place >= capacity:
		return badPlace
	case s.library[place] == nil:
		return unused
	}
	return 0
}

func (s *session) checkEnrolled(place uint32) reply {
	if code := s.checked(place); code != 0 {
		return refuse(code)
	}
	return reply{}
}

func (s *session) deleteID(place uint32) reply {
	if code := s.checked(place); code != 0 {
		return refuse(code)
	}
	delete(s.library, place)
	return reply{}
}

func (s *session) deleteAll(uint32) reply {
	if len(s.library) == 0 {
		return refuse(emptyLibrary)
	}
	clear(s.library)
	return reply{}
}

// verify compares the picture with a template. It does not tell a poor picture from
// another finger.
func (s *session) verify(place uint32) reply {
	if code := s.checked(place); code != 0 {
		return refuse(code)
	}
	if s.ram.picture == nil {
		return refuse(notPressed)
	}
	m, code := s.print()
	if code != 0 || !s.alike(m, place) {
		return refuse(notVerified)
	}
	return reply{}
}

func (s *session) alike(m []finger.Minutia, place uint32) bool {
	kept, err := finger.Decode(s.library[place])
	return err == nil && finger.Score(m, kept) >= finger.Alike
}

func (s *session) identify(uint32) reply {
	m, code := s.print()
	if code != 0 {
		return refuse(code)
	}
	return s.search(m)
}

func (s *session) search(m []finger.Minutia) reply {
	if len(s.library) == 0 {
		return refuse(emptyLibrary)
	}
	for place := range uint32(capacity) {
		if s.alike(m, place) {
			return reply{parameter: place}
		}
	}
	return refuse(notFound)
}

func (s *session) verifyTemplate(place uint32) reply {
	if code := s.checked(place); code != 0 {
		return refuse(code)
	}
	return reply{expect: func(data []byte) reply {
		m, err := finger.Decode(data)
		if err != nil || !s.alike(m, place) {
			return refuse(notVerified)
		}
		return reply{}
	}}
}

func (s *session) getTemplate(place uint32) reply {
	if code := s.checked(place); code != 0 {
		return refuse(code)
	}
	return reply{data: s.library[place]}
}

// setTemplate takes a template for a place; unless the upper half of the parameter
// says otherwise, the finger must not be in the library yet.
func (s *session) setTemplate(parameter uint32) reply {
	place, unchecked := parameter&0xFFFF, parameter>>16 != 0
	if place >= capacity {
		return refuse(badPlace)
	}
	return reply{expect: func(data []byte) reply {
		if m, err := finger.Decode(data); err == nil && !unchecked {
			if found := s.search(m); !found.refused {
				return refuse(found.parameter)
			}
		}
		s.library[place] = data
		return reply{}
	}}
}
