package emrtd

import (
	"io"
	"log/slog"
	"time"

	"motcua/protocol/mrz"
	"motcua/protocol/pki"
)

// Options say how to read a card.
type Options struct {
	Key Key
	// Challenge is what the chip signs in active authentication. The caller
	// binds it to the visit.
	Challenge [8]byte
	// Photo asks for DG2 too, after everything else.
	Photo bool
	// Anchors are the trusted authorities; with none a card is never genuine.
	Anchors pki.Anchors
	// Now is the time of reading, against which certificates are checked.
	Now time.Time
	// Rand is the source of nonces and ephemeral keys.
	Rand io.Reader
	// Chunk is the most data bytes wanted per READ BINARY; 0 is the most that a
	// short answer carries (223 with AES, 231 with 3DES), more than 256 asks for
	// extended length, which reader and card must both know.
	Chunk int
	// Progress, when set, is called as reading goes on, from the caller's
	// goroutine.
	Progress func(Progress)
}

// Stage is a part of reading a card.
type Stage string

// Stages, in order.
const (
	StageOpening   Stage = "opening"   // agreeing on keys with the chip
	StageIdentity  Stage = "identity"  // EF.SOD, DG1, DG13
	StageVerifying Stage = "verifying" // chip proof, signatures
	StagePhoto     Stage = "photo"     // DG2
)

// Progress tells how far reading has come.
type Progress struct {
	Stage Stage
	// Bytes have been read of the file under way, of Total; both 0 at the start
	// of a stage.
	Bytes, Total int
	// Document is set once, as soon as DG1 and DG13 are there: a copy, not yet
	// verified.
	Document *Document
}

// How the chip was opened.
const (
	AccessPACECAN = "PACE-CAN"
	AccessPACEMRZ = "PACE-MRZ"
	AccessBAC     = "BAC"
)

// Document is what was read from a card.
type Document struct {
	Access string // AccessPACECAN, AccessPACEMRZ or AccessBAC; "" while not opened
	// Files as they stand on the chip, nil when absent or not read. DG14 is read
	// where the chip's proof needs it.
	SOD, DG1, DG2, DG13, DG14, DG15, CardAccess []byte
	// MRZ is what DG1 says, zero when DG1 holds no machine readable zone.
	MRZ mrz.Document
	// ActiveAuth is nil when the chip has no key for it, or gave no answer.
	ActiveAuth *ActiveAuth
	Trust      Verification
	// ReadAt is the time of reading, Options.Now.
	ReadAt time.Time
	Stats  Stats
}

// Stats is what reading cost. Bytes are those of the APDUs.
type Stats struct{ APDUs, BytesOut, BytesIn int }

// LogValue keeps a person out of the logs and tells the rest.
func (d *Document) LogValue() slog.Value {
	if d == nil {
		return slog.StringValue("none")
	}
	return slog.GroupValue(
		slog.String("access", d.Access), slog.String("verdict", string(d.Trust.Verdict)), slog.Int("apdus", d.Stats.APDUs),
	)
}

// String keeps a person out of messages.
func (d *Document) String() string { return "[document]" }

// GoString keeps a person out of %#v.
func (d *Document) GoString() string { return "[document]" }
