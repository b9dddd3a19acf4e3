package emu

import (
	"bytes"
	"fmt"
	"io"
	"strconv"
	"strings"
)

// Forgery says which part of the card was altered after it was signed: a data
// group, "dg1" to "dg16", or one of those below.
type Forgery string

// Forgeries.
const (
	ForgeDG1  Forgery = "dg1"  // another name in the MRZ, hash not renewed
	ForgeDG13 Forgery = "dg13" // another name in DG13, hash not renewed

	ForgeSignature Forgery = "signature"   // one bit of the signature
	ForgeSwap      Forgery = "sod-swapped" // another person's EF.SOD, of the same authority
	ForgeNoSOD     Forgery = "no-sod"      // EF.SOD is not there
	ForgeHash      Forgery = "hash-list"   // DG1 and its hash altered, signed digest not renewed
	ForgeDigest    Forgery = "digest"      // and the digest renewed, signature not
	ForgeDropDG15  Forgery = "drop-dg15"   // DG15 taken out of the signed index
	ForgeAlgorithm Forgery = "algorithm"   // a signature algorithm that nobody knows
)

// Issuers that a card is signed by instead of the state's.
const (
	// IssuerUnknown is an authority of which no certificate was provisioned.
	IssuerUnknown = "unknown"
	// IssuerNamesake is one with the real authority's name and a key of its own.
	IssuerNamesake = "namesake"
	// IssuerImpostor is one whose certificates say besides that the real key
	// signed them.
	IssuerImpostor = "impostor"
	// IssuerSelf: the document signer's certificate is signed by itself.
	IssuerSelf = "self-signed"
	// IssuerCSCA: the authority's own key signs the card, by its own certificate.
	IssuerCSCA = "csca"
	// IssuerOtherState and IssuerOtherType are real signers: another state's, and
	// one for documents of another type.
	IssuerOtherState = "other-state"
	IssuerOtherType  = "other-type"
)

// group is the number of the data group that is altered, 0 if it is not one.
func (f Forgery) group() int {
	digits, ok := strings.CutPrefix(string(f), "dg")
	n, err := strconv.Atoi(digits)
	if !ok || err != nil || n < 1 || n > 16 {
		return 0
	}
	return n
}

// another is the person that a forger would like the holder to be.
func another(p *Persona) *Persona {
	other := *p
	other.ID = "another"
	other.Name = "Lê " + strings.TrimPrefix(p.Name, "Lê ") + " Giả"
	return &other
}

// forgedSigner is who signs in place of the state's document signer.
func (i *Issuer) forgedSigner(p *Persona, profile Profile) (authority, []byte, error) {
	state := p.state()
	csca, err := i.authority(state, profile.Signer)
	if err != nil {
		return authority{}, nil, err
	}
	d := p.document()
	switch profile.Issuer {
	case IssuerCSCA:
		csca.scheme, csca.hash = profile.Signer.Scheme, profile.Signer.hash()
		return csca, csca.cert.subject, nil
	case IssuerOtherType:
		d.Code = "V" // visas
		ds, err := i.signer(d, profile.Signer)
		return ds, csca.cert.subject, err
	case IssuerOtherState:
		d.State = d.State.other()
		return i.realSigner(d, profile.Signer)
	}
	ds, err := i.derive("forged "+profile.Issuer+" "+string(state), func(random io.Reader) (authority, error) {
		return i.forge(profile.Issuer, csca, random)
	})
	ds.scheme, ds.hash = "", profile.Signer.hash()
	issuer := csca.cert.subject
	switch profile.Issuer {
	case IssuerUnknown:
		issuer = distinguished(state, strangerName)
	case IssuerSelf:
		issuer = ds.cert.subject
	}
	return ds, issuer, err
}

const strangerName = "CSCA DEMO STRANGER"

// forge makes a document signer below a false authority.
func (i *Issuer) forge(how string, real authority, random io.Reader) (authority, error) {
	name := real.state.authorityName()
	if how == IssuerUnknown {
		name = strangerName
	}
	key, err := newKey(KeyP384, random)
	if err != nil {
		return authority{}, err
	}
	csca, err := selfSigned(authorityRequest(real.state, name, key, i.now()), "", SHA384)
	if err != nil {
		return authority{}, err
	}
	dsKey, err := newKey(KeyP256, random)
	if err != nil {
		return authority{}, err
	}
	q := signerRequest(real.state, dsKey, i.now())
	switch how {
	case IssuerImpostor:
		q.issuerKeyID = real.cert.keyID
	case IssuerSelf:
		own, err := selfSigned(q, "", SHA256)
		return own, err
	}
	cert, err := csca.certify(q)
	return authority{cert: cert, key: dsKey, state: real.state}, err
}

// alterIndex does to the signed index what a forger does.
func alterIndex(p *Persona, profile Profile, groups map[int][]byte, o *signedObject) error {
	switch profile.Forge {
	case ForgeSignature:
		o.signature = bytes.Clone(o.signature)
		o.signature[len(o.signature)-1] ^= 1
	case ForgeHash, ForgeDigest:
		if err := alterGroup(p, profile, groups, 1); err != nil {
			return err
		}
		o.content = securityObject(profile.Signer, groups)
		if profile.Forge == ForgeDigest {
			o.digest = profile.Signer.hash().sum(o.content)
		}
	case ForgeDropDG15:
		fewer := make(map[int][]byte)
		for n, data := range groups {
			if n != 15 {
				fewer[n] = data
			}
		}
		o.content = securityObject(profile.Signer, fewer)
	case ForgeAlgorithm:
		o.algorithm = algorithm(oidUnheardOf)
	}
	return nil
}

// oidUnheardOf is an identifier of the example arc (ITU-T X.660): 2.999.1.
var oidUnheardOf = []int{2, 999, 1}

// alterGroup puts something else into a data group.
func alterGroup(p *Persona, profile Profile, groups map[int][]byte, n int) error {
	data, there := groups[n]
	if !there {
		return fmt.Errorf("%w: chip.forge: the card has no DG%d", ErrPersona, n)
	}
	other := another(p)
	switch n {
	case 1:
		mrz, err := mrzLines(other)
		if err != nil {
			return err
		}
		groups[1] = encodeDG1(mrz)
	case 13:
		groups[13] = encodeDG13(other, profile.DG13)
	default: // a byte of its content
		data = bytes.Clone(data)
		data[len(data)-1] ^= 1
		groups[n] = data
	}
	return nil
}

// forgeries are all of them, for checking a profile.
func forgeries() []Forgery {
	all := []Forgery{"", ForgeSignature, ForgeSwap, ForgeNoSOD, ForgeHash, ForgeDigest, ForgeDropDG15, ForgeAlgorithm}
	for n := 1; n <= 16; n++ {
		all = append(all, Forgery(fmt.Sprintf("dg%d", n)))
	}
	return all
}

// issuers are all that may sign a card.
func issuers() []string {
	return []string{"", IssuerUnknown, IssuerNamesake, IssuerImpostor, IssuerSelf, IssuerCSCA, IssuerOtherState, IssuerOtherType}
}
