package trustbundle

import (
	"fmt"

	"motcua/protocol/signedlist"
)

// version is that of the format.
const version = 1

// payload is [Content] as it travels.
type payload struct {
	signedlist.Preamble
	Certificates [][]byte `cbor:"5,keyasint"`
	Revocations  [][]byte `cbor:"6,keyasint"`
}

func payloadOf(c Content) payload {
	p := payload{Preamble: c.head().Preamble(version), Certificates: c.Certificates, Revocations: c.Revocations}
	if p.Revocations == nil {
		p.Revocations = [][]byte{}
	}
	return p
}

func (p payload) content() Content {
	head := p.Head()
	return Content{
		Serial: head.Serial, Issued: head.Issued, Expires: head.Expires, Certificates: p.Certificates, Revocations: p.Revocations,
	}
}

// Fault says what is outside its bounds, "" when nothing is.
func (p payload) Fault() string {
	if text := p.Preamble.Fault(); text != "" {
		return text
	}
	switch {
	case len(p.Certificates) < 1 || len(p.Certificates) > maxCertificates:
		return fmt.Sprintf("%d certificates", len(p.Certificates))
	case len(p.Revocations) > maxRevocations:
		return fmt.Sprintf("%d revocation lists", len(p.Revocations))
	}
	for _, c := range p.Certificates {
		if len(c) < 1 || len(c) > maxCertificate {
			return fmt.Sprintf("a certificate of %d bytes", len(c))
		}
	}
	for _, r := range p.Revocations {
		if len(r) < 1 || len(r) > maxRevocation {
			return fmt.Sprintf("a revocation list of %d bytes", len(r))
		}
	}
	return ""
}
