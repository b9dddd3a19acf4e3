package envelope

import "motcua/protocol/request"

// Limits, in bytes, of what is looked at before any signature is checked.
const (
	MaxEnvelope    = 96 << 10
	MaxReceipt     = 16 << 10
	MaxResult      = 32 << 10
	MaxHello       = 16 << 10
	MaxWelcome     = 16 << 10
	MaxCheckpoint  = 16 << 10
	MaxRevocation  = 529 << 10 // with a chain of the longest
	MaxExport      = 1<<20 + 16<<10
	MaxCertificate = 4 << 10
	MaxChain       = 4 // certificates, the signer's first, the root left out

	maxPayload = request.MaxOuter + request.MaxInner + 4<<10
)

// Content types, in the protected header of each message.
const (
	TypeRequest = "application/vnd.motcua.request+cbor"
	TypeReceipt = "application/vnd.motcua.receipt+cbor"
	TypeResult  = "application/vnd.motcua.result+cbor"

	TypeHello      = "application/vnd.motcua.hello+cbor"
	TypeWelcome    = "application/vnd.motcua.welcome+cbor"
	TypeCheckpoint = "application/vnd.motcua.checkpoint+cbor"
	TypeRevocation = "application/vnd.motcua.revocation+cbor"
	TypeExport     = "application/vnd.motcua.export+cbor"
)
