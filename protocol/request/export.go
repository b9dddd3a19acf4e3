package request

// TypeExport is the type of an [Export].
const TypeExport = "export"

// MaxExported is the most requests that one [Export] lists.
const MaxExported = 16_384

// MaxLeaves is the most entries of an audit log whose hashes may be carried: years
// of a busy kiosk.
const MaxLeaves = 1 << 21

// Export is the index of what is carried to the centre by hand, signed by the
// device: it tells a folder that is complete from one in which something is
// missing. Requests and audit log prove themselves, with or without it.
type Export struct {
	V      uint   `cbor:"v"`
	Type   string `cbor:"type"` // [TypeExport]
	ID     ID     `cbor:"id"`   // fresh for every export
	Device string `cbor:"device"`
	At     int64  `cbor:"at"` // the kiosk's clock, unix milliseconds
	// Last is the highest seq that the device has given out, and Head the digest of
	// that envelope.
	Last  uint64     `cbor:"last"`
	Head  Digest     `cbor:"head"`
	Items []Exported `cbor:"items,omitempty"` // by seq
	// Audit is the device's audit log; nil when that is not carried.
	Audit *ExportedLog `cbor:"audit,omitempty"`
}

// Exported is one request of an [Export].
type Exported struct {
	Seq    uint64 `cbor:"seq"`
	Digest Digest `cbor:"digest"` // of its envelope
}

// ExportedLog is the audit log of an [Export], named by its newest checkpoint. The
// file of hashes leads to the root.
type ExportedLog struct {
	Log         ID     `cbor:"log"`
	Size        uint64 `cbor:"size"`
	Root        Digest `cbor:"root"`
	Checkpoints Digest `cbor:"checkpoints"` // of the file of [Checkpoints]
}

// TypeCheckpoints is the type of [Checkpoints].
const TypeCheckpoints = "checkpoints"

// Checkpoints are those of a device's audit log, each signed as it is sent on
// up/audit, the smallest first.
type Checkpoints struct {
	V      uint     `cbor:"v"`
	Type   string   `cbor:"type"` // [TypeCheckpoints]
	Signed [][]byte `cbor:"signed"`
}

// Validate checks every field against its bounds; who signed is not looked at.
func (c Checkpoints) Validate() error {
	return first(
		check(c.V == Version, "v", "version 1"),
		check(c.Type == TypeCheckpoints, "type", TypeCheckpoints),
		check(len(c.Signed) > 0 && len(c.Signed) <= MaxExported, "signed", "1 to 16384 checkpoints"),
	)
}

// Validate checks every field against its bounds.
func (e Export) Validate() error {
	err := first(
		version(e.V),
		check(e.Type == TypeExport, "type", TypeExport),
		check(e.ID.valid(), "id", "a UUIDv7"),
		name("device", e.Device), instant("at", e.At),
		check(e.Last < 1<<62, "last", "a sequence number"),
		check(e.Last > 0 || e.Head == Digest{}, "head", "zero while nothing was saved"),
		check(len(e.Items) <= MaxExported, "items", "at most 16384 entries"),
	)
	if a := e.Audit; a != nil {
		err = first(err, check(a.Log.valid(), "audit.log", "a UUIDv7"), check(a.Size > 0 && a.Size <= MaxLeaves, "audit.size", "1 to 2097152 entries"))
	}
	for i, it := range e.Items {
		err = first(err, check(it.Seq > 0 && it.Seq <= e.Last && (i == 0 || it.Seq > e.Items[i-1].Seq), "items", "ascending, up to last"))
	}
	return err
}
