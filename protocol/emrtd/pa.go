package emrtd

import (
	"bytes"
	"crypto"
	"crypto/subtle"
	"errors"
	"maps"
	"slices"
	"time"

	"motcua/protocol/pki"
)

// VerifyPassive is passive authentication (Doc 9303 part 11, 5.1): EF.SOD's
// signature, the signer's certificate against the trusted authorities at time
// now, and the hash of every data group that was read. It says nothing about the
// chip; a centre uses it to check again what a kiosk sends.
func VerifyPassive(sod []byte, groups map[int][]byte, anchors pki.Anchors, now time.Time) Verification {
	var v Verification
	v.passive(sod, groups, anchors, now)
	v.judge()
	return v
}

func (v *Verification) passive(sod []byte, groups map[int][]byte, anchors pki.Anchors, now time.Time) {
	if len(sod) == 0 {
		v.note(ReasonSODAbsent)
		return
	}
	object, err := parseSOD(sod)
	switch {
	case errors.Is(err, pki.ErrUnsupported):
		v.note(ReasonAlgorithmUnknown)
		return
	case err != nil:
		v.note(ReasonSODMalformed)
		return
	}
	v.Hash, v.Signature = object.hash.String(), object.signatureName()
	v.checkGroups(object, groups)
	v.checkSignature(object)
	if signer := object.signer(); signer != nil {
		v.checkSigner(signer, anchors, now)
	}
	if object.weak() {
		v.note(ReasonWeakAlgorithm)
	}
}

func (v *Verification) checkGroups(s *securityObject, groups map[int][]byte) {
	for _, g := range s.groups {
		content, read := groups[g.number]
		result := GroupResult{Number: g.number, Hash: bytes.Clone(g.hash), Read: read}
		if read {
			result.Match = subtle.ConstantTimeCompare(digestOf(s.hash, content), g.hash) == 1
			if !result.Match {
				v.note(ReasonGroupAltered)
			}
		}
		v.Groups = append(v.Groups, result)
	}
	for _, n := range slices.Sorted(maps.Keys(groups)) {
		if s.group(n) == nil {
			v.note(ReasonGroupUncovered)
		}
	}
}

func (v *Verification) checkSignature(s *securityObject) {
	signer := s.signer()
	switch {
	case signer == nil && errors.Is(s.certErr, pki.ErrUnsupported):
		v.note(ReasonAlgorithmUnknown)
		return
	case signer == nil:
		v.note(ReasonSignerAbsent)
		return
	}
	v.Signer = bytes.Clone(signer.Raw)
	signed := s.content
	if s.signedAttrs != nil {
		signed = s.signedAttrs
		if subtle.ConstantTimeCompare(digestOf(s.digest, s.content), s.messageDigest) != 1 {
			v.note(ReasonDigestAltered)
		}
	}
	good, err := signer.PublicKey().Verify(s.algorithm, s.digest, signed, s.signature)
	switch {
	case err != nil:
		v.note(ReasonAlgorithmUnknown)
	case !good:
		v.note(ReasonSignatureFalse)
	}
}

func (v *Verification) checkSigner(signer *pki.Certificate, anchors pki.Anchors, now time.Time) {
	if !signer.ValidAt(now) {
		v.note(ReasonSignerExpired)
	}
	if !signer.MaySign() {
		v.note(ReasonSignerNotAllowed)
	}
	if signer.SignatureAlgorithm().Hash == crypto.SHA1 {
		v.note(ReasonWeakAlgorithm)
	}
	if anchors.Len() == 0 {
		v.note(ReasonNoAnchors)
		return
	}
	issuer, forged := anchors.IssuerOf(signer)
	switch {
	case forged:
		v.note(ReasonIssuerFalse)
	case issuer == nil:
		v.note(ReasonIssuerUnknown)
	default:
		v.Anchor = issuer.ID()
		if !issuer.ValidAt(now) {
			v.note(ReasonIssuerExpired)
		}
	}
}

// signatureName names the signature with the hash that is really used.
func (s *securityObject) signatureName() string {
	a := s.algorithm
	if a.Hash == 0 {
		a.Hash = s.digest
	}
	return a.String()
}

func (s *securityObject) weak() bool {
	return s.hash == crypto.SHA1 || s.digest == crypto.SHA1 || s.algorithm.Hash == crypto.SHA1
}

func digestOf(h crypto.Hash, b []byte) []byte {
	d := h.New()
	d.Write(b)
	return d.Sum(nil)
}
