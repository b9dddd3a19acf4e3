package request

// TypeExport is the type of an [Export].
const TypeExport = "export"

// MaxExported is the most requests that one [Export] lists.
const MaxExported = 16_384

// Export is the index of requests that are carried to the centre by hand, signed
// by the device: it tells a folder that is complete from one in which something
// is missing. Each request proves itself, with or without it.
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
}

// Exported is one request of an [Export].
type Exported struct {
	Seq    uint64 `cbor:"seq"`
	Digest Digest `cbor:"digest"` // of its envelope
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
	for i, it := range e.Items {
		err = first(err, check(it.Seq > 0 && it.Seq <= e.Last && (i == 0 || it.Seq > e.Items[i-1].Seq), "items", "ascending, up to last"))
	}
	return err
}
