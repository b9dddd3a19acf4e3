package habits_test

import (
	"bytes"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"motcua/daemon/habits"
	"motcua/protocol/emrtd"
)

var atr = []byte{0x3B, 0x80, 0x80, 0x01, 0x01}

const reader = "ACS ACR1252 1S CL Reader [ACR1252 Reader PICC] 00 00"

// open opens a file and returns what was logged.
func open(t *testing.T, file string) (*habits.Store, *bytes.Buffer) {
	t.Helper()
	var log bytes.Buffer
	return habits.Open(file, slog.New(slog.NewTextHandler(&log, nil))), &log
}

func TestHabitsOutliveTheProgram(t *testing.T) {
	file := filepath.Join(t.TempDir(), "habits.json")
	s, _ := open(t, file)
	if got := s.Of(atr, reader); got != (emrtd.Habits{}) {
		t.Errorf("known from nowhere: %+v", got)
	}
	learned := emrtd.Habits{Chunk: 160, Limit: 223, NoSFI: true, Sign: "short"}
	s.Keep(atr, reader, learned)
	again, log := open(t, file)
	if got := again.Of(atr, reader); got != learned || log.Len() > 0 {
		t.Errorf("%+v after a restart, %s", got, log)
	}
	if got := again.Of(atr[:4], reader); got != (emrtd.Habits{}) {
		t.Errorf("another card has %+v", got)
	}
	if left, _ := filepath.Glob(filepath.Join(filepath.Dir(file), "*")); len(left) != 1 {
		t.Errorf("left behind: %v", left)
	}
}

// TestReadersOfOneMakeShareTheirHabits: slot and serial number make no
// difference, and no serial number is written down.
func TestReadersOfOneMakeShareTheirHabits(t *testing.T) {
	file := filepath.Join(t.TempDir(), "habits.json")
	s, _ := open(t, file)
	s.Keep(atr, "HID OMNIKEY 5422 [Contactless] (0990123456) 01 00", emrtd.Habits{Chunk: 1000})
	for name, want := range map[string]int{
		"HID OMNIKEY 5422 [Contactless] (0991111111) 00 00": 1000,
		"HID OMNIKEY 5422 [Contactless]":                    1000,
		"HID OMNIKEY 5422 [Contact] (0990123456) 01 00":     0,
		reader: 0,
	} {
		if got := s.Of(atr, name).Chunk; got != want {
			t.Errorf("%s: %d, want %d", name, got, want)
		}
	}
	if b, err := os.ReadFile(file); err != nil || strings.Contains(string(b), "0990123456") {
		t.Errorf("%v, the file holds a serial number", err)
	}
}

func TestWhatIsMetSeldomIsForgotten(t *testing.T) {
	s, _ := open(t, "")
	kind := func(i int) []byte { return []byte{0x3B, byte(i >> 8), byte(i)} }
	for i := range 400 {
		s.Keep(kind(i), reader, emrtd.Habits{Chunk: i + 1})
		s.Of(kind(0), reader) // met every day
	}
	for i, want := range map[int]int{0: 1, 1: 0, 200: 0, 201: 202, 399: 400} {
		if got := s.Of(kind(i), reader).Chunk; got != want {
			t.Errorf("kind %d: %d, want %d", i, got, want)
		}
	}
}

func TestDamageIsToldAndForgotten(t *testing.T) {
	long := `{"version":1,"cards":[` + strings.Repeat(" ", 1<<20) + `]}`
	for name, content := range map[string]string{
		"nothing": "", "no JSON": "{", "a torn write": `{"version":1,"cards":[{"atr":"3B`, "another version": `{"version":2,"cards":[]}`,
		"no answer to reset": `{"version":1,"cards":[{"atr":"","habits":{}}]}`,
		"no digits":          `{"version":1,"cards":[{"atr":"3Z","habits":{}}]}`,
		"a negative size":    `{"version":1,"cards":[{"atr":"3B","habits":{"chunk":-5}}]}`,
		"an absurd size":     `{"version":1,"cards":[{"atr":"3B","habits":{"chunk":99999999}}]}`,
		"an absurd word":     `{"version":1,"cards":[{"atr":"3B","habits":{"sign":"` + strings.Repeat("x", 100) + `"}}]}`,
		"far too long":       long,
	} {
		t.Run(name, func(t *testing.T) {
			file := filepath.Join(t.TempDir(), "habits.json")
			if err := os.WriteFile(file, []byte(content), 0o600); err != nil {
				t.Fatal(err)
			}
			s, log := open(t, file)
			if !strings.Contains(log.String(), "begun anew") {
				t.Errorf("nothing is said: %s", log)
			}
			s.Keep(atr, reader, emrtd.Habits{Chunk: 223})
			if again, log := open(t, file); again.Of(atr, reader).Chunk != 223 || log.Len() > 0 {
				t.Errorf("the file was not mended: %s", log)
			}
		})
	}
}

func TestADiskThatTakesNothingIsToldOnce(t *testing.T) {
	s, log := open(t, filepath.Join(t.TempDir(), "no such folder", "habits.json"))
	for i := range 3 {
		s.Keep(atr, reader, emrtd.Habits{Chunk: 100 + i})
	}
	if n := strings.Count(log.String(), "memory only"); n != 1 || s.Of(atr, reader).Chunk != 102 {
		t.Errorf("told %d times: %s", n, log)
	}
}

func TestOnlyNewsAreWritten(t *testing.T) {
	file := filepath.Join(t.TempDir(), "habits.json")
	s, _ := open(t, file)
	s.Keep(atr, reader, emrtd.Habits{Chunk: 223})
	if err := os.Remove(file); err != nil {
		t.Fatal(err)
	}
	s.Keep(atr, reader, emrtd.Habits{Chunk: 223})
	if _, err := os.Stat(file); err == nil {
		t.Error("the same was written twice")
	}
	s.Keep(nil, reader, emrtd.Habits{Chunk: 223})
	s.Keep(make([]byte, 34), reader, emrtd.Habits{Chunk: 223})
	if _, err := os.Stat(file); err == nil {
		t.Error("what is no answer to reset was written")
	}
}

func FuzzFile(f *testing.F) {
	f.Add([]byte(`{"version":1,"cards":[{"atr":"3b80","reader":"x","habits":{"chunk":223,"limit":256}}]}`))
	f.Add([]byte(`{"version":1}`))
	f.Fuzz(func(t *testing.T, b []byte) {
		file := filepath.Join(t.TempDir(), "habits.json")
		if err := os.WriteFile(file, b, 0o600); err != nil {
			t.Fatal(err)
		}
		s, _ := open(t, file)
		s.Keep(atr, reader, emrtd.Habits{Chunk: 223})
		if got := fmt.Sprint(s.Of(atr, reader).Chunk); got != "223" {
			t.Fatalf("kept %s", got)
		}
	})
}
