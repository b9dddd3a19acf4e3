package model

import (
	"motcua/kiosk/text"
	"motcua/protocol/local"
)

// draftNotice says on the first question what came of the slip of a newborn's file; nil
// where none was scanned.
func (s *State) draftNotice(q local.Question) *Notice {
	switch {
	case q.Draft == "":
		return nil
	case q.Draft == local.DraftTaken:
		return &Notice{Good, IconCheck, s.lang().Say(text.DraftTaken)}
	}
	return &Notice{Care, IconCare, s.lang().Say(text.DraftNone)}
}
