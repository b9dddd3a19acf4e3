package habits

import (
	"encoding/hex"
	"log/slog"
	"regexp"
	"slices"
	"strings"
	"sync"

	"motcua/protocol/emrtd"
)

// maxEntries bounds what is remembered; what was not met for longest goes first.
const maxEntries = 200

// entry is what is known of one kind of card at one make of reader.
type entry struct {
	ATR    string       `json:"atr"` // hexadecimal
	Reader string       `json:"reader"`
	Habits emrtd.Habits `json:"habits"`
}

func (e entry) same(o entry) bool { return e.ATR == o.ATR && e.Reader == o.Reader }

// Store remembers habits. Its methods may be called from any goroutine.
type Store struct {
	file string
	log  *slog.Logger

	mu      sync.Mutex
	entries []entry // the one met last comes first
	failing bool    // the last attempt to save failed, and that was told
}

// Open reads what was learned before; an empty name keeps it in memory only. A
// file that cannot be read or makes no sense is told and begun anew: habits save
// time, and nothing else depends on them.
func Open(file string, log *slog.Logger) *Store {
	s := &Store{file: file, log: log}
	if file == "" {
		return s
	}
	entries, err := load(file)
	if err != nil {
		log.Warn("habits of cards: begun anew", "err", err)
	}
	s.entries = entries
	return s
}

// Of is what is known of cards with this answer to reset at this reader.
func (s *Store) Of(atr []byte, reader string) emrtd.Habits {
	s.mu.Lock()
	defer s.mu.Unlock()
	if i := s.find(atr, reader); i >= 0 {
		s.toFront(i)
		return s.entries[0].Habits
	}
	return emrtd.Habits{}
}

// Keep remembers what a reading taught. It writes to the disk when that is news,
// and tells when it cannot.
func (s *Store) Keep(atr []byte, reader string, h emrtd.Habits) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(atr) == 0 || len(atr) > maxATR {
		return
	}
	i := s.find(atr, reader)
	switch {
	case i < 0:
		s.entries = slices.Insert(s.entries, 0, entryOf(atr, reader))
		s.entries = s.entries[:min(len(s.entries), maxEntries)]
	default:
		s.toFront(i)
	}
	if s.entries[0].Habits == h {
		return
	}
	s.entries[0].Habits = h
	s.save()
}

func (s *Store) find(atr []byte, reader string) int {
	return slices.IndexFunc(s.entries, entryOf(atr, reader).same)
}

func (s *Store) toFront(i int) {
	e := s.entries[i]
	copy(s.entries[1:i+1], s.entries[:i])
	s.entries[0] = e
}

func (s *Store) save() {
	if s.file == "" {
		return
	}
	err := write(s.file, s.entries)
	if err != nil && !s.failing {
		s.log.Warn("habits of cards: kept in memory only", "err", err)
	}
	s.failing = err != nil
}

func entryOf(atr []byte, reader string) entry {
	return entry{ATR: hex.EncodeToString(atr), Reader: makeOf(reader)}
}

// maxATR is the longest answer to reset (ISO/IEC 7816-3, 8.2.1).
const maxATR = 33

var (
	slots   = regexp.MustCompile(`( [0-9A-F]{2}){1,2}$`) // slot numbers at the end
	serials = regexp.MustCompile(`\([^)]*\)`)            // a serial number
)

// makeOf is the reader's name without what tells one from another of its make.
func makeOf(reader string) string {
	name := serials.ReplaceAllString(reader, "")
	return strings.Join(strings.Fields(slots.ReplaceAllString(name, "")), " ")
}
