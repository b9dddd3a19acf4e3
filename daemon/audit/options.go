package audit

import (
	"crypto/rand"
	"io"
	"log/slog"
	"os"
	"time"

	"motcua/protocol/request"
)

// Options say whose log it is. Device, Sign, Verify and Position are required.
type Options struct {
	Device string
	// Sign signs with the device's key, Verify takes what it has signed.
	Sign   func(request.Checkpoint) ([]byte, error)
	Verify func([]byte) (request.Checkpoint, error)
	// Position is the device's last envelope.
	Position func() (seq uint64, head request.Digest, err error)

	// Every and Entries say when the log's head is signed: after that time, or that
	// many entries, whichever comes first; 5 minutes and 256.
	Every   time.Duration
	Entries int
	// Segment is how many entries a segment holds, 4,096.
	Segment int
	// Keep is how long entries are kept at least, 400 days; their hashes stay.
	Keep time.Duration

	Now  func() time.Time
	Rand io.Reader
	Log  *slog.Logger

	sync func(*os.File) error // tests let it fail
}

// lazily is how long an entry for which nobody waits may wait for the disk.
const lazily = time.Second

func (o Options) withDefaults() Options {
	if o.Every <= 0 {
		o.Every = 5 * time.Minute
	}
	if o.Entries <= 0 {
		o.Entries = 256
	}
	if o.Segment <= 0 {
		o.Segment = 4096
	}
	if o.Keep <= 0 {
		o.Keep = 400 * 24 * time.Hour
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Rand == nil {
		o.Rand = rand.Reader
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	if o.sync == nil {
		o.sync = syncData
	}
	return o
}
