package request

// Version is the version of every message in this package.
const Version = 1

// TypeRequest is the type of an upstream message that asks for a service.
const TypeRequest = "request"

// Outer is the part of a request that travels in clear: enough to route it and
// to refuse replays, and nothing about a person.
type Outer struct {
	V        uint   `cbor:"v"`        // [Version]
	ID       ID     `cbor:"id"`       // UUIDv7, durable on the kiosk before the first send
	Type     string `cbor:"type"`     // [TypeRequest]
	Service  string `cbor:"service"`  // id of the catalogue, such as H01
	Seq      uint64 `cbor:"seq"`      // counts the device's envelopes from 1, without gaps
	Prev     Digest `cbor:"prev"`     // digest of the device's envelope before, zero for the first
	Device   string `cbor:"device"`   // CN of the device certificate
	Facility string `cbor:"facility"` // O of the device certificate
	Province string `cbor:"province"` // ST of the device certificate
	// CreatedAt and ExpiresAt are unix milliseconds by the kiosk's clock, whose
	// worth Clock tells.
	CreatedAt int64 `cbor:"created_at"`
	ExpiresAt int64 `cbor:"expires_at"`
	Clock     Clock `cbor:"clock"`
	Priority  uint8 `cbor:"priority"` // 0..3, 0 is sent first
	// Protection says where the device key lives.
	Protection Protection `cbor:"protection"`
}

// Clock says how far the kiosk trusts its own clock.
type Clock struct {
	Trust    ClockTrust `cbor:"trust"`
	OffsetMS int64      `cbor:"offset_ms"` // last known difference to the centre's clock, centre minus kiosk
}

// ClockTrust is the source that last set the clock.
type ClockTrust string

// Sources of time, best first.
const (
	ClockSynced ClockTrust = "synced" // set from the centre or a time server within a day
	ClockHeld   ClockTrust = "held"   // was set, has run by itself since
	ClockUnset  ClockTrust = "unset"  // never set since power came on
)

// Protection is the place where a device key lives.
type Protection string

// Places of a key.
const (
	ProtectionFile Protection = "file" // a file: whoever copies the disk has it
	ProtectionTPM  Protection = "tpm"
	ProtectionSE   Protection = "se" // secure element
)
