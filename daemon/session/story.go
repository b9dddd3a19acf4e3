package session

import "time"

// story writes one line of what happens in a visit, with the time since the card
// was seen. Attributes hold verdicts, counts and ids, never anything about the
// person.
func (s *Session) story(event string, attrs ...any) {
	v := s.visit
	if v == nil {
		return
	}
	line := []any{"visit", v.id, "event", event}
	if !v.seenAt.IsZero() {
		line = append(line, "ms", time.Since(v.seenAt).Milliseconds())
	}
	s.log.Info("story", append(line, attrs...)...)
}
