package lds

import (
	"errors"
	"log/slog"
	"maps"
	"slices"

	"motcua/protocol/mrz"
)

// Contents is what the data groups of one card say: nil or zero for those that
// were not read. DG13 to DG15 are read elsewhere.
type Contents struct {
	Zone       *mrz.Document    // DG1
	Face       *DG2             // DG2
	Fingers    []Biometric      // DG3
	Irises     []Biometric      // DG4
	Portraits  [][]byte         // DG5
	Signatures [][]byte         // DG7
	Features   map[int]Features // DG6, DG8 to DG10
	Personal   *PersonalDetails // DG11
	Document   *DocumentDetails // DG12
	Contacts   []Contact        // DG16
	Malformed  []int            // groups that are not built as they must be
}

// ReadGroups reads every data group that is there, by number. What one of them
// holds says nothing about whether it is genuine.
func ReadGroups(groups map[int][]byte) Contents {
	var c Contents
	for _, n := range slices.Sorted(maps.Keys(groups)) {
		if err := c.readGroup(n, groups[n]); err != nil {
			c.Malformed = append(c.Malformed, n)
		}
	}
	return c
}

func (c *Contents) readGroup(n int, b []byte) (err error) {
	switch n {
	case 1:
		err = keep(&c.Zone, b, ParseDG1)
		if _, digits := errors.AsType[*mrz.CheckError](err); digits {
			err = nil
		}
	case 2:
		err = keep(&c.Face, b, ParseDG2)
	case 3:
		c.Fingers, err = ParseDG3(b)
	case 4:
		c.Irises, err = ParseDG4(b)
	case 5:
		c.Portraits, err = ParseDG5(b)
	case 6, 8, 9, 10:
		var f Features
		if f, err = ParseFeatures(b, n); err == nil {
			if c.Features == nil {
				c.Features = map[int]Features{}
			}
			c.Features[n] = f
		}
	case 7:
		c.Signatures, err = ParseDG7(b)
	case 11:
		err = keep(&c.Personal, b, ParseDG11)
	case 12:
		err = keep(&c.Document, b, ParseDG12)
	case 16:
		c.Contacts, err = ParseDG16(b)
	}
	return err
}

// keep stores what was parsed, also a zone whose check digits do not fit.
func keep[T any](to **T, b []byte, parse func([]byte) (T, error)) error {
	v, err := parse(b)
	if _, digits := errors.AsType[*mrz.CheckError](err); err == nil || digits {
		*to = &v
	}
	return err
}

// LogValue keeps a person out of the logs.
func (Contents) LogValue() slog.Value { return slog.StringValue("[contents]") }

// String keeps a person out of messages.
func (Contents) String() string { return "[contents]" }

// GoString keeps a person out of %#v.
func (Contents) GoString() string { return "[contents]" }
