package emrtd

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"motcua/protocol/apdu"
)

// Inspection is a terminal's right to read what ordinary terminals may not:
// fingerprints and irises, by terminal authentication version 1 (TR-03110 part
// 1, 3.5; Doc 9303 part 11, 7.1). The private key stays behind it, so that a
// secure access module can hold it.
//
// An error of either method means that nothing restricted is read; it is a
// note in the verification, unless it is the context's. The bytes that are
// given to the methods may be kept.
type Inspection interface {
	// Chain returns card verifiable certificates, each a whole data object 7F21,
	// that lead from a trust point of the chip to the terminal's own
	// certificate, in the order in which the chip verifies them. The trust
	// points are given by the references in EF.CVCA, the current one first.
	Chain(ctx context.Context, trustPoints [][]byte) ([][]byte, error)
	// Sign signs msg, which is not hashed yet, by the algorithm that the
	// terminal's certificate names: r||s of equal width, or an RSA signature.
	Sign(ctx context.Context, msg []byte) ([]byte, error)
}

// Refusal is why something restricted was not read. The names are stable.
type Refusal string

// Refusals, in the order of the steps.
const (
	RefusalForged      Refusal = "forged"              // the card is: nothing restricted is asked of it
	RefusalNoAgreement Refusal = "no-agreement"        // no chip authentication, which rights are bound to
	RefusalTrustPoints Refusal = "no-trust-points"     // the chip does not tell in EF.CVCA whom it trusts
	RefusalChain       Refusal = "no-chain"            // the terminal has no certificates for its trust points
	RefusalIssuer      Refusal = "issuer-unknown"      // the chip does not know who signed a certificate
	RefusalExpired     Refusal = "certificate-expired" // the chip refused a certificate that has expired
	RefusalCertificate Refusal = "certificate-refused" // the chip refused one for a reason of its own
	RefusalKey         Refusal = "key-refused"         // the chip does not take the terminal's key
	RefusalSigner      Refusal = "not-signed"          // the terminal's key did not sign
	RefusalSignature   Refusal = "signature-refused"   // the chip did not accept the signature
	RefusalRights      Refusal = "not-granted"         // the certificates do not cover a data group
	RefusalChannel     Refusal = "channel-lost"        // the chip left secure messaging
)

// TerminalAuth is what became of terminal authentication. It tells nothing about
// the person.
type TerminalAuth struct {
	// TrustPoints are the references in EF.CVCA, Holder that of the terminal's
	// certificate.
	TrustPoints []string
	Holder      string
	// Accepted: the chip took certificates and signature.
	Accepted bool
	// Refusal is why nothing, or not everything, was read; "" when all was.
	Refusal Refusal
	// Status is the chip's answer to the step that failed, 0 when it was not
	// asked or did not answer.
	Status apdu.Status
}

// refusedError ends terminal authentication and nothing else.
type refusedError struct {
	why    Refusal
	status apdu.Status
	cause  error
}

func (e *refusedError) Error() string {
	return fmt.Sprintf("terminal authentication: %s, status %v", e.why, e.status)
}

func (e *refusedError) Unwrap() error { return e.cause }

func refused(why Refusal, status apdu.Status) error { return &refusedError{why: why, status: status} }

// restricted are the data groups that only inspection systems read.
var restricted = []int{3, 4}

// isRestricted tells whether reading a group takes terminal authentication.
func isRestricted(group int) bool { return slices.Contains(restricted, group) }

// maxInspections bounds the tries after a session that broke on a length.
const maxInspections = 3

// inspection reads the restricted data groups under terminal authentication. That it is refused is a note, never an error.
func (t *terminal) inspection(ctx context.Context) error {
	t.doc.TerminalAuth = &TerminalAuth{}
	err := t.inspect(ctx)
	if why, ok := errors.AsType[*refusedError](err); ok {
		t.doc.TerminalAuth.Refusal, t.doc.TerminalAuth.Status = why.why, why.status
		t.findings.note(ReasonInspectionRefused)
		err = nil
	}
	if err == nil {
		t.verify()
	}
	return err
}

// inspects are the restricted data groups that are wanted, listed and may be
// asked for.
func (t *terminal) inspects() []int {
	if t.o.Inspection == nil {
		return nil
	}
	return slices.DeleteFunc(slices.Clone(restricted), func(n int) bool {
		return !slices.Contains(t.o.Groups, n) || !slices.Contains(t.listed, n)
	})
}

func (t *terminal) inspect(ctx context.Context) error {
	if t.doc.Trust.Verdict == Forged {
		return refused(RefusalForged, 0)
	}
	var closed error
	for _, n := range t.inspects() {
		err := t.restrictedGroup(ctx, n)
		why, refused := errors.AsType[*refusedError](err)
		if err != nil && (!refused || why.why != RefusalRights) {
			return err
		}
		if err != nil {
			closed = err // the other one may be open
		}
	}
	return closed
}

// restrictedGroup reads one data group, and authenticates the terminal first
// where the session does not know it yet: at the beginning, and after a session
// that broke on a length.
func (t *terminal) restrictedGroup(ctx context.Context, n int) error {
	file, _ := DataGroup(n)
	var err error
	for range maxInspections {
		if !t.inspected {
			if err = t.authenticateTerminal(ctx); err != nil {
				return err
			}
		}
		var b []byte
		b, err = t.file(ctx, StageInspection, file)
		if err == nil {
			t.keep(n, b)
			return nil
		}
		if t.inspected || onlyFatal(err) != nil {
			break
		}
	}
	return t.asRefusal(err, RefusalRights)
}

// asRefusal makes a refusal of what is no matter of the card's leaving, the
// reader or the context.
func (t *terminal) asRefusal(err error, why Refusal) error {
	if _, is := errors.AsType[*refusedError](err); is {
		return err
	}
	if errors.Is(err, ErrSecureMessaging) {
		return &refusedError{why: RefusalChannel, status: statusOf(err), cause: err}
	}
	if fatal := onlyFatal(err); fatal != nil {
		return fatal
	}
	return &refusedError{why: why, status: statusOf(err), cause: err}
}

func statusOf(err error) apdu.Status {
	if s, told := errors.AsType[*apdu.StatusError](err); told {
		return s.Status
	}
	return 0
}
