package request

// Limits, in bytes, of the encoded messages. They bound what a decoder looks at.
const (
	MaxOuter   = 1 << 10
	MaxInner   = 64 << 10
	MaxForm    = 8 << 10
	MaxOpening = 512
	MaxReceipt = 1 << 10
	MaxResult  = 16 << 10
	MaxAnswer  = 8 << 10

	MaxHello      = 1 << 10
	MaxWelcome    = 4 << 10
	MaxCheckpoint = 4 << 10
	MaxRevocation = MaxRevoked*16 + 128
	MaxExport     = 1 << 20

	MaxCheckpoints = 32 << 20
)

// Limits of single fields.
const (
	maxName       = 32  // device, facility, province, service, ids of the catalogue
	maxVisit      = 64  // name of a visit
	maxWord       = 64  // words of the protocol: purposes, reasons, codes, readers
	maxText       = 200 // names of people and places
	maxSOD        = 16384
	maxSignature  = 1024 // RSA-8192
	maxGroup      = 4096 // EF.DG15
	maxHash       = 64   // SHA-512
	maxDG1        = 128  // EF.DG1: 95 bytes of a card
	maxReplyKey   = 1216 // MLKEM768-X25519 public key
	maxList       = 32
	maxRetryAfter = 86400                       // seconds
	maxOffset     = 10 * 365 * 24 * 3600 * 1000 // ten years in milliseconds
)

// DecodeOuter reads the canonical bytes of an Outer.
func DecodeOuter(b []byte) (Outer, error) { return Decode[Outer](b, MaxOuter) }

// DecodeInner reads the canonical bytes of an Inner.
func DecodeInner(b []byte) (Inner, error) { return Decode[Inner](b, MaxInner) }

// DecodeOpening reads the canonical bytes of an Opening.
func DecodeOpening(b []byte) (Opening, error) { return Decode[Opening](b, MaxOpening) }

// DecodeCheckIn reads the canonical bytes of the form of H01.
func DecodeCheckIn(b []byte) (CheckIn, error) { return Decode[CheckIn](b, MaxForm) }

// DecodeCardValidity reads the canonical bytes of the form of H09.
func DecodeCardValidity(b []byte) (CardValidity, error) { return Decode[CardValidity](b, MaxForm) }

// DecodeReceipt reads the canonical bytes of a Receipt.
func DecodeReceipt(b []byte) (Receipt, error) { return Decode[Receipt](b, MaxReceipt) }

// DecodeResult reads the canonical bytes of a Result.
func DecodeResult(b []byte) (Result, error) { return Decode[Result](b, MaxResult) }

// DecodeAnswer reads the canonical bytes of an Answer.
func DecodeAnswer(b []byte) (Answer, error) { return Decode[Answer](b, MaxAnswer) }

// DecodeHello reads the canonical bytes of a Hello.
func DecodeHello(b []byte) (Hello, error) { return Decode[Hello](b, MaxHello) }

// DecodeWelcome reads the canonical bytes of a Welcome.
func DecodeWelcome(b []byte) (Welcome, error) { return Decode[Welcome](b, MaxWelcome) }

// DecodeCheckpoint reads the canonical bytes of a Checkpoint.
func DecodeCheckpoint(b []byte) (Checkpoint, error) { return Decode[Checkpoint](b, MaxCheckpoint) }

// DecodeExport reads the canonical bytes of an Export.
func DecodeExport(b []byte) (Export, error) { return Decode[Export](b, MaxExport) }

// DecodeCheckpoints reads the canonical bytes of Checkpoints.
func DecodeCheckpoints(b []byte) (Checkpoints, error) {
	return Decode[Checkpoints](b, MaxCheckpoints)
}

// DecodeRevocation reads the canonical bytes of a Revocation.
func DecodeRevocation(b []byte) (Revocation, error) { return Decode[Revocation](b, MaxRevocation) }
