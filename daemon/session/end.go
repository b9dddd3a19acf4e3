package session

import "time"

// end ends the visit: everything about the person goes, and the kiosk is as
// before them. A card that still lies there has had its visit.
func (s *Session) end(why Event) {
	v := s.visit
	if v == nil {
		return
	}
	s.cfg.Meter.Ended(v.came())
	s.note(Note{About: AboutVisit, Outcome: "ended", Reasons: []string{"request-" + v.came()}})
	s.story("end", "why", string(why))
	v.cancel()
	if v.insurer.timer != nil {
		v.insurer.timer.Stop()
	}
	v.lookup.stop()
	v.office.end()
	v.chip.wipe()
	v.dropOther()
	v.form.forget()
	*v = visit{id: v.id, ctx: v.ctx}
	s.visit = nil
	s.idleAt, s.endAt = time.Time{}, time.Time{}
	s.wake()
}
