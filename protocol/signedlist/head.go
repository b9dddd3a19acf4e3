package signedlist

import (
	"fmt"
	"time"
)

// Head is what every list says of itself.
type Head struct {
	// Serial grows with every list of its kind; 1 is the first.
	Serial uint64
	// Issued and Expires bound the list's use, in whole seconds.
	Issued, Expires time.Time
}

// ValidAt fails with [ErrTime] outside the time for which the list was issued.
func (h Head) ValidAt(now time.Time) error {
	switch {
	case now.Before(h.Issued):
		return fmt.Errorf("%w: it was issued for %s and later", ErrTime, h.Issued.UTC().Format(time.DateTime))
	case now.After(h.Expires):
		return fmt.Errorf("%w: it ended on %s", ErrTime, h.Expires.UTC().Format(time.DateTime))
	}
	return nil
}

// Preamble is [Head] as it travels: the first four fields of every payload. A
// payload embeds it.
type Preamble struct {
	Version uint64 `cbor:"1,keyasint"`
	Serial  uint64 `cbor:"2,keyasint"`
	Issued  int64  `cbor:"3,keyasint"` // seconds since 1970
	Expires int64  `cbor:"4,keyasint"`
}

const (
	maxSerial = 1<<53 - 1
	// maxTime is the last second of the year 9999.
	maxTime = 253402300799
)

// Preamble writes a head.
func (h Head) Preamble(version uint64) Preamble {
	return Preamble{Version: version, Serial: h.Serial, Issued: h.Issued.Unix(), Expires: h.Expires.Unix()}
}

// Head reads what [Head.Preamble] wrote.
func (p Preamble) Head() Head {
	return Head{Serial: p.Serial, Issued: time.Unix(p.Issued, 0).UTC(), Expires: time.Unix(p.Expires, 0).UTC()}
}

// Fault says what is outside its bounds, "" when nothing is.
func (p Preamble) Fault() string {
	switch {
	case p.Serial < 1 || p.Serial > maxSerial:
		return fmt.Sprintf("serial %d", p.Serial)
	case p.Issued < 0 || p.Expires > maxTime || p.Expires <= p.Issued:
		return "times that leave no time"
	}
	return ""
}
