package signing

import (
	"motcua/protocol/gateway"
	"motcua/protocol/request"
)

// Reason is why something is refused, a stable word.
type Reason string

// Reasons. docs/linked.md has the table.
const (
	NoSuchTask     Reason = "no-such-task"     // or it is another facility's
	TakenByAnother Reason = "taken-by-another" // for a quarter of an hour at most
	NotTaken       Reason = "not-taken"        // or not any more
	AlreadySigned  Reason = "already-signed"
	AlreadyRefused Reason = "already-refused"
	SignerUnknown  Reason = "signer-unknown"    // nobody has registered the certificate
	SignerOther    Reason = "signer-other"      // it belongs to another officer
	SignerDistrust Reason = "signer-untrusted"  // it is not of the signers' authority, or for something else
	SignerTime     Reason = "signer-not-valid"  // its time is over, or has not begun
	SignatureTime  Reason = "signed-at-strange" // before the task was taken, or later than now
	SignatureBad   Reason = "signature-bad"     // not over this document by this key
)

// Reasons lists every reason.
func Reasons() []Reason {
	return []Reason{
		NoSuchTask, TakenByAnother, NotTaken, AlreadySigned, AlreadyRefused, SignerUnknown, SignerOther, SignerDistrust, SignerTime, SignatureTime, SignatureBad,
	}
}

// refused is the outcome for a reason.
func refused(why Reason) gateway.Outcome {
	return gateway.Outcome{Status: request.StatusRefused, Reason: string(why), Class: request.ClassReception, Codes: []string{string(why)}}
}
