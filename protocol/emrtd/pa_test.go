package emrtd_test

import (
	"bytes"
	"crypto"
	"fmt"
	"slices"
	"testing"
	"time"

	"motcua/protocol/ec"
	"motcua/protocol/emrtd"
	"motcua/protocol/pki"
	"motcua/protocol/pki/pkitest"
	"motcua/protocol/tlv"
)

func someGroups() map[int][]byte {
	return map[int][]byte{1: dg1("VNM"), 13: []byte("thirteen"), 15: []byte("fifteen")}
}

func TestPassiveAuthenticationKnowsEveryAlgorithm(t *testing.T) {
	for _, c := range []struct {
		csca, ds  pkitest.Key
		hash      crypto.Hash
		signature string
		weak      bool
	}{
		{pkitest.NewECKey(t, ec.P384(), crypto.SHA384), pkitest.NewECKey(t, ec.P256(), crypto.SHA256), crypto.SHA256, "ECDSA-SHA-256", false},
		{pkitest.NewECKey(t, ec.BrainpoolP512r1(), crypto.SHA512), pkitest.NewECKey(t, ec.BrainpoolP384r1(), crypto.SHA384), crypto.SHA384, "ECDSA-SHA-384", false},
		{pkitest.NewECKey(t, ec.P521(), crypto.SHA512), pkitest.NewECKey(t, ec.BrainpoolP256r1(), crypto.SHA512), crypto.SHA512, "ECDSA-SHA-512", false},
		{&pkitest.ECKey{Curve: ec.BrainpoolP256r1(), D: []byte{5}, H: crypto.SHA256, Explicit: true}, pkitest.NewECKey(t, ec.P256(), crypto.SHA224), crypto.SHA224, "ECDSA-SHA-224", false},
		{&pkitest.RSAKey{Key: testRSA(), H: crypto.SHA512, PSS: true}, &pkitest.RSAKey{Key: testRSA(), H: crypto.SHA256, PSS: true}, crypto.SHA256, "RSA-PSS-SHA-256", false},
		{&pkitest.RSAKey{Key: testRSA(), H: crypto.SHA256}, &pkitest.RSAKey{Key: testRSA(), H: crypto.SHA384}, crypto.SHA256, "RSA-PKCS1-SHA-384", false},
		{&pkitest.RSAKey{Key: testRSA(), H: crypto.SHA256}, &pkitest.RSAKey{Key: testRSA(), H: crypto.SHA1}, crypto.SHA1, "RSA-PKCS1-SHA-1", true},
		{pkitest.NewECKey(t, ec.P256(), crypto.SHA1), pkitest.NewECKey(t, ec.P256(), crypto.SHA256), crypto.SHA256, "ECDSA-SHA-256", true},
	} {
		i := issuerWith(c.csca, c.ds, c.hash)
		v := emrtd.VerifyPassive(i.sod(t, someGroups()), someGroups(), i.anchors(t), now)
		if v.Verdict != emrtd.Genuine || v.Signature != c.signature || v.Hash != c.hash.String() || v.Anchor != i.anchorID || v.Has(emrtd.ReasonWeakAlgorithm) != c.weak {
			t.Errorf("%s: %v, signature %s, hash %s", c.signature, v, v.Signature, v.Hash)
		}
		if len(v.Groups) != 3 || !v.Groups[1].Match || v.Groups[1].Number != 13 || v.Signer == nil {
			t.Errorf("%s: groups %v", c.signature, v.Groups)
		}
	}
}

// fault is one way in which a document is not as it should be.
type fault struct {
	name    string
	change  func(t *testing.T, i *issuer, groups map[int][]byte) (sod []byte)
	anchors func(t *testing.T, i *issuer) pki.Anchors
	at      time.Time
	verdict emrtd.Verdict
	reasons []emrtd.Reason
}

// dg1 names an invented person in a card of a state of three letters.
func dg1(state string) []byte {
	return tlv.Encode(0x61, tlv.Encode(0x5F1F, []byte("ID"+state+"0990123459001099012345<<0"+
		"9901018M3901016"+state+"<<<<<<<<<<<0"+"NGUYEN<<VAN<AN<<<<<<<<<<<<<<<<")))
}

// ofLDS makes an index of another version.
func ofLDS(version byte, info []byte) func(*testing.T, *issuer, map[int][]byte) []byte {
	return func(t *testing.T, i *issuer, groups map[int][]byte) []byte {
		first := must[tlv.Item](t)(tlv.Parse(i.lds(groups), 0x30))
		rest := first.Items()
		must[tlv.Item](t)(rest.Next()) // the version
		return i.wrap(t, pkitest.Seq(pkitest.Integer(version), rest.Rest(), info), i.ds.DER(t))
	}
}

func ldsInfo(lds, unicode string) []byte {
	return pkitest.Seq(tlv.Encode(0x13, []byte(lds)), tlv.Encode(0x13, []byte(unicode)))
}

func plainSOD(t *testing.T, i *issuer, groups map[int][]byte) []byte { return i.sod(t, groups) }

func trusted(t *testing.T, i *issuer) pki.Anchors { return i.anchors(t) }

var faults = []fault{
	{
		name: "nothing", verdict: emrtd.Genuine,
	},
	{
		name: "a data group is altered", verdict: emrtd.Forged, reasons: []emrtd.Reason{emrtd.ReasonGroupAltered},
		change: func(t *testing.T, i *issuer, groups map[int][]byte) []byte {
			sod := i.sod(t, groups)
			groups[13] = []byte("another")
			return sod
		},
	},
	{
		name: "a data group is not covered", verdict: emrtd.Forged, reasons: []emrtd.Reason{emrtd.ReasonGroupUncovered},
		change: func(t *testing.T, i *issuer, groups map[int][]byte) []byte {
			sod := i.sod(t, groups)
			groups[14] = []byte("slipped in")
			return sod
		},
	},
	{
		name: "a hash is flipped in the index", verdict: emrtd.Forged, reasons: []emrtd.Reason{emrtd.ReasonGroupAltered, emrtd.ReasonDigestAltered},
		change: func(t *testing.T, i *issuer, groups map[int][]byte) []byte {
			sod := i.sod(t, groups)
			at := bytes.Index(sod, pkitest.Digest(crypto.SHA256, groups[13]))
			sod[at] ^= 1
			return sod
		},
	},
	{
		name: "another signer", verdict: emrtd.Forged, reasons: []emrtd.Reason{emrtd.ReasonSignatureFalse},
		change: func(t *testing.T, i *issuer, groups map[int][]byte) []byte {
			ds := i.ds.DER(t)
			i.ds.Key = pkitest.NewECKey(t, ec.P256(), crypto.SHA256)
			return i.wrap(t, i.lds(groups), ds)
		},
	},
	{
		name: "a flipped signature", verdict: emrtd.Forged, reasons: []emrtd.Reason{emrtd.ReasonSignatureFalse},
		change: func(t *testing.T, i *issuer, groups map[int][]byte) []byte {
			sod := i.sod(t, groups)
			sod[len(sod)-1] ^= 1
			return sod
		},
	},
	{
		name: "own signer under the authority's name and key id", verdict: emrtd.Forged, reasons: []emrtd.Reason{emrtd.ReasonIssuerFalse},
		change: func(t *testing.T, i *issuer, groups map[int][]byte) []byte {
			i.ds.By = pkitest.NewECKey(t, ec.BrainpoolP256r1(), crypto.SHA256)
			return i.sod(t, groups)
		},
	},
	{
		name: "own authority under the same name", verdict: emrtd.IntegrityOnly, reasons: []emrtd.Reason{emrtd.ReasonIssuerUnknown},
		anchors: func(t *testing.T, _ *issuer) pki.Anchors { return newIssuer(t).anchors(t) },
	},
	{
		name: "nobody is trusted", verdict: emrtd.IntegrityOnly, reasons: []emrtd.Reason{emrtd.ReasonNoAnchors},
		anchors: func(*testing.T, *issuer) pki.Anchors { return pki.Anchors{} },
	},
	{
		name: "an unknown issuer", verdict: emrtd.IntegrityOnly, reasons: []emrtd.Reason{emrtd.ReasonIssuerUnknown},
		change: func(t *testing.T, i *issuer, groups map[int][]byte) []byte {
			i.ds.Issuer, i.ds.AKI = pkitest.Name(0x13, "\x03", "Nobody"), nil
			return i.sod(t, groups)
		},
	},
	{
		name: "the signer has expired", verdict: emrtd.IntegrityOnly, reasons: []emrtd.Reason{emrtd.ReasonSignerExpired},
		change: func(t *testing.T, i *issuer, groups map[int][]byte) []byte {
			i.ds.To = now.AddDate(0, 0, -1)
			return i.sod(t, groups)
		},
	},
	{
		name: "the signer is not yet valid", verdict: emrtd.IntegrityOnly, reasons: []emrtd.Reason{emrtd.ReasonSignerExpired},
		change: func(t *testing.T, i *issuer, groups map[int][]byte) []byte {
			i.ds.From = now.AddDate(0, 0, 1)
			return i.sod(t, groups)
		},
	},
	{
		name: "everything has expired", verdict: emrtd.IntegrityOnly, at: now.AddDate(20, 0, 0),
		reasons: []emrtd.Reason{emrtd.ReasonSignerExpired, emrtd.ReasonIssuerExpired},
	},
	{
		name: "the signer may not sign", verdict: emrtd.IntegrityOnly, reasons: []emrtd.Reason{emrtd.ReasonSignerNotAllowed},
		change: func(t *testing.T, i *issuer, groups map[int][]byte) []byte {
			i.ds.Usage = 0x08
			return i.sod(t, groups)
		},
	},
	{
		name: "names written otherwise", verdict: emrtd.Genuine,
		change: func(t *testing.T, i *issuer, groups map[int][]byte) []byte {
			i.ds.Issuer, i.ds.AKI = pkitest.Name(0x0C, "\x03", "csca", "\x06", "vn", "\x0a", "Demo  Authority"), nil
			i.named = i.Cert.Subject
			return i.sod(t, groups)
		},
	},
	{
		name: "no certificate of the signer", verdict: emrtd.Unreadable, reasons: []emrtd.Reason{emrtd.ReasonSignerAbsent},
		change: func(t *testing.T, i *issuer, groups map[int][]byte) []byte {
			return i.wrap(t, i.lds(groups), i.Cert.DER(t))
		},
	},
	{
		name: "an unknown hash", verdict: emrtd.Unreadable, reasons: []emrtd.Reason{emrtd.ReasonAlgorithmUnknown},
		change: func(t *testing.T, i *issuer, groups map[int][]byte) []byte {
			sod := i.sod(t, groups)
			return bytes.ReplaceAll(sod, []byte(pkitest.OIDSHA2+"\x01"), []byte(pkitest.OIDSHA2+"\x7F"))
		},
	},
	{
		name: "a document of another state", verdict: emrtd.IntegrityOnly, reasons: []emrtd.Reason{emrtd.ReasonCountryMismatch},
		change: func(t *testing.T, i *issuer, groups map[int][]byte) []byte {
			groups[1] = dg1("LAO")
			return i.sod(t, groups)
		},
	},
	{
		name: "nobody is named", verdict: emrtd.Unreadable, reasons: []emrtd.Reason{emrtd.ReasonIdentityAbsent},
		change: func(t *testing.T, i *issuer, groups map[int][]byte) []byte {
			delete(groups, 1)
			return i.sod(t, groups)
		},
	},
	{
		name: "no machine readable zone in DG1", verdict: emrtd.Unreadable, reasons: []emrtd.Reason{emrtd.ReasonIdentityMalformed},
		change: func(t *testing.T, i *issuer, groups map[int][]byte) []byte {
			groups[1] = []byte("one")
			return i.sod(t, groups)
		},
	},
	{
		name: "DG1 is read and not in the index", verdict: emrtd.Forged, reasons: []emrtd.Reason{emrtd.ReasonGroupUncovered},
		change: func(t *testing.T, i *issuer, groups map[int][]byte) []byte {
			return i.sod(t, map[int][]byte{13: groups[13], 15: groups[15]})
		},
	},
	{
		name: "LDS 1.8", verdict: emrtd.Genuine, change: ofLDS(1, ldsInfo("0108", "040000")),
	},
	{
		name: "an index of version 0 that names its version", verdict: emrtd.Unreadable, reasons: []emrtd.Reason{emrtd.ReasonSODMalformed},
		change: ofLDS(0, ldsInfo("0108", "040000")),
	},
	{
		name: "an index of version 1 that does not", verdict: emrtd.Unreadable, reasons: []emrtd.Reason{emrtd.ReasonSODMalformed},
		change: ofLDS(1, nil),
	},
	{
		name: "an index of a version in letters", verdict: emrtd.Unreadable, reasons: []emrtd.Reason{emrtd.ReasonSODMalformed},
		change: ofLDS(1, ldsInfo("one8", "040000")),
	},
	{
		name: "an index of version 2", verdict: emrtd.Unreadable, reasons: []emrtd.Reason{emrtd.ReasonSODMalformed},
		change: ofLDS(2, ldsInfo("0200", "040000")),
	},
	{
		name: "no security object", verdict: emrtd.Unreadable, reasons: []emrtd.Reason{emrtd.ReasonSODAbsent},
		change: func(*testing.T, *issuer, map[int][]byte) []byte { return nil },
	},
	{
		name: "an empty security object", verdict: emrtd.Unreadable, reasons: []emrtd.Reason{emrtd.ReasonSODMalformed},
		change: func(*testing.T, *issuer, map[int][]byte) []byte { return []byte{0x77, 0} },
	},
	{
		name: "a group listed twice", verdict: emrtd.Unreadable, reasons: []emrtd.Reason{emrtd.ReasonSODMalformed},
		change: func(t *testing.T, i *issuer, groups map[int][]byte) []byte {
			one := pkitest.Seq(pkitest.Integer(1), pkitest.Octets(pkitest.Digest(crypto.SHA256, groups[1])))
			return i.wrap(t, pkitest.Seq(pkitest.Integer(0), pkitest.HashID(crypto.SHA256), pkitest.Seq(one, one)), i.ds.DER(t))
		},
	},
}

func TestPassiveAuthenticationFindsEveryFault(t *testing.T) {
	for _, f := range faults {
		t.Run(f.name, func(t *testing.T) {
			i, groups := newIssuer(t), someGroups()
			anchors := trusted
			if f.anchors != nil {
				anchors = f.anchors
			}
			trust := anchors(t, i)
			change := plainSOD
			if f.change != nil {
				change = f.change
			}
			at := f.at
			if at.IsZero() {
				at = now
			}
			v := emrtd.VerifyPassive(change(t, i, groups), groups, trust, at)
			slices.Sort(f.reasons)
			if v.Verdict != f.verdict || !slices.Equal(v.Reasons, f.reasons) {
				t.Errorf("%v, want %s %v", v, f.verdict, f.reasons)
			}
		})
	}
}

// Every bit of the signed index matters: flipped, the verdict is never genuine.
func TestNoFlippedBitIsGenuine(t *testing.T) {
	i, groups := newIssuer(t), someGroups()
	good, anchors := i.sod(t, groups), i.anchors(t)
	genuine := 0
	for at := range good {
		b := bytes.Clone(good)
		b[at] ^= 1 << (at % 8)
		v := emrtd.VerifyPassive(b, groups, anchors, now)
		if v.Verdict == emrtd.Genuine {
			genuine++
			// Only what no signature covers may change unnoticed: the list of
			// digest algorithms, versions and the like, before the content.
			if covered(good, at) {
				t.Errorf("byte %d flipped and still genuine", at)
			}
		}
	}
	if genuine > 40 {
		t.Errorf("%d bytes of %d may be flipped", genuine, len(good))
	}
}

// covered tells whether a byte belongs to the content, to a certificate or to
// the signature.
func covered(sod []byte, at int) bool {
	file := sod[bytes.Index(sod, []byte(pkitest.OIDLDS))+len(pkitest.OIDLDS):]
	start := len(sod) - len(file)
	return at >= start && at < start+100 || at >= len(sod)-60
}

func TestReasonsLeadToTheirVerdicts(t *testing.T) {
	for verdict, reasons := range map[emrtd.Verdict][]emrtd.Reason{
		emrtd.Forged: {
			emrtd.ReasonGroupAltered, emrtd.ReasonGroupUncovered, emrtd.ReasonDigestAltered, emrtd.ReasonSignatureFalse,
			emrtd.ReasonIssuerFalse, emrtd.ReasonChipProofFalse,
		},
		emrtd.Unreadable: {
			emrtd.ReasonSODAbsent, emrtd.ReasonSODMalformed, emrtd.ReasonSignerAbsent, emrtd.ReasonAlgorithmUnknown, emrtd.ReasonGroupWithheld,
			emrtd.ReasonChipKeyMalformed, emrtd.ReasonChipProofRefused, emrtd.ReasonIdentityMalformed, emrtd.ReasonIdentityAbsent,
			"of tomorrow",
		},
		emrtd.IntegrityOnly: {
			emrtd.ReasonNoAnchors, emrtd.ReasonIssuerUnknown, emrtd.ReasonSignerExpired, emrtd.ReasonIssuerExpired, emrtd.ReasonSignerNotAllowed,
			emrtd.ReasonNoChipProof, emrtd.ReasonChipProofUncovered, emrtd.ReasonSignerRevoked, emrtd.ReasonCountryMismatch,
			emrtd.ReasonDocumentType, emrtd.ReasonSignedOutside,
		},
		emrtd.Genuine: {emrtd.ReasonWeakAlgorithm, emrtd.ReasonCheckDigits, emrtd.ReasonRevocationStale, emrtd.ReasonInspectionRefused, emrtd.ReasonOffersDiffer},
	} {
		for _, r := range reasons {
			if r.Verdict() != verdict {
				t.Errorf("%s leads to %s", r, r.Verdict())
			}
		}
	}
	if s := fmt.Sprint(emrtd.Verification{Verdict: emrtd.Forged, Reasons: []emrtd.Reason{emrtd.ReasonGroupAltered}}); s != "forged (group-altered)" {
		t.Error(s)
	}
}

func FuzzSOD(f *testing.F) {
	i, groups := newIssuer(f), someGroups()
	anchors := i.anchors(f)
	f.Add(i.sod(f, groups))
	r := issuerWith(&pkitest.RSAKey{Key: testRSA(), H: crypto.SHA256}, &pkitest.RSAKey{Key: testRSA(), H: crypto.SHA256, PSS: true}, crypto.SHA256)
	f.Add(r.sod(f, groups))
	f.Add([]byte{0x77, 0})
	f.Fuzz(func(t *testing.T, b []byte) {
		v := emrtd.VerifyPassive(b, groups, anchors, now)
		if v.Verdict == "" || (v.Verdict != emrtd.Genuine && len(v.Reasons) == 0) {
			t.Fatalf("no verdict, or none with a reason: %v", v)
		}
	})
}
