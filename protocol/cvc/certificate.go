package cvc

import (
	"bytes"
	"fmt"
	"time"

	"motcua/protocol/tlv"
)

// Data objects of a certificate (TR-03110 part 3, table 23).
const (
	tagCertificate   tlv.Tag = 0x7F21
	tagBody          tlv.Tag = 0x7F4E
	tagProfile       tlv.Tag = 0x5F29
	tagAuthority     tlv.Tag = 0x42
	tagPublicKey     tlv.Tag = 0x7F49
	tagHolder        tlv.Tag = 0x5F20
	tagAuthorization tlv.Tag = 0x7F4C
	tagEffective     tlv.Tag = 0x5F25
	tagExpiration    tlv.Tag = 0x5F24
	tagExtensions    tlv.Tag = 0x65
	tagExtension     tlv.Tag = 0x73
	tagDiscretionary tlv.Tag = 0x53
	tagSignature     tlv.Tag = 0x5F37
	contextSpecific          = 0x80 // class of the objects in an extension
	classMask                = 0xC0
	maxCertificate           = 8 << 10
	maxExtensions            = 16
)

// Certificate is a card verifiable certificate.
type Certificate struct {
	Authority     Reference // names the key that signed; that of the holder itself in a root
	Holder        Reference // names the key below
	Key           PublicKey
	Authorization Authorization
	// Effective and Expiration are days, both included, at midnight UTC.
	Effective, Expiration time.Time
	// Extensions are not judged: a chip must not refuse what it does not know
	// (TR-03110 part 3, C.3).
	Extensions []Extension
	// Body is the data object 7F4E, which is what is signed; Signature the value
	// of 5F37; Raw the whole of 7F21.
	Body, Signature, Raw []byte
}

// Extension adds something that the terminal or the chip may understand.
type Extension struct {
	OID  []byte // encoded, without tag and length
	Data []byte // context-specific data objects
}

// Parse reads one certificate and nothing after it. The certificate keeps none
// of b.
func Parse(b []byte) (*Certificate, error) {
	if len(b) > maxCertificate {
		return nil, malformed(fmt.Sprintf("certificate of %d bytes", len(b)), nil)
	}
	b = bytes.Clone(b)
	r := newReader(b)
	outer, err := r.inside(tagCertificate, "certificate")
	if err != nil {
		return nil, err
	}
	if err := r.end("certificate"); err != nil {
		return nil, err
	}
	c := &Certificate{Raw: b}
	if err := c.parseSigned(outer); err != nil {
		return nil, err
	}
	return c, nil
}

// ParseSigned reads what PSO:Verify Certificate carries: body and signature
// without the data object around them (TR-03110 part 3, B.11.5).
func ParseSigned(b []byte) (*Certificate, error) {
	if len(b) > maxCertificate {
		return nil, malformed(fmt.Sprintf("certificate of %d bytes", len(b)), nil)
	}
	return Parse(tlv.Encode(tagCertificate, b))
}

// Signed is body and signature without the data object around them.
func (c *Certificate) Signed() []byte {
	return append(bytes.Clone(c.Body), tlv.Encode(tagSignature, c.Signature)...)
}

// Root tells whether holder and authority are the same, as in a self-signed
// certificate.
func (c *Certificate) Root() bool { return c.Authority == c.Holder }

func (c *Certificate) parseSigned(r *reader) error {
	body, err := r.item(tagBody, "certificate body")
	if err != nil {
		return err
	}
	if c.Signature, err = r.value(tagSignature, "signature"); err != nil {
		return err
	}
	c.Body = body.Raw
	if err := r.end("signature"); err != nil {
		return err
	}
	return c.parseBody(newReader(body.Value))
}

func (c *Certificate) parseBody(r *reader) error {
	profile, err := r.value(tagProfile, "profile")
	if err != nil {
		return err
	}
	if !bytes.Equal(profile, []byte{0}) {
		return malformed("profile that is not version 1", nil)
	}
	if c.Authority, err = r.reference(tagAuthority, "authority"); err != nil {
		return err
	}
	key, err := r.inside(tagPublicKey, "public key")
	if err != nil {
		return err
	}
	if c.Key, err = parsePublicKey(key); err != nil {
		return err
	}
	if c.Holder, err = r.reference(tagHolder, "holder"); err != nil {
		return err
	}
	chat, err := r.inside(tagAuthorization, "authorization")
	if err != nil {
		return err
	}
	if c.Authorization, err = parseAuthorization(chat); err != nil {
		return err
	}
	if err := c.parseValidity(r); err != nil {
		return err
	}
	if r.More() {
		if c.Extensions, err = parseExtensions(r); err != nil {
			return err
		}
	}
	return r.end("certificate body")
}

func (r *reader) reference(tag tlv.Tag, what string) (Reference, error) {
	b, err := r.value(tag, what)
	if err != nil {
		return "", err
	}
	ref, err := ParseReference(b)
	if err != nil {
		return "", fmt.Errorf("%s: %w", what, err)
	}
	return ref, nil
}

func (c *Certificate) parseValidity(r *reader) error {
	for _, f := range []struct {
		tag  tlv.Tag
		what string
		to   *time.Time
	}{{tagEffective, "effective date", &c.Effective}, {tagExpiration, "expiration date", &c.Expiration}} {
		b, err := r.value(f.tag, f.what)
		if err != nil {
			return err
		}
		if *f.to, err = parseDate(b); err != nil {
			return fmt.Errorf("%s: %w", f.what, err)
		}
	}
	if c.Expiration.Before(c.Effective) {
		return malformed("validity that ends before it begins", nil)
	}
	return nil
}

// parseExtensions reads 65 (TR-03110 part 3, C.3).
func parseExtensions(r *reader) ([]Extension, error) {
	list, err := r.inside(tagExtensions, "extensions")
	if err != nil {
		return nil, err
	}
	var all []Extension
	for list.More() {
		if len(all) == maxExtensions {
			return nil, malformed("too many extensions", nil)
		}
		e, err := list.inside(tagExtension, "extension")
		if err != nil {
			return nil, err
		}
		oid, err := e.value(tagOID, "identifier of an extension")
		if err != nil {
			return nil, err
		}
		data := e.Rest()
		if err := e.contextObjects(); err != nil {
			return nil, err
		}
		all = append(all, Extension{OID: oid, Data: data})
	}
	return all, nil
}

// contextObjects wants one or more context-specific data objects.
func (r *reader) contextObjects() error {
	for first := true; first || r.More(); first = false {
		tag := r.peek()
		if tag > 0xFF || tag&classMask != contextSpecific {
			return malformed("content of an extension", nil)
		}
		if _, err := r.item(tag, "content of an extension"); err != nil {
			return err
		}
	}
	return nil
}
