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
	// Groups are other data groups wanted. Each is read when the card lists it;
	// DG3 and DG4 only with Inspection.
	Groups []int
	// Anchors are the trusted authorities; with none a card is never genuine.
	Anchors pki.Anchors
	// Now is the time of reading, against which certificates are checked.
	Now time.Time
	// Rand is the source of nonces and ephemeral keys.
	Rand io.Reader
	// MaxChunk is the most data bytes per READ BINARY that the reader takes; see
	// [ChunkFor]. 0 is the most that a short answer carries (223 with AES, 231
	// with 3DES); more than 256 means that the reader knows extended length,
	// which is used once the card is known to take it too.
	MaxChunk int
	// Habits are what was learned of such cards before.
	Habits Habits
	// Inspection is the right to read fingerprints; nil: none.
	Inspection Inspection
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
	StageGroups    Stage = "groups"    // other data groups that were asked for
	// StageInspection is terminal authentication with DG3 and DG4.
	StageInspection Stage = "inspection"
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
	// Face is set once, when DG2 is there and a good signature covers it: the
	// picture can be decoded while reading goes on.
	Face *SignedFace
}

// How the chip was opened.
const (
	AccessPACECAN = "PACE-CAN"
	AccessPACEMRZ = "PACE-MRZ"
	AccessPACEPIN = "PACE-PIN"
	AccessPACEPUK = "PACE-PUK"
	AccessBAC     = "BAC"
)

// Document is what was read from a card.
type Document struct {
	Access string // one of the Access names; "" while not opened
	// Channel says how the chip was opened and, after a plus sign, by which key
	// agreement its exchanges are protected since then, such as
	// "PACE-ECDH-GM AES-128 brainpoolP256r1 + CA-ECDH AES-128 brainpoolP256r1";
	// "" while not opened.
	Channel string
	// Groups are the data groups that were read, by number, as they stand on the
	// chip. DG14 is read where the chip's proof needs it.
	Groups map[int][]byte
	// Other files as they stand on the chip, nil when absent or not read.
	SOD, COM, CardAccess, CardSecurity, ATRInfo []byte
	// MRZ is what DG1 says, zero when DG1 holds no machine readable zone.
	MRZ mrz.Document
	// ActiveAuth is nil when the chip has no key for it, or gave no answer.
	ActiveAuth *ActiveAuth
	// TerminalAuth is nil when nothing restricted was asked for.
	TerminalAuth *TerminalAuth
	Trust        Verification
	// ReadAt is the time of reading, Options.Now.
	ReadAt time.Time
	Stats  Stats
	// Habits are Options.Habits and what this reading taught, to be kept for
	// cards with the same answer to reset.
	Habits Habits
}

// DG is data group n as it stands on the chip, nil when it was not read.
func (d *Document) DG(n int) []byte { return d.Groups[n] }

// Wipe overwrites every file, also for whoever shares it.
func (d *Document) Wipe() {
	if d == nil {
		return
	}
	for _, b := range d.Groups {
		clear(b)
	}
	for _, b := range [][]byte{d.SOD, d.COM, d.CardAccess, d.CardSecurity, d.ATRInfo} {
		clear(b)
	}
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
