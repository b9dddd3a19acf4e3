package request

// TypeHello is the type of a [Hello].
const TypeHello = "hello"

// Bounds of a Hello and a Welcome.
const (
	MaxOpen     = 64 // open envelopes that one Hello asks for
	MaxNonces   = 64 // nonces that one Welcome brings
	nonceSize   = 16
	maxNonceAge = 31 * 24 * 3600 * 1000 // longest life of a nonce in milliseconds
)

// Hello is what a device says after it has connected, signed by its key: which
// of its envelopes have no receipt here yet, and what it needs. The centre sends
// those receipts and results again and answers with a [Welcome].
type Hello struct {
	V      uint   `cbor:"v"`
	Type   string `cbor:"type"` // [TypeHello]
	ID     ID     `cbor:"id"`   // fresh for every Hello
	Device string `cbor:"device"`
	At     int64  `cbor:"at"` // the kiosk's clock, unix milliseconds
	// Last is the highest seq that the device has given out, 0 for none. Head is
	// the digest of that envelope.
	Last uint64 `cbor:"last"`
	Head Digest `cbor:"head"`
	// Open are seqs without a receipt, ascending, the oldest first; at most
	// [MaxOpen]. Those that the centre does not have are sent again anyway.
	Open []uint64 `cbor:"open,omitempty"`
	// Nonces is how many nonces for openings of visits are wanted.
	Nonces uint8 `cbor:"nonces"`
	// Leases are blocks of numbers that are wanted, at most [MaxLeases].
	Leases []LeaseWish `cbor:"leases,omitempty"`
	// Returns are numbers of past days that nobody has got, at most [MaxReturns]. The
	// Welcome says that they were taken back.
	Returns []LeaseReturn `cbor:"returns,omitempty"`
}

// Welcome is the centre's answer to a [Hello], signed as receipts are.
type Welcome struct {
	V      uint   `cbor:"v"`
	Re     ID     `cbor:"re"` // the Hello
	Device string `cbor:"device"`
	// At is the centre's clock when the Hello came; half of the time between
	// Hello and Welcome is the uncertainty of the device's clock afterwards.
	At         int64  `cbor:"at"`
	Contiguous uint64 `cbor:"contiguous"` // as in receipts
	ChainHead  Digest `cbor:"chain_head"`
	// Nonces may each be used in one [Opening] until NoncesUntil. The centre knows
	// when it gave them out, which dates an opening from below.
	Nonces      [][]byte `cbor:"nonces,omitempty"`
	NoncesUntil int64    `cbor:"nonces_until,omitempty"`
	RetryAfter  uint32   `cbor:"retry_after,omitempty"` // seconds; the centre asks for fewer messages
	// AuditSize and AuditRoot are the newest [Checkpoint] of the device that the
	// centre holds; absent when it holds none.
	AuditSize uint64  `cbor:"audit_size,omitempty"`
	AuditRoot *Digest `cbor:"audit_root,omitempty"`
	// Leases are those that were wished for and could be given.
	Leases []Lease `cbor:"leases,omitempty"`
}

// Validate checks every field against its bounds.
func (h Hello) Validate() error {
	err := first(
		version(h.V),
		check(h.Type == TypeHello, "type", TypeHello),
		check(h.ID.valid(), "id", "a UUIDv7"),
		name("device", h.Device), instant("at", h.At),
		check(h.Last < 1<<62, "last", "a sequence number"),
		check(h.Last > 0 || h.Head == Digest{}, "head", "zero while nothing was sent"),
		check(len(h.Open) <= MaxOpen, "open", "at most 64 entries"),
		check(h.Nonces <= MaxNonces, "nonces", "at most 64"),
		each("leases", h.Leases, MaxLeases), each("returns", h.Returns, MaxReturns),
	)
	for i, seq := range h.Open {
		err = first(err, check(seq > 0 && seq <= h.Last && (i == 0 || seq > h.Open[i-1]), "open", "ascending, up to last"))
	}
	return err
}

// Validate checks every field against its bounds.
func (w Welcome) Validate() error {
	err := first(
		version(w.V),
		check(w.Re.valid(), "re", "a UUIDv7"),
		name("device", w.Device), instant("at", w.At),
		check(w.Contiguous < 1<<62, "contiguous", "a sequence number"),
		check(w.Contiguous > 0 || w.ChainHead == Digest{}, "chain_head", "zero while nothing has come"),
		check(len(w.Nonces) <= MaxNonces, "nonces", "at most 64 entries"),
		check(w.RetryAfter <= maxRetryAfter, "retry_after", "at most a day"),
		check(w.AuditSize < 1<<62 && (w.AuditSize > 0) == (w.AuditRoot != nil), "audit_size", "a number of entries, with audit_root"),
		each("leases", w.Leases, MaxLeases),
	)
	if len(w.Nonces) > 0 {
		life := w.NoncesUntil - w.At
		err = first(err, instant("nonces_until", w.NoncesUntil), check(life > 0 && life <= maxNonceAge, "nonces_until", "at most 31 days away"))
	} else {
		err = first(err, check(w.NoncesUntil == 0, "nonces_until", "absent without nonces"))
	}
	for _, n := range w.Nonces {
		err = first(err, size("nonces", n, nonceSize, nonceSize))
	}
	return err
}
