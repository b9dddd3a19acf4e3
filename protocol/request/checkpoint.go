package request

// TypeCheckpoint is the type of a [Checkpoint].
const TypeCheckpoint = "checkpoint"

// maxProof is the longest consistency proof: two hashes for each level of a tree
// of 2^63 entries would be 126, one path needs no more than 64.
const maxProof = 64

// Checkpoint is the signed head of a device's audit log: the root of a Merkle
// tree (RFC 6962, 2.1) over its entries. Whoever holds two checkpoints of a log
// can be shown that the later one continues the earlier one.
type Checkpoint struct {
	V      uint   `cbor:"v"`
	Type   string `cbor:"type"` // [TypeCheckpoint]
	Device string `cbor:"device"`
	Log    ID     `cbor:"log"`  // of this log; a new one begins when a kiosk is provisioned anew
	Size   uint64 `cbor:"size"` // entries
	Root   Digest `cbor:"root"`
	At     int64  `cbor:"at"` // the kiosk's clock, unix milliseconds
	// From is the size of the checkpoint that the centre had last, and Proof shows
	// that this one continues it (RFC 6962, 2.1.2). 0 and empty for the first.
	From  uint64   `cbor:"from"`
	Proof []Digest `cbor:"proof,omitempty"`
	// Seq and Head are the device's last envelope, so that queue and log vouch for
	// each other.
	Seq  uint64 `cbor:"seq"`
	Head Digest `cbor:"head"`
	// Prev is the log that this one took the place of; nil for a device's first.
	Prev *Link `cbor:"prev,omitempty"`
}

// Link names a log by the last checkpoint of it that its device still has.
type Link struct {
	Log  ID     `cbor:"log" json:"log"`
	Size uint64 `cbor:"size" json:"size"`
	Root Digest `cbor:"root" json:"root"`
}

func (l *Link) validate(of ID) error {
	if l == nil {
		return nil
	}
	return first(
		check(l.Log.valid() && l.Log != of, "prev.log", "a UUIDv7 of another log"),
		check(l.Size < 1<<62, "prev.size", "a number of entries"),
	)
}

// Validate checks every field against its bounds.
func (c Checkpoint) Validate() error {
	return first(
		version(c.V),
		check(c.Type == TypeCheckpoint, "type", TypeCheckpoint),
		name("device", c.Device), check(c.Log.valid(), "log", "a UUIDv7"),
		check(c.Size < 1<<62, "size", "a number of entries"),
		check(c.From <= c.Size, "from", "at most size"),
		instant("at", c.At),
		check(len(c.Proof) <= maxProof, "proof", "at most 64 hashes"),
		check(c.From > 0 && c.From < c.Size || len(c.Proof) == 0, "proof", "only between two sizes"),
		check(c.Seq < 1<<62, "seq", "a sequence number"),
		check(c.Seq > 0 || c.Head == Digest{}, "head", "zero while nothing was sent"),
		c.Prev.validate(c.Log),
	)
}
